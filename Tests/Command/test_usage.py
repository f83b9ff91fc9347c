"""Help, versions, completions and wrong arguments: what a newcomer meets first."""

import re

import pytest

COMMANDS = [
    "init", "status", "add", "list", "show", "edit", "bind", "unbind", "remove", "explain",
    "refresh", "unlock", "lock", "store", "store fsck", "store recover", "store rotate-key", "completions",
]


def test_the_version_is_one_line_on_stdout_and_that_of_the_helpers(admin):
    version = admin.does("keyfob --version")
    assert re.fullmatch(rb"keyfob \d+\.\d+\.\d+\n", version)
    assert admin.home.docker("version").out == b"docker-credential-" + version


def test_help_names_every_command_and_every_exit_code(admin):
    text = admin.does("keyfob --help").decode()
    listed = set(re.findall(r"^  ([a-z]+) ", text, re.MULTILINE))
    assert {command for command in COMMANDS if " " not in command} <= listed
    words = " ".join(text.split())
    assert ("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 locked or unreachable."
            in words)


def test_without_arguments_it_prints_its_help(admin):
    assert admin.does("keyfob") == admin.does("keyfob --help")
    assert admin.does("keyfob store") == admin.does("keyfob store --help")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_of_its_own_that_fits_a_terminal(admin, command):
    text = admin.does(f"keyfob {command} --help").decode()
    assert f"USAGE: keyfob {command}" in text
    assert text == admin.does(f"keyfob help {command}").decode()
    assert max(len(line) for line in text.splitlines() if not line.startswith("USAGE")) <= 80


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_a_script_that_the_shell_reads(admin, shell):
    script = admin.does(f"keyfob completions {shell}")
    assert b"rotate-key" in script
    read = admin.home.run(shell, "-n", input=script)
    assert read == (0, b"", b""), read


@pytest.mark.parametrize("line, message", [
    ("keyfob frobnicate", "unexpected argument 'frobnicate'; see `keyfob --help`"),
    ("keyfob add", "missing expected argument '<name>'; see `keyfob add --help`"),
    ("keyfob list --frame", "unknown option '--frame'; see `keyfob list --help`"),
    ("keyfob store fsck now", "unexpected argument 'now'; see `keyfob store fsck --help`"),
    ("keyfob show x --reveal --json",
     "`--reveal` prints the bare secret, not JSON; see `keyfob show --help`"),
    ("keyfob show x --field token", "`--field` goes with `--reveal`; see `keyfob show --help`"),
    ("keyfob add x --stdin --fd 3",
     "`--stdin` and `--fd` cannot be used together; see `keyfob add --help`"),
    ("keyfob init --key-file k --lock-with passphrase",
     "`--key-file` goes with `--lock-with external-key`; see `keyfob init --help`"),
    ("keyfob init --store nowhere",
     "the value 'nowhere' is invalid for '--store <store>'. Please provide one of 'file' and "
     "'secret-service'; "
     "see `keyfob init --help`"),
    ("keyfob add x --kind ssh",
     "there is no kind `ssh`; write one of password, token, access-key, service-account, ssh-key, "
     "ssh-password, database, ovh, hetzner, kubeconfig, secret"),
    ("keyfob completions tcsh",
     "the value 'tcsh' is invalid for '<shell>'. Please provide one of 'bash', 'zsh' or 'fish'; "
     "see `keyfob completions --help`"),
])
def test_wrong_arguments_are_told_in_one_line_with_the_help_to_read(admin, line, message):
    assert admin.fails(2, line) == message


def test_control_characters_in_arguments_do_not_reach_the_terminal(admin):
    for line in ("keyfob 'x\033[31m'", "keyfob show 'x\033[31m\r'", "keyfob explain 'x\033[31m'"):
        answer = admin.run(line)
        assert answer.code in (2, 3)
        assert b"x" in answer.err and b"\033" not in answer.err and b"\r" not in answer.err


def test_in_a_fresh_home_every_command_says_what_to_do_first(admin):
    nothing = "nothing is stored yet; log in with git or docker, or `keyfob add`"
    assert admin.transcript("keyfob list") == f"\n2> keyfob: {nothing}\n"
    assert admin.json("keyfob list") == []
    for command in ("unlock", "lock", "store rotate-key", "store recover"):
        assert admin.fails(3, f"keyfob {command}") == nothing
    unknown = "there is no credential named `ghcr`; see the names with `keyfob list`"
    for command in ("show ghcr", "edit ghcr", "bind ghcr git:x.io", "unbind ghcr git:x.io",
                    "remove ghcr --yes"):
        assert admin.fails(3, f"keyfob {command}") == unknown
    assert admin.transcript("keyfob store fsck") == """
~/.local/share/keyfob/credentials.keyfob: nothing is stored yet
"""
    assert admin.files() == {}


def test_a_home_that_is_not_set_is_told(admin):
    assert admin.fails(1, "keyfob list", HOME=None) == (
        "HOME is not set to an absolute path; set HOME to your home folder")
