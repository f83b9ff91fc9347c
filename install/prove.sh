#!/usr/bin/env bash
# Proves an installation: store, get and erase through both protocols, in a home made for it.
set -euo pipefail

prefix=$(realpath -- "${1:?usage: install/prove.sh PREFIX}")
scratch=$(mktemp -d)
trap 'finish $?' EXIT

sentinel='credentials not found in native keychain'
# It goes through shell builtins and pipes only: neither a command line nor a file shows it.
secret=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')

main() {
    # A rule for the folder we were started in must not choose a scope.
    cd "$scratch"
    prove_command
    prove_docker
    prove_git
}

prove_command() {
    newcomer keyfob --version >/dev/null || fail "keyfob starts" "exit $?"
    succeed "keyfob starts"
}

prove_docker() {
    local server=registry.example
    local record="{\"ServerURL\":\"$server\",\"Username\":\"prover\",\"Secret\":\"$secret\"}"
    printf '%s\n' "$record" | expect "docker store" 0 "" docker-credential-keyfob store
    prove_sealed
    printf '%s' "$server" | expect "docker get" 0 "$record" docker-credential-keyfob get
    printf '%s' "$server" | expect "docker erase" 0 "" docker-credential-keyfob erase
    printf '%s' "$server" |
        expect "docker get of what was erased" 1 "$sentinel" docker-credential-keyfob get
}

prove_git() {
    local login=$'username=prover\n'password=$secret
    request "$login" | expect "git store" 0 "" git-credential-keyfob store
    request | expect "git get" 0 "$login" git-credential-keyfob get
    request "$login" | expect "git erase" 0 "" git-credential-keyfob erase
    request | expect "git get of what was erased" 0 "" git-credential-keyfob get
}

request() {
    printf '%s\n' protocol=https host=git.example "$@"
}

# The secret rests in a file, and in no file as it is.
prove_sealed() {
    local what="sealed on disk" status=0
    [ -n "$(find . -type f -name '*.keyfob' -size +0)" ] || fail "$what" "there is no sealed file"
    grep --recursive --quiet --fixed-strings --file=<(printf '%s\n' "$secret") . || status=$?
    [ "$status" = 1 ] || fail "$what" "a file holds the secret in clear"
    succeed "$what"
}

expect() {
    local what=$1 wanted_status=$2 wanted_output=$3 output status=0
    shift 3
    output=$(newcomer "$@") || status=$?
    [ "$status" = "$wanted_status" ] || fail "$what" "exit $status instead of $wanted_status"
    [ "$output" = "$wanted_output" ] || fail "$what" "the answer is another one"
    succeed "$what"
}

# Runs an installed program as a user without a past, whatever our own environment holds.
newcomer() {
    local program=$prefix/bin/$1
    shift
    env -i HOME="$scratch" PATH=/usr/bin:/bin KEYFOB_STORE=file timeout 30 "$program" "$@"
}

succeed() { printf 'proof: %s ok\n' "$1"; }

fail() {
    printf 'proof: %s FAILED: %s\n' "$1" "$2" >&2
    exit 1
}

finish() {
    rm -rf -- "$scratch"
    [ "$1" = 0 ] || printf 'proof: FAILED: %s does not work as it should\n' "$prefix" >&2
}

main
