#!/usr/bin/env bash
# Builds Keyfob, installs it, and proves that what was installed works.
set -euo pipefail
# Everybody may run what root installs, whatever root's own files are like.
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$(dirname "$here")
. "$here/steps.sh"
. "$here/packages.sh"
. "$here/manifest.sh"

usage() {
    cat <<'TEXT'
usage: install/install.sh [--prefix DIR] [--dry-run]

Installs what is missing by apt, builds the release, installs programs, man pages
and completions in DIR, and proves store, get and erase in a scratch home.
No credential store of anybody is opened or made.

  --prefix DIR   where to install; /usr/local as root, ~/.local otherwise
  --dry-run      print every step and change nothing
  --help         print this
TEXT
}

main() {
    parse_arguments "$@"
    step "system packages"
    ensure_packages "${build_packages[@]}"
    step "Swift toolchain"
    choose_swift
    step "build"
    build
    step "install in $prefix"
    install_programs
    install_documents
    install_units
    step "proof in a scratch home"
    run "$here/prove.sh" "$prefix"
    step "what to do next"
    say_what_is_next
}

parse_arguments() {
    prefix=
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix)
                [ -n "${2:-}" ] || usage_error "--prefix takes a folder"
                prefix=$2
                shift
                ;;
            --prefix=?*) prefix=${1#*=} ;;
            --dry-run) dry_run=yes ;;
            --help | -h) usage; exit 0 ;;
            *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    prefix=$(absolute "${prefix:-$(default_prefix)}")
    into_prefix=$(runner_for "$prefix")
}

# The first toolchain that is new enough: the one on PATH, then the usual place, which sudo hides.
choose_swift() {
    local candidate version
    for candidate in "$(command -v swift || true)" /opt/swift/usr/bin/swift; do
        [ -x "$candidate" ] || continue
        version=$("$candidate" --version 2>/dev/null |
            sed -n 's/.*Swift version \([0-9.]*\).*/\1/p') || true
        if is_new_enough "$version"; then
            note "$candidate, version $version"
            swift=$candidate
            return
        fi
        note "$candidate, version ${version:-unknown (it does not start)}: not usable"
    done
    warn "no Swift 6.2 or newer on PATH or in /opt/swift"
    [ "$dry_run" = yes ] || fail "get it from https://www.swift.org/install/linux/ and try again"
    swift=swift
}

is_new_enough() {
    local major minor
    IFS=. read -r major minor _ <<<"$1"
    [ "${major:-0}" -gt 6 ] || { [ "${major:-0}" -eq 6 ] && [ "${minor:-0}" -ge 2 ]; }
}

# With the Swift runtime linked in, and no search path: an installed program needs no toolchain and
# loads nothing from its own folder.
build() {
    local program flags=(
        --package-path "$tree" --configuration release --static-swift-stdlib --disable-local-rpath)
    for program in "${programs[@]}" "${libexec_programs[@]}"; do
        run "$swift" build "${flags[@]}" --product "$program"
    done
    built=$tree/.build/release
    [ "$dry_run" = yes ] || built=$("$swift" build "${flags[@]}" --show-bin-path)
}

install_programs() {
    local program
    for program in "${programs[@]}"; do
        place_program "$program" "$prefix/bin"
    done
    for program in "${libexec_programs[@]}"; do
        place_program "$program" "$prefix/libexec/keyfob"
    done
}

# Stripped first and copied then: what strip writes bit by bit, the kernel also keeps bit by bit, and
# every start of the program pays for it. A copy is written in large pieces.
place_program() {
    run strip --strip-all -o "$built/$1.stripped" "$built/$1"
    place "$built/$1.stripped" "$2/$1" --mode=755
}

install_documents() {
    local index
    for ((index = 0; index < ${#documents[@]}; index += 2)); do
        place "$here/${documents[index]}" "$prefix/${documents[index + 1]}" --mode=644
    done
}

install_units() {
    local unit
    for unit in "${units[@]}"; do
        run name_prefix "$here/systemd/$unit" "$built/$unit"
        place "$built/$unit" "$prefix/share/systemd/user/$unit" --mode=644
    done
}

# A unit names its program by the full path, in which % would be systemd's own.
name_prefix() {
    local text
    text=$(<"$1")
    printf '%s\n' "${text//@PREFIX@/"${prefix//%/%%}"}" >"$2"
}

# A program may be in use while it is replaced: the new file is whole before it takes the name.
place() {
    local source=$1 destination=$2
    shift 2
    local folder=${destination%/*}
    local arriving=$folder/.${destination##*/}.new
    [ -d "$folder" ] || "$into_prefix" install --directory --mode=755 -- "$folder"
    "$into_prefix" install "$@" -- "$source" "$arriving"
    "$into_prefix" mv --force --no-target-directory -- "$arriving" "$destination"
}

say_what_is_next() {
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) warn "$prefix/bin is not on PATH: docker and git find no helper until it is" ;;
    esac
    note "keyfob setup docker    let docker ask Keyfob"
    note "keyfob setup git       let git ask Keyfob"
    note "systemctl --user enable --now keyfob-refresh.timer"
    note "                       mint ECR's tokens ahead of time, hourly"
    note "man keyfob             everything else"
}

main "$@"
