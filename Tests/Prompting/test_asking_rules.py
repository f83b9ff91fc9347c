"""Who is asked, in git's order; and where nobody can be, it says so at once and never waits."""

import os
import re
import select
import signal
import time

import pytest

from askpass_notes import asked
from Support import login_messages
from Support.login_messages import Failure, Login

HOST = "git.example.com"
LOGIN = f"keyfob login git:{HOST}"
ELSEWHERE = f"run `{LOGIN}` on a terminal, or set GIT_ASKPASS"
NO_TERMINAL = Failure(
    "unreachable", f"nothing is stored for {HOST}, and there is no terminal to ask on",
    ELSEWHERE, False)
FORBIDDEN = Failure(
    "unreachable", f"nothing is stored for {HOST}, and GIT_TERMINAL_PROMPT forbids to ask",
    ELSEWHERE, False)
IN_CI = Failure(
    "unreachable", "nobody is asked for a login in CI (the variable CI is set)",
    f"store one beforehand with `{LOGIN} --token-stdin`", True)
NOT_INTERACTIVE = Failure(
    "unreachable", "git's credential.interactive forbids to ask for a login",
    f"run `{LOGIN}` on a terminal first", True)
BACKGROUND = Failure(
    "unreachable",
    f"nothing is stored for {HOST}, and this runs in the background of its terminal",
    ELSEWHERE, True)
OF_COMMAND = Failure(
    "unreachable", "there is no terminal to ask on",
    "run it on a terminal, or give the token with `--token-stdin`", False)
#: How long a refusal may take at most, in seconds, on a busy machine.
AT_ONCE = 5


def interactive(value):
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.interactive",
            "GIT_CONFIG_VALUE_0": value}


@pytest.fixture(autouse=True)
def unverified(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")


NEVER = [
    ({}, NO_TERMINAL),
    ({"GIT_ASKPASS": ""}, NO_TERMINAL),
    ({"GIT_ASKPASS": "/no/such/program"}, NO_TERMINAL),
    ({"GIT_ASKPASS": "/bin/false"}, None),
    ({"GIT_TERMINAL_PROMPT": "0"}, FORBIDDEN),
    ({"GIT_TERMINAL_PROMPT": "false"}, FORBIDDEN),
    ({"GIT_TERMINAL_PROMPT": "1", "CI": "false"}, NO_TERMINAL),
    ({"CI": "true"}, IN_CI),
    ({"CI": "1"}, IN_CI),
    (interactive("false"), NOT_INTERACTIVE),
    (interactive("never"), NOT_INTERACTIVE),
    (interactive("0"), NOT_INTERACTIVE),
    (interactive("true"), NO_TERMINAL),
    ({"PATH": "/nowhere"}, NO_TERMINAL),
    # A display without a program that could use it.
    ({"DISPLAY": ":99", "PATH": "/nowhere"}, NO_TERMINAL),
]


@pytest.mark.parametrize("env, refusal", NEVER)
def test_without_a_terminal_it_says_at_once_what_would_help(prompt, env, refusal):
    start = time.monotonic()
    answer = prompt.without_terminal(HOST, env=env)
    assert time.monotonic() - start < AT_ONCE
    if refusal:
        assert answer == refusal
    else:
        assert answer == Failure(
            "unreachable", "/bin/false gave no answer", "try again on a terminal", False)
    assert prompt.errors == ""


ON_TERMINAL = [({"GIT_TERMINAL_PROMPT": "0"}, FORBIDDEN), ({"CI": "yes"}, IN_CI),
               (interactive("never"), NOT_INTERACTIVE)]


@pytest.mark.parametrize("env, refusal", ON_TERMINAL)
def test_on_a_terminal_too(prompt, env, refusal):
    child = prompt.on_terminal(HOST, env=env)
    assert prompt.reply(child) == refusal and child.before == ""


def test_what_a_repository_says_counts(prompt):
    folder = prompt.home.path / "clone"
    assert prompt.home.run("git", "init", "-q", folder).code == 0
    prompt.home.run("git", "-C", folder, "config", "credential.interactive", "false")
    assert prompt.without_terminal(HOST, cwd=folder) == NOT_INTERACTIVE
    assert prompt.without_terminal(HOST) == NO_TERMINAL
    environment = {"GIT_DIR": str(folder / ".git")}
    assert prompt.without_terminal(HOST, env=environment) == NOT_INTERACTIVE


def test_in_the_background_of_a_terminal_it_neither_stops_nor_asks(prompt):
    child = prompt.on_terminal(HOST, before="set -m; stty tostop; ", then=" & wait $!; echo $?")
    assert prompt.reply(child) == BACKGROUND
    assert "Username" not in child.before and re.search(r"^0\r", child.before, re.M)


def test_one_that_is_moved_to_the_background_goes_on_when_it_is_back(prompt):
    child = prompt.on_terminal(
        HOST, before="set -m; ", then="; bg >/dev/null; read line; echo got $line; fg >/dev/null")
    child.expect_exact("Username for ")
    child.sendcontrol("z")
    child.expect_exact("^Z")
    child.sendline("of the shell")
    child.expect_exact("got of the shell")
    child.sendline("alice")
    child.expect_exact("Password for ")
    child.sendline("canary")
    assert prompt.reply(child).username == b"alice"


def test_the_command_wants_a_terminal_and_keeps_none_of_gits_rules(prompt):
    everything = {"CI": "true", "GIT_TERMINAL_PROMPT": "0", **interactive("never")}
    assert prompt.without_terminal(HOST, env=everything, is_command=True) == OF_COMMAND
    child = prompt.on_terminal(HOST, env=everything, is_command=True)
    child.expect_exact(f"Login to {HOST}\r\n")
    child.expect_exact("Username for ")
    child.sendline("alice")
    child.expect_exact("Password for ")
    child.sendline("canary")
    assert prompt.reply(child) == Login(b"alice", b"canary", None, None, None, False)


# The order.

def three(askpass):
    return {name: askpass(name, f"canary {name}", name) for name in ("git", "core", "ssh")}


def environment(scripts, **changes):
    variables = {
        "GIT_ASKPASS": str(scripts["git"]), "SSH_ASKPASS": str(scripts["ssh"]),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.askPass",
        "GIT_CONFIG_VALUE_0": str(scripts["core"])}
    return {**variables, **changes}


@pytest.mark.parametrize("changes, chosen", [
    ({}, "git"),
    ({"GIT_ASKPASS": None}, "core"),
    ({"GIT_ASKPASS": None, "GIT_CONFIG_COUNT": "0"}, "ssh"),
    ({"GIT_ASKPASS": ""}, None),
    ({"GIT_ASKPASS": None, "GIT_CONFIG_VALUE_0": ""}, None),
    # They are not the terminal.
    ({"GIT_TERMINAL_PROMPT": "0"}, "git"),
])
def test_one_askpass_program_counts(prompt, askpass, changes, chosen):
    scripts = three(askpass)
    answer = prompt.without_terminal(HOST, env=environment(scripts, **changes))
    if chosen:
        assert answer == Login(
            chosen.encode(), f"canary {chosen}".encode(), None, None, None, False)
    else:
        assert answer == NO_TERMINAL
    assert [name for name in scripts if asked(scripts[name])] == ([chosen] if chosen else [])


def test_an_askpass_program_is_asked_although_there_is_a_terminal(prompt, askpass):
    script = askpass("alice", "canary")
    child = prompt.on_terminal(HOST, env={"GIT_ASKPASS": str(script)})
    assert prompt.reply(child).username == b"alice" and child.before == ""


def test_where_an_askpass_program_fails_the_terminal_follows_at_that_question(prompt, askpass):
    script = askpass("alice", "canary", more='case "$1" in Password*) exit 1 ;; esac')
    child = prompt.on_terminal(HOST, env={"GIT_ASKPASS": str(script)})
    child.expect_exact(f"Password for 'https://alice@{HOST}': ")
    child.sendline("canary")
    assert prompt.reply(child).username == b"alice"
    assert len(asked(script)) == 2


def test_an_askpass_program_may_use_the_terminal(prompt, tmp_path):
    script = tmp_path / "reader"
    script.write_text('#!/bin/sh\nprintf "asked: " >/dev/tty; read a </dev/tty; echo "$a"\n')
    script.chmod(0o700)
    child = prompt.on_terminal(HOST, env={"GIT_ASKPASS": str(script)})
    for answer in ("alice", "canary"):
        child.expect_exact("asked: ")
        child.sendline(answer)
    assert prompt.reply(child) == Login(b"alice", b"canary", None, None, None, False)


def signals(status, name):
    """A process's set of signals, without the two above 31 that are the C library's own."""
    return int(re.search(rf"^{name}:\s+(\w+)$", status, re.M)[1], 16) & (1 << 31) - 1


def test_an_askpass_program_starts_with_usual_signals(prompt, askpass, tmp_path):
    script = askpass("alice", "canary", more=(
        f"cat /proc/self/status > {tmp_path}/own; cat /proc/$PPID/status > {tmp_path}/ours"))
    assert prompt.without_terminal(HOST, env={"GIT_ASKPASS": str(script)}).username == b"alice"
    own, ours = (tmp_path / "own").read_text(), (tmp_path / "ours").read_text()
    # nohup and shells mean these for everything that is started.
    meant = sum(1 << (number - 1) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT))
    assert signals(ours, "SigIgn") & 1 << (signal.SIGTTIN - 1)
    assert signals(own, "SigIgn") & ~meant == 0 and signals(own, "SigBlk") == 0


@pytest.mark.parametrize("written, read", [
    ("canary\\nmore\\n", b"canary"), ("canary\\r\\n", b"canary"), ("canary", b"canary"),
    (" can ary \\n", b" can ary ")])
def test_the_answer_is_the_first_line(prompt, askpass, written, read):
    answer = prompt.without_terminal(
        HOST, env={"GIT_ASKPASS": str(askpass("alice\\n", written))})
    assert answer.secret == read and answer.username == b"alice"


def test_a_name_without_a_slash_is_looked_for_on_path(prompt, askpass):
    script = askpass("alice", "canary")
    path = f"{script.parent}:{prompt.home.env['PATH']}"
    assert prompt.without_terminal(
        HOST, env={"GIT_ASKPASS": script.name, "PATH": path}).username == b"alice"


def test_nobody_waits_longer_than_the_person_has(prompt, tmp_path):
    prompt.home.configure("[prompt]\nverify = false\ntimeout = 1\n")
    late = Failure(
        "declined", "nobody answered within 1 seconds",
        "try again, or set `timeout` in the section [prompt] of Keyfob's configuration", True)
    script = tmp_path / "sleeper"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o700)
    assert prompt.without_terminal(HOST, env={"GIT_ASKPASS": str(script)}) == late
    child = prompt.on_terminal(HOST)
    assert prompt.reply(child) == late and "Username for" in child.before
    child = prompt.on_terminal(HOST, username="alice", then="; stty -a | grep -ow -e '-*echo'")
    assert prompt.reply(child) == late and child.before.endswith("\necho\r\n")


@pytest.mark.parametrize("child", [
    "sleep 60", "sleep 60 & echo $! > {note}; wait", "(sleep 60 & echo $! > {note}); sleep 60"])
def test_what_an_askpass_program_started_ends_with_it(prompt, tmp_path, child):
    prompt.home.configure("[prompt]\nverify = false\ntimeout = 1\n")
    script, note = tmp_path / "asks", tmp_path / "child"
    script.write_text(f"#!/bin/sh\n{child.format(note=note)}\nexit 1\n")
    script.chmod(0o700)
    reader, writer = os.pipe()
    answer = login_messages.ask(
        prompt.program, login_messages.request(HOST), stderr=writer, cwd=prompt.home.path,
        env={**prompt.home.env, "GIT_ASKPASS": str(script)}, start_new_session=True)
    os.close(writer)
    assert login_messages.reply(answer).code == "declined"
    # Nobody holds its standard error any more, for which git's callers wait.
    assert select.select([reader], [], [], 5)[0] and os.read(reader, 1) == b""
    os.close(reader)
    assert note.exists() == ("note" in child)


def test_it_takes_no_part_alone(prompt):
    done = prompt.home.run(prompt.program)
    assert done == (
        2, b"",
        b"keyfob-prompt: Keyfob's other programs start this one; it takes no part alone\n")
