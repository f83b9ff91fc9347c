#!/usr/bin/env bash
# Runs every check there is, and ends with `N passed, N failed`.
set -uo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$tree" || exit 1
. install/steps.sh
. install/packages.sh

phases=(packages lint install swift pytest)
[ ! -d Tests/Fuzz ] || phases+=(fuzz)
logs=$tree/.build/tests
prefix=$tree/.build/prefix
only=
full=
fuzz_seconds=20
passed=0
failed=0
broken=" "

usage() {
    cat <<'TEXT'
usage: Tests/run.sh [--full] [--only PHASE]

Phases, in this order:
  packages   installs by apt and pip what the tests need and is missing
  lint       Swift sources, shell scripts, man pages
  install    builds the release into .build/prefix and proves it there
  swift      unit tests
  pytest     the installed programs, with real clients and servers
  fuzz       the parsers

  --full         the exhaustive tier
  --only PHASE   that phase alone
  --help         print this

What a phase prints goes to .build/tests/PHASE.log, and to the screen if it fails.
TEXT
}

main() {
    parse_arguments "$@"
    # sudo hides a toolchain that is not in the usual folders.
    command -v swift >/dev/null || PATH=$PATH:/opt/swift/usr/bin
    mkdir -p "$logs"
    local name
    for name in "${phases[@]}"; do
        [ -z "$only" ] || [ "$only" = "$name" ] || continue
        run_phase "$name"
    done
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ]
}

parse_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            --full)
                full=1
                fuzz_seconds=60
                ;;
            --only)
                only=${2:-}
                case " ${phases[*]} " in
                    *" ${only:-?} "*) shift ;;
                    *) usage_error "--only takes one of: ${phases[*]}" ;;
                esac
                ;;
            --help | -h) usage; exit 0 ;;
            *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
}

# Runs `phase_NAME`, then counts what it did: a failure that no test accounts for counts as one.
run_phase() {
    local name=$1 log=$logs/$1.log start=$SECONDS status=0
    local phase_passed=0 phase_failed=0 skipped=0
    printf '%-9s' "$name"
    rm -f "$logs/$name.xml"
    ("phase_$name") >"$log" 2>&1 </dev/null || status=$?
    "count_$name"
    if [ "$status" != 0 ] && [ "$phase_failed" = 0 ]; then phase_failed=1; fi
    passed=$((passed + phase_passed))
    failed=$((failed + phase_failed))
    printf '%5d passed %4d failed %4d skipped %5d s\n' \
        "$phase_passed" "$phase_failed" "$skipped" "$((SECONDS - start))"
    if [ "$phase_failed" != 0 ]; then
        broken+="$name "
        tail -n 100 "$log" | sed 's/^/    | /'
        printf '    the whole of it: %s\n' "$log"
    fi
}

phase_packages() {
    local packages=("${build_packages[@]}" "${test_packages[@]}")
    # A docker CLI may have come without a package.
    command -v docker >/dev/null || packages+=(docker.io)
    [ -z "$full" ] || packages+=(chromium)
    ensure_packages "${packages[@]}" && ensure_stand_ins
}

# What stands for AWS and for an authorization server is not in Debian as it must be: moto, botocore
# to measure by, Authlib.
ensure_stand_ins() {
    local wanted=(Tests/*/requirements.txt) venv=$logs/venv
    if cat "${wanted[@]}" | cmp --silent - "$venv/requirements.txt" && "$venv/bin/python" -c ''
    then
        note "$venv is as ${wanted[*]} want it"
        return
    fi
    note "making $venv"
    rm -rf "$venv"
    /usr/bin/python3 -m venv "$venv" &&
        "$venv/bin/pip" install --quiet --disable-pip-version-check \
            "${wanted[@]/#/--requirement=}" &&
        cat "${wanted[@]}" >"$venv/requirements.txt"
}

# A preparation: nothing to count unless it fails.
count_packages() { :; }

phase_lint() {
    local status=0 scripts pages page complaints
    swift format lint --strict --parallel --recursive Package.swift Sources helpers Tests ||
        status=1
    mapfile -t scripts < <(
        find .ci install Tests -name .build -prune -o \
            -type f \( -name '*.sh' -o -path .ci/run \) -print)
    shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}" || status=1
    pages=(install/man/*.[1-8])
    for page in "${pages[@]}"; do
        complaints=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 \
            man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null) || status=1
        [ -z "$complaints" ] || { printf '%s: %s\n' "$page" "$complaints"; status=1; }
    done
    printf '%d scripts, %d man pages\n' "${#scripts[@]}" "${#pages[@]}"
    return "$status"
}

count_lint() { count_one; }

phase_install() { install/install.sh --prefix "$prefix"; }

count_install() { count_one; }

# The build sees git's settings of this machine, which may say where packages come from; tests
# must not depend on who runs them.
phase_swift() {
    swift build --build-tests || return
    isolated swift test --skip-build --disable-xctest --xunit-output "$logs/swift.xml"
}

count_swift() { count_report; }

phase_pytest() {
    case $broken in
        *" install "*)
            echo "not run: the programs to be tested were not installed"
            return 1
            ;;
    esac
    isolated GIT_CONFIG_NOSYSTEM=1 \
        /usr/bin/python3 -B -m pytest -q --tb=short Tests --junit-xml "$logs/pytest.xml"
}

count_pytest() { count_report; }

phase_fuzz() { Tests/Fuzz/run.sh "$fuzz_seconds"; }

# One line a target: `ok NAME …` or `failed NAME …`.
count_fuzz() {
    phase_passed=$(grep -c '^ok ' "$logs/fuzz.log")
    phase_failed=$(grep -c '^failed ' "$logs/fuzz.log")
    require_tests
}

# Runs a command, after variables of its own, without those of whoever runs the tests.
isolated() {
    local theirs='AWS|CREDENTIALS|DBUS|DOCKER|GIT|GNUPGHOME|HELM|KEYFOB|PASSWORD_STORE|REGISTRY|SSH|XDG'
    local names
    mapfile -t names < <(compgen -e | grep -E "^($theirs)(_|\$)")
    env "${names[@]/#/--unset=}" KEYFOB_PREFIX="$prefix" ${full:+KEYFOB_TESTS_FULL=1} "$@"
}

# The next three set the counts of `run_phase`.
count_one() {
    if [ "$status" = 0 ]; then phase_passed=1; else phase_failed=1; fi
}

# From a JUnit report, as both test frameworks write it; without one, nothing ran.
count_report() {
    [ ! -f "$logs/$name.xml" ] || read -r phase_passed phase_failed skipped < <(
        /usr/bin/python3 - "$logs/$name.xml" <<'PYTHON'
import sys
from xml.etree import ElementTree

cases = list(ElementTree.parse(sys.argv[1]).iter("testcase"))
failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
skipped = sum(case.find("skipped") is not None for case in cases)
print(len(cases) - failed - skipped, failed, skipped)
PYTHON
    )
    require_tests
}

require_tests() {
    [ "$((phase_passed + phase_failed))" = 0 ] || return
    echo "no test ran" >>"$log"
    phase_failed=1
}

main "$@"
