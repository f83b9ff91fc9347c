#!/usr/bin/env bash
# Takes away what install.sh installed, and leaves every credential where it is.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$here/steps.sh"
. "$here/manifest.sh"

clients=(docker git podman helm)

usage() {
    cat <<'TEXT'
usage: install/uninstall.sh [--prefix DIR] [--dry-run] [--yes]

Offers to undo `keyfob setup` for docker, git, podman and helm, then removes the
files that install.sh put in DIR. Credentials stay.

  --prefix DIR   where Keyfob is installed; /usr/local as root, ~/.local otherwise
  --dry-run      print every step and change nothing
  --yes          ask nothing: undo every setup
  --help         print this
TEXT
}

main() {
    parse_arguments "$@"
    step "client configuration"
    undo_setup
    step "remove from $prefix"
    remove_files
    step "what stays"
    say_what_stays
}

parse_arguments() {
    prefix=
    yes=no
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix)
                [ -n "${2:-}" ] || usage_error "--prefix takes a folder"
                prefix=$2
                shift
                ;;
            --prefix=?*) prefix=${1#*=} ;;
            --dry-run) dry_run=yes ;;
            --yes | -y) yes=yes ;;
            --help | -h) usage; exit 0 ;;
            *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    prefix=$(absolute "${prefix:-$(default_prefix)}")
    from_prefix=$(runner_for "$prefix/bin")
}

# A client that is still told to ask Keyfob fails once the helper is gone.
undo_setup() {
    local keyfob=$prefix/bin/keyfob client
    if [ ! -x "$keyfob" ]; then
        note "$keyfob is not there: nothing to undo with"
        return
    fi
    for client in "${clients[@]}"; do
        if wants_undo "$client"; then
            run "$keyfob" setup "$client" --undo ||
                fail "the setup of $client is not undone, so nothing was removed"
        else
            note "left as it is; to undo it, before Keyfob is gone: keyfob setup $client --undo"
        fi
    done
}

wants_undo() {
    local answer
    [ "$yes" = no ] || return 0
    [ -t 0 ] && [ "$dry_run" = no ] || return 1
    read -r -p "    undo the setup of $1, if there is one? [y/N] " answer || return 1
    case $answer in
        [yY]*) return 0 ;;
        *) return 1 ;;
    esac
}

remove_files() {
    local program index unit
    for program in "${programs[@]}"; do
        remove "$prefix/bin/$program"
    done
    for program in "${libexec_programs[@]}"; do
        remove "$prefix/libexec/keyfob/$program"
    done
    if [ -d "$prefix/libexec/keyfob" ]; then
        "$from_prefix" rmdir --ignore-fail-on-non-empty -- "$prefix/libexec/keyfob"
    fi
    for ((index = 1; index < ${#documents[@]}; index += 2)); do
        remove "$prefix/${documents[index]}"
    done
    for unit in "${units[@]}"; do
        remove "$prefix/share/systemd/user/$unit"
    done
}

remove() {
    if [ -e "$1" ] || [ -L "$1" ]; then
        "$from_prefix" rm --force -- "$1"
    fi
}

say_what_stays() {
    local link timer
    note "credentials: ${XDG_DATA_HOME:-${HOME:-~}/.local/share}/keyfob"
    note "keys:        ${XDG_STATE_HOME:-${HOME:-~}/.local/state}/keyfob"
    note "settings:    ${XDG_CONFIG_HOME:-${HOME:-~}/.config}/keyfob and /etc/keyfob"
    note "of every other user: the same folders in their homes, and their clients' configuration"
    note "the machine's store /var/lib/keyfob and the group keyfob, if they were made; remove them with"
    note "    sudo rm -r /var/lib/keyfob && sudo groupdel keyfob"
    for link in "$prefix"/bin/{docker,git}-credential-keyfob-*; do
        [ ! -L "$link" ] || note "a link that somebody made: $link"
    done
    timer=${XDG_CONFIG_HOME:-${HOME:-~}/.config}/systemd/user/timers.target.wants/keyfob-refresh.timer
    [ ! -L "$timer" ] ||
        note "a timer that was enabled: systemctl --user disable --now keyfob-refresh.timer"
}

main "$@"
