# shellcheck shell=bash
# How the scripts speak and act; sourced by them. `dry_run=yes` makes `run` print only.

dry_run=${dry_run:-no}

step() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
    warn "$*"
    exit 1
}

usage_error() {
    warn "$*"
    warn "try --help"
    exit 2
}

# Prints a command and, unless this is a dry run, runs it.
run() {
    printf '    $'
    printf ' %q' "$@"
    printf '\n'
    [ "$dry_run" = yes ] || "$@"
}

# The same as root: by sudo, and by sudo only for who is not root already.
run_as_root() {
    if [ "$(id -u)" = 0 ]; then
        run "$@"
    elif [ "$dry_run" = yes ] || command -v sudo >/dev/null; then
        run sudo "$@"
    else
        fail "this takes root, and sudo is not installed; as root, run: $*"
    fi
}

default_prefix() {
    if [ "$(id -u)" = 0 ]; then
        printf '/usr/local\n'
    else
        printf '%s/.local\n' "${HOME:?HOME is not set; name a folder with --prefix}"
    fi
}

# The folder as an absolute path, whether or not it exists.
absolute() {
    realpath --canonicalize-missing --no-symlinks -- "$1"
}

# `run`, or `run_as_root` when the folder, or what it would be made in, is not ours to write.
runner_for() {
    local folder=$1
    while [ ! -e "$folder" ]; do folder=$(dirname -- "$folder"); done
    if [ -w "$folder" ]; then printf 'run\n'; else printf 'run_as_root\n'; fi
}
