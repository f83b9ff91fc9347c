"""Asking by pinentry: real ones on a terminal, and a scripted one that notes what it hears."""

import re
import time

import pytest

from Support.login_messages import Failure, Login

HOST = "git.example.com"
#: Answers as libassuan's servers do, from a list of answers, and notes every line.
SCRIPTED = '''#!/usr/bin/python3
import sys
from pathlib import Path
note = Path(__file__ + ".heard").open("a")
answers = Path(__file__ + ".answers")
def say(line):
    sys.stdout.buffer.write(line + b"\\n")
    sys.stdout.flush()
say(b"OK Pleased to meet you")
for line in sys.stdin:
    note.write(line)
    note.flush()
    if line == "GETPIN\\n":
        first, *rest = answers.read_bytes().split(b"\\n")
        answers.write_bytes(b"\\n".join(rest))
        for each in first.split(b"|"):
            say(each)
    elif line.startswith("OPTION lc-ctype"):
        say(b"ERR 83886254 Unknown option <Pinentry>")
    else:
        say(b"S SOMETHING else")
        say(b"OK")
'''


@pytest.fixture
def scripted(prompt, tmp_path):
    """Has a scripted pinentry ask, with these lines as its answers."""
    def write(*answers, name="scripted-pinentry"):
        program = tmp_path / name
        program.write_text(SCRIPTED)
        program.chmod(0o700)
        (tmp_path / f"{name}.answers").write_bytes(b"\n".join(answers))
        prompt.home.configure(f"[prompt]\nverify = false\npinentry = {program}\n")
        return tmp_path / f"{name}.heard"

    return write


def configure(prompt, name, more=""):
    prompt.home.configure(f"[prompt]\nverify = false\npinentry = {name}\n{more}")


def test_pinentry_tty_asks_on_the_terminal(prompt):
    configure(prompt, "pinentry-tty")
    child = prompt.on_terminal(HOST, "acme/app.git")
    child.expect_exact(f"Username for 'https://{HOST}/acme/app.git': ")
    child.expect_exact(f"No login is stored for {HOST}/acme/app.git")
    child.expect_exact("Username:")
    child.sendline("alice")
    child.expect_exact(f"Password for 'https://alice@{HOST}/acme/app.git': ")
    child.expect_exact("Password:")
    child.sendline("canary 100%\\")
    assert prompt.reply(child) == Login(b"alice", b"canary 100%\\", None, None, None, False)
    assert "canary" not in child.before


def test_pinentry_curses_draws_a_window(prompt):
    configure(prompt, "pinentry-curses")
    child = prompt.on_terminal(HOST, username="alice", columns=100)
    child.expect_exact("Password for")
    child.expect_exact("Cancel")
    child.send("canary\r")
    assert prompt.reply(child) == Login(b"alice", b"canary", None, None, None, False)


@pytest.mark.parametrize("name", ["pinentry-tty", "pinentry-curses"])
def test_ctrl_c_in_it_leaves_the_terminal_as_it_was(prompt, name):
    configure(prompt, name)
    before = prompt.home.root / "before"
    child = prompt.on_terminal(
        HOST, username="alice", columns=100, before=f"trap : INT; stty -a > {before}; set -m; ",
        then=f"; stty -a | diff - {before} && echo same")
    child.expect_exact("Password:")
    child.sendintr()
    child.expect_exact("same")


def test_nobody_waits_for_it_longer_than_the_person_has(prompt):
    configure(prompt, "pinentry-tty", "timeout = 1\n")
    before = prompt.home.root / "before"
    child = prompt.on_terminal(
        HOST, username="alice", before=f"stty -a > {before}; ",
        then=f"; stty -a | cmp - {before} && echo same")
    child.expect_exact("same")
    failure = prompt.reply(child)
    assert failure.is_final and failure.code == "declined", failure


def test_what_it_is_told_and_what_it_answers_is_coded(prompt, scripted):
    heard = scripted(b"D al%69ce|OK", b"D can%0Aa|D ry%25|OK",
                     b"D alice|OK", b"D canary%25|D  more|OK")
    child = prompt.on_terminal(
        HOST, "a\nb%", reason="100% of\x1b[31m it", env={"GPG_TTY": "/dev/pts/77"})
    assert prompt.reply(child) == Login(b"alice", b"canary% more", None, None, None, False)
    lines = heard.read_text().splitlines()
    assert lines.count("GETPIN") == 4
    assert lines[:4] == ["OPTION ttyname=/dev/pts/77", "OPTION ttytype=xterm",
                         "OPTION lc-ctype=C.UTF-8", lines[3]]
    assert re.fullmatch(r"SETTIMEOUT \d+", lines[3]) and lines[4] == "SETTITLE Keyfob"
    descriptions = [line for line in lines if line.startswith("SETDESC")]
    question = f"SETDESC Username for 'https://{HOST}/a%250Ab%2525': %0A"
    assert descriptions[0].startswith(question + "100%25 of%251B[31m it")
    assert [line for line in lines if line.startswith("SETPROMPT")][:2] == [
        "SETPROMPT Username:", "SETPROMPT Password:"]


def test_the_question_is_there_however_much_else_is_said(prompt, scripted):
    heard = scripted(b"D canary|OK")
    child = prompt.on_terminal(HOST, username="alice", reason="a long reason " * 200)
    assert prompt.reply(child).secret == b"canary"
    line, = [line for line in heard.read_text().splitlines() if line.startswith("SETDESC")]
    assert line.startswith(f"SETDESC Password for 'https://alice@{HOST}': %0Aa long reason")
    assert len(line) <= 1000


def test_what_it_says_of_an_error_moves_no_cursor(prompt, scripted, tmp_path):
    scripted(b"ERR 83918950 \x1b[2J" + b"x" * 900, name="pinentry-gnome3")
    prompt.home.configure("[prompt]\nverify = false\n")
    path = f"{tmp_path}:{prompt.home.env['PATH']}"
    failure = prompt.without_terminal(HOST, env={"PATH": path, "DISPLAY": ":0"})
    assert "pinentry-gnome3 cannot ask: 83918950 %1B[2Jxxx" in failure.problem
    assert len(failure.problem) < 400


def test_cancel_is_a_no_for_git_as_well(prompt, scripted):
    scripted(b"ERR 83886179 Operation cancelled <Pinentry>")
    child = prompt.on_terminal(HOST)
    assert prompt.reply(child) == Failure(
        "declined", "the question was cancelled", None, True)


@pytest.mark.parametrize("answer", [
    b"ERR 83918950 Inappropriate ioctl for device <Pinentry>", b"D half"])
def test_where_it_cannot_ask_the_terminal_does(prompt, scripted, answer):
    scripted(answer)
    if answer.startswith(b"D"):
        prompt.home.configure("[prompt]\nverify = false\npinentry = /bin/true\n")
    child = prompt.on_terminal(HOST, username="alice")
    child.expect_exact(f"Password for 'https://alice@{HOST}': ")
    child.sendline("canary")
    assert prompt.reply(child).secret == b"canary"


def test_without_a_terminal_it_opens_a_window_where_there_is_a_display(prompt, scripted, tmp_path):
    scripted(b"D alice|OK", b"D canary|OK", name="pinentry-gnome3")
    prompt.home.configure("[prompt]\nverify = false\n")
    path = f"{tmp_path}:{prompt.home.env['PATH']}"
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        answers = tmp_path / "pinentry-gnome3.answers"
        answers.write_bytes(b"D alice|OK\nD canary|OK")
        login = prompt.without_terminal(HOST, env={"PATH": path, display: ":0"})
        assert login == Login(b"alice", b"canary", None, None, None, False)
    refused = prompt.without_terminal(HOST, env={"PATH": path})
    assert refused.code == "unreachable" and not refused.is_final
    forbidden = {"PATH": path, "DISPLAY": ":0", "GIT_TERMINAL_PROMPT": "0"}
    assert "GIT_TERMINAL_PROMPT" in prompt.without_terminal(HOST, env=forbidden).problem


def test_one_that_needs_a_terminal_is_not_waited_for_without_one(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    start = time.monotonic()
    failure = prompt.without_terminal(
        HOST, env={"DISPLAY": "nowhere:77", "PATH": "/usr/bin", "DBUS_SESSION_BUS_ADDRESS": None})
    assert time.monotonic() - start < 10
    assert isinstance(failure, Failure) and not failure.is_final, failure
