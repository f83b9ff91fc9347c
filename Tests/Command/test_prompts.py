"""Secrets and answers typed on a terminal."""

import os
import signal

import pexpect
import pytest

from Support import Account

SECRET = "canary typed"
#: The echo as the shell finds it afterwards.
AND_STTY = '; echo "exit $?"; stty -a | grep -o -w -e "-*echo"'
ADD = "keyfob add ci --username bot --bind registry:r.io" + AND_STTY


def read_to_end(child):
    child.expect(pexpect.EOF)
    return child.before.replace("\r\n", "\n")


def test_a_secret_is_asked_for_twice_without_echo(admin, terminal):
    child = terminal(ADD)
    child.expect_exact("password: ")
    assert not child.getecho()
    child.sendline(SECRET)
    child.expect_exact("password again: ")
    assert not child.getecho()
    child.sendline(SECRET)
    assert read_to_end(child) == "\nkeyfob: stored ci\nexit 0\necho\n"
    assert admin.docker_get("r.io") == Account("bot", SECRET)


WRONG = [((SECRET, "another"), "the two answers differ; try again"),
         (("", ""), "the password is empty; try again")]


def answer(child, answers):
    for prompt, answer in zip(("password: ", "password again: "), answers):
        child.expect_exact(prompt)
        child.sendline(answer)


@pytest.mark.parametrize("answers, told", WRONG)
def test_the_third_wrong_answer_ends_it_and_stores_nothing(admin, terminal, answers, told):
    child = terminal(ADD)
    for _ in range(2):
        answer(child, answers)
        child.expect_exact(f"keyfob: {told}\r\n")
    answer(child, answers)
    assert read_to_end(child) == f"\nkeyfob: {told}\nexit 2\necho\n"
    assert admin.names() == []


@pytest.mark.parametrize("answers, told", WRONG)
def test_answers_that_differ_or_are_empty_are_asked_for_again(admin, terminal, answers, told):
    child = terminal(ADD)
    answer(child, answers)
    child.expect_exact(f"keyfob: {told}\r\n")
    answer(child, (SECRET, SECRET))
    assert read_to_end(child) == "\nkeyfob: stored ci\nexit 0\necho\n"
    assert admin.docker_get("r.io") == Account("bot", SECRET)


@pytest.mark.parametrize("typed", ["", "half a secr"])
@pytest.mark.parametrize("second", [False, True], ids=["first", "second"])
def test_ctrl_c_ends_it_at_once_and_restores_the_echo(admin, terminal, typed, second):
    child = terminal(ADD)
    child.expect_exact("password: ")
    if second:
        child.sendline(SECRET)
        child.expect_exact("again: ")
    child.send(typed)
    child.sendintr()
    assert read_to_end(child) == "\nexit 130\necho\n"
    assert admin.names() == []


def test_ctrl_d_on_an_empty_line_ends_it_too(admin, terminal):
    child = terminal(ADD)
    child.expect_exact("password: ")
    child.sendeof()
    assert "nothing was entered" in read_to_end(child)
    assert admin.names() == []


def test_a_signal_ends_it_and_restores_the_echo(admin, terminal):
    child = terminal(
        "set -m; keyfob add ci --username bot & echo $!; fg >/dev/null" + AND_STTY)
    child.expect(r"(\d+)\r\n")
    pid = int(child.match[1])
    child.expect_exact("password: ")
    assert not child.getecho()
    os.kill(pid, signal.SIGTERM)
    ending = read_to_end(child)
    assert "exit 143" in ending and ending.endswith("\necho\n")
    assert admin.names() == []


def test_one_that_was_stopped_asks_again_when_it_goes_on(admin, terminal):
    child = terminal(
        "set -m; keyfob add ci --username bot --bind registry:r.io & echo $!; fg >/dev/null; "
        "echo stopped; stty -a | grep -o -w -e '-*echo'; fg >/dev/null" + AND_STTY)
    child.expect(r"(\d+)\r\n")
    pid = int(child.match[1])
    child.expect_exact("password: ")
    child.send("half")
    os.kill(pid, signal.SIGTSTP)
    child.expect_exact("stopped\r\necho\r\n")
    for prompt in ("password: ", "password again: "):
        child.expect_exact(prompt)
        child.sendline(SECRET)
    assert read_to_end(child) == "\nkeyfob: stored ci\nexit 0\necho\n"
    assert admin.docker_get("r.io").password == SECRET


def test_backspace_edits_and_a_longer_line_than_a_terminal_takes_is_refused(admin, terminal):
    child = terminal(ADD)
    for prompt in ("password: ", "password again: "):
        child.expect_exact(prompt)
        child.sendline(SECRET + "xy\x7f\x7f")
    assert "stored ci" in read_to_end(child)
    assert admin.docker_get("r.io").password == SECRET

    child = terminal("keyfob edit ci" + AND_STTY)
    child.expect_exact("new password: ")
    child.sendline("x" * 5000)
    assert read_to_end(child) == (
        "\nkeyfob: a terminal takes no more than 4095 bytes a line; give the new password on "
        "standard input with `--stdin`, or with `--fd N`\nexit 1\necho\n")
    assert admin.docker_get("r.io").password == SECRET


def test_edit_asks_for_the_new_secret(admin, terminal):
    admin.does("keyfob add ci --kind token --username bot --bind registry:r.io --stdin", "old")
    child = terminal("keyfob edit ci")
    child.expect_exact("new token: ")
    child.sendline(SECRET)
    assert read_to_end(child) == "\nkeyfob: changed ci\n"
    assert admin.docker_get("r.io").password == SECRET


def test_a_secret_is_prompted_for_although_output_goes_elsewhere(admin, terminal):
    child = terminal("keyfob add ci --username bot >out 2>err </dev/null; cat out err")
    for prompt in ("password: ", "password again: "):
        child.expect_exact(prompt)
        child.sendline(SECRET)
    assert read_to_end(child).startswith("\nkeyfob: stored ci; ")


def test_without_a_terminal_it_says_how_else_to_give_the_secret(admin):
    assert admin.fails(2, "keyfob add ci --username bot") == (
        "there is no terminal to ask on; give the password on standard input with `--stdin`, "
        "or with `--fd N`")
    admin.does("keyfob add ci --username bot --stdin", SECRET)


def test_remove_asks_on_a_terminal(admin, terminal):
    admin.does("keyfob add ci --username bot --bind registry:r.io --stdin", SECRET)
    for answer, told in (("n", "nothing was done\nexit 1"), ("", "nothing was done\nexit 1"),
                         ("y", "removed ci\nexit 0")):
        child = terminal("keyfob remove ci" + AND_STTY)
        child.expect_exact("ci answers for registry:r.io. Remove it? [y/N] ")
        child.sendline(answer)
        assert read_to_end(child) == f"{answer}\nkeyfob: {told}\necho\n"
    assert admin.names() == []


def test_a_secret_is_shown_on_a_terminal_only_after_a_yes(admin, terminal):
    admin.does("keyfob add ci --username bot --stdin", SECRET)
    for answer, shown in (("n", "keyfob: nothing was done\n"), ("y", f"{SECRET}\n")):
        child = terminal("keyfob show ci --reveal")
        child.expect_exact("Show the secret of ci here? [y/N] ")
        child.sendline(answer)
        assert read_to_end(child) == f"{answer}\n{shown}"
    assert read_to_end(terminal("keyfob show ci --reveal --yes")) == f"{SECRET}\n"


def test_a_table_fits_the_terminal_and_is_whole_in_a_pipe(admin, terminal):
    hosts = [f"registry-{number}.example.com" for number in range(4)]
    bindings = " ".join(f"--bind registry:{host}" for host in hosts)
    admin.does(f"keyfob add ci --username bot {bindings} --stdin", SECRET)
    lines = read_to_end(terminal("keyfob list", columns=60)).splitlines()
    assert len(lines) == 2 and all(len(line) <= 60 for line in lines) and "…" in lines[1]
    assert read_to_end(terminal("keyfob list | cat")).encode() == admin.does("keyfob list")
