#!/usr/bin/env bash
# Times the installed helpers against their peers, both sides in one run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$(cd "$here/../.." && pwd -P)
results=$tree/.build/benchmarks
prefix=${KEYFOB_PREFIX:-$tree/.build/prefix}
check=
other=

usage() {
    cat <<'TEXT'
usage: Tests/Benchmarks/run.sh [--check | --against PREFIX]

Times the programs in $KEYFOB_PREFIX (or those that Tests/run.sh installed) in scratch homes, with
sealed files and with gnome-keyring on a bus of its own, and prints medians, ratios and goals. The
same as JSON goes to .build/benchmarks/DATE.json. It takes about two minutes.

Ends with 0 also when a goal is missed, because a busy machine can miss one; with --check it ends
with 1 then. It ends with 2 when it cannot measure.

  --against PREFIX   time the helpers alone, beside those of another build that is installed there
TEXT
}

case ${1:-} in
    '') ;;
    --check) check=--check ;;
    --against) other=${2:?the folder that the other build is installed in} ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

command -v swiftc >/dev/null || PATH=$PATH:/opt/swift/usr/bin
mkdir -p "$results"
gcc -std=c17 -O2 -Wall -Wextra -Werror -o "$results/spawn_timer" "$here/spawn_timer.c" || exit 2
if [ -n "$other" ]; then
    exec /usr/bin/python3 -B "$here/against_build.py" "$prefix" "$other" "$results/spawn_timer"
fi
# What a static program costs before it does anything.
: >"$results/empty.swift"
swiftc -O -static-executable -Xlinker --gc-sections -Xlinker -s \
    -o "$results/empty" "$results/empty.swift" >"$results/empty.log" 2>&1 ||
    { cat "$results/empty.log"; exit 2; }

exec /usr/bin/python3 -B "$here/benchmarks.py" "$prefix" "$results/spawn_timer" \
    "$results/empty" "$results/$(date -u +%Y-%m-%dT%H%M%SZ).json" ${check:+"$check"}
