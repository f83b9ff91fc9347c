# shellcheck shell=bash
# What an installation consists of: install.sh puts it in place, uninstall.sh takes it away.

# Built here, installed in PREFIX/bin.
# shellcheck disable=SC2034
programs=(docker-credential-keyfob git-credential-keyfob keyfob)

# Built here, installed in PREFIX/libexec/keyfob: the others start them when they need them.
# shellcheck disable=SC2034
libexec_programs=(keyfob-askpass keyfob-keyring keyfob-mint keyfob-prompt)

# Source in install/, and destination in PREFIX.
# shellcheck disable=SC2034
documents=(
    man/docker-credential-keyfob.1  share/man/man1/docker-credential-keyfob.1
    man/git-credential-keyfob.1     share/man/man1/git-credential-keyfob.1
    man/keyfob.1                    share/man/man1/keyfob.1
    man/keyfob-config.5             share/man/man5/keyfob-config.5
    man/keyfob-exchange.7           share/man/man7/keyfob-exchange.7
    man/keyfob-kinds.7              share/man/man7/keyfob-kinds.7
    man/keyfob-seed.7               share/man/man7/keyfob-seed.7
    completions/bash/keyfob         share/bash-completion/completions/keyfob
    completions/zsh/_keyfob         share/zsh/site-functions/_keyfob
    completions/fish/keyfob.fish    share/fish/vendor_completions.d/keyfob.fish
)

# In install/systemd, and in PREFIX/share/systemd/user: where a user's service manager looks below
# /usr/local, /usr and ~/.local alike.
# shellcheck disable=SC2034
units=(keyfob-refresh.service keyfob-refresh.timer)
