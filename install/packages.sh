# shellcheck shell=bash
# What the system must provide; sourced after steps.sh by install.sh and Tests/run.sh.

# g++ brings the C library and libstdc++ that static programs are linked from, binutils `strip`.
# shellcheck disable=SC2034
build_packages=(
    binutils ca-certificates g++ git libcurl4-openssl-dev libdbus-1-dev libsecret-1-dev
    libsodium-dev libxml2-dev pkg-config
)

# shellcheck disable=SC2034
test_packages=(
    # servers on loopback
    apache2 apache2-utils docker-registry openssh-server openssl
    # clients
    buildah git openssh-client podman skopeo sshpass
    # terminals, and a program that asks on them
    pinentry-tty tmux
    # a message bus, keyrings on it, and a screen for their prompts
    dbus-daemon gcr gnome-keyring keepassxc libsecret-tools xdotool xvfb
    # peers to measure against
    amazon-ecr-credential-helper gnupg golang-docker-credential-helpers pass
    # the tests themselves
    curl iproute2 keyutils python3-jeepney python3-nacl python3-pexpect python3-pytest
    python3-secretstorage python3-venv python3-yaml strace systemd
    # completions, man pages and scripts
    bash-completion fish man-db shellcheck zsh
)

is_installed() {
    case $(dpkg-query --show --showformat='${db:Status-Status} ' "$1" 2>/dev/null) in
        installed*) true ;;
        *) false ;;
    esac
}

# Installs those of the named packages that are missing, and nothing when none is.
ensure_packages() {
    if ! command -v dpkg-query >/dev/null; then
        note "this is not a Debian: what these provide must be installed already: $*"
        return
    fi
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} = 0 ]; then
        note "nothing is missing"
        return
    fi
    note "missing: ${missing[*]}"
    # A third-party source that fails to update must not stop us: the install says what it lacks.
    run_as_root apt-get update --quiet --quiet || warn "apt-get update failed; trying without"
    run_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
}
