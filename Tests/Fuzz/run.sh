#!/usr/bin/env bash
# Runs every fuzzer for a time, as many at once as there are cores, and ends with
# `N passed, N failed`.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$(cd "$here/../.." && pwd -P)
scratch=${KEYFOB_FUZZ_SCRATCH:-$tree/.build/fuzz}
work=$scratch/runs
fuzzers=(
    GitRequestFuzzer DockerRequestFuzzer AddressFuzzer ResolverFuzzer ConfigurationFuzzer
    SealedFileFuzzer
)
# A parser takes microseconds; no input may cost more than this.
slowest=2
most_memory=512

usage() {
    cat <<'TEXT'
usage: Tests/Fuzz/run.sh SECONDS [FUZZER...]

Builds the fuzzers and runs each for SECONDS seconds, from the inputs in Tests/Fuzz/Corpus and what
earlier runs found. From 60 seconds on, everything found is run once more with the address sanitizer.

A line for each: `ok NAME` or `failed NAME`, then how many inputs it ran, how many a second, how many
counters it watches, and what it covers now and covered with the inputs in the tree alone. Inputs that
break a law, crash or take too long are kept in .build/fuzz/runs/NAME/found and shown. Another folder
than .build/fuzz can be named by KEYFOB_FUZZ_SCRATCH.
TEXT
}

main() {
    case ${1:-} in
        --help | -h) usage; exit 0 ;;
        '' | *[!0-9]* | 0*) usage >&2; exit 2 ;;
    esac
    local seconds=$1
    shift
    [ $# = 0 ] || fuzzers=("$@")
    # Swift's own report of a trap would keep libFuzzer from seeing it and from keeping the input.
    export SWIFT_BACKTRACE=enable=no
    command -v swift >/dev/null || PATH=$PATH:/opt/swift/usr/bin
    build fuzzer || { echo 'failed to build'; finish 0 1; }

    control
    local name
    for name in "${fuzzers[@]}"; do
        while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
        run "$name" "$seconds" &
    done
    wait
    for name in "${fuzzers[@]}"; do judge "$name"; done
    [ "$seconds" -lt 60 ] || replay
    finish "$passed" "$failed"
}

passed=0
failed=0
report() {
    echo "$*"
    if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

finish() {
    echo "$1 passed, $2 failed"
    [ "$2" = 0 ]
    exit
}

# `build SANITIZER...`: into a folder of its own for each choice of sanitizers.
build() {
    local sanitizers=("${@/#/--sanitize=}") folder
    folder=$(built "$@")
    mkdir -p "$folder"
    # SwiftPM sees a new file of the package under test only if this one has changed too.
    touch "$here/Package.swift"
    # `-enable-testing` lets a fuzzer reach what only its own module uses.
    swift build --package-path "$here" --scratch-path "$folder" -c release \
        -Xswiftc -enable-testing "${sanitizers[@]}" >"$folder/log" 2>&1 ||
        { cat "$folder/log"; return 1; }
}

built() { local IFS=-; echo "$scratch/$*"; }

# `fuzz NAME FOLDER ARGUMENT...`: keeps what it prints in FOLDER/log, what it finds in FOLDER/found
# and its exit code in FOLDER/status. To the first corpus among the arguments it adds inputs.
fuzz() {
    local name=$1 folder=$2 status=0
    shift 2
    "$(built fuzzer)/release/$name" -artifact_prefix="$folder/found/" -timeout="$slowest" \
        -rss_limit_mb="$most_memory" -print_final_stats=1 "$@" >"$folder/log" 2>&1 || status=$?
    echo "$status" >"$folder/status"
}

# A fault that is there must be found, and its input kept, or no other result means anything.
control() {
    local folder=$work/PlantedFault
    rm -rf "$folder"
    mkdir -p "$folder/found" "$folder/corpus"
    fuzz PlantedFault "$folder" -max_total_time=20 "$folder/corpus" "$here/Corpus/PlantedFault"
    local found
    found=$(cat "$folder"/found/crash-* 2>/dev/null | head -c 4)
    if grep -q 'broken law: the planted fault' "$folder/log" && [ "$found" = key= ]; then
        report ok "PlantedFault: found after $(runs "$folder/log") runs"
    else
        report failed "PlantedFault: a fault that is there was not found: $folder/log"
    fi
}

run() {
    local name=$1 seconds=$2 folder=$work/$1
    rm -rf "$folder/found"
    mkdir -p "$folder/found" "$folder/corpus"
    # What the inputs in the tree cover, to be compared with.
    fuzz "$name" "$folder" -runs=0 "$here/Corpus/$name"
    mv "$folder/log" "$folder/seeds.log"
    [ "$(cat "$folder/status")" = 0 ] || { cp "$folder/seeds.log" "$folder/log"; return; }
    fuzz "$name" "$folder" -max_total_time="$seconds" "$folder/corpus" "$here/Corpus/$name"
}

judge() {
    local name=$1 folder=$work/$1 log=$work/$1/log
    local ran rate watched before after problem=
    ran=$(runs "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    watched=$(sed -n 's/^INFO: Loaded .* modules *(\([0-9]*\) inline 8-bit counters).*/\1/p' "$log")
    before=$(covered "$folder/seeds.log")
    after=$(covered "$log")
    if [ "$(cat "$folder/status")" != 0 ]; then
        problem=$(grep -aoE 'broken law: .*|ERROR: libFuzzer: .*' "$log" | head -n 1)
        problem=${problem:-ended with $(cat "$folder/status")}
    elif [ "${watched:-0}" = 0 ]; then
        problem='no counter is watched'
    elif [ "${ran:-0}" = 0 ] || [ "${after:-0}" -le "${before:-0}" ]; then
        problem='nothing was found beyond the inputs in the tree'
    fi
    local summary="runs ${ran:-?}, ${rate:-?}/s, counters ${watched:-?}"
    summary+=", covers ${after:-?} features, ${before:-?} with the tree's inputs alone"
    if [ -z "$problem" ]; then
        report ok "$name: $summary"
        return
    fi
    report failed "$name: $problem ($summary)"
    local input
    for input in "$folder"/found/*; do
        [ -e "$input" ] || continue
        echo "    $input"
        od -A x -t x1z "$input" | head -n 32 | sed 's/^/    /'
    done
}

runs() {
    # The last line of progress counts where a crash left no statistics.
    local count
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$1")
    echo "${count:-$(sed -n 's/^#\([0-9]*\).*/\1/p' "$1" | tail -n 1)}"
}

# Features, finer than lines: which counters were hit, and how many times.
covered() { sed -n 's/^#[0-9]*.* ft: \([0-9]*\) .*/\1/p' "$1" | tail -n 1; }

# Built with both sanitizers a fuzzer sees no coverage, but it can repeat what was found.
replay() {
    build fuzzer address || { report failed 'the build with the address sanitizer'; return; }
    local name log
    for name in "${fuzzers[@]}"; do
        log=$work/$name/address.log
        if ASAN_OPTIONS=detect_leaks=0 "$(built fuzzer address)/release/$name" -runs=0 \
            "$work/$name/corpus" "$here/Corpus/$name" >"$log" 2>&1; then
            report ok "$name: $(runs "$log") inputs again with the address sanitizer"
        else
            report failed "$name with the address sanitizer: $log"
            tail -n 20 "$log" | sed 's/^/    /'
        fi
    done
}

main "$@"
