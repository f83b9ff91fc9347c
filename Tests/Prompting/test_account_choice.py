"""Several stored accounts become a numbered choice, which git can be made to remember."""

import pytest

from askpass_notes import asked
from Support.login_messages import Chosen, Failure, Login

HOST = "git.example.com"
ACCOUNTS = [("alice", "work"), ("bob@example.com", "git-bob, stored by git")]
QUESTION = f"Account for {HOST} (1-3): "
LIST = "  1  alice            work\r\n  2  bob@example.com  git-bob, stored by git\r\n" \
    "  3  another account\r\n"


@pytest.fixture(autouse=True)
def unverified(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")


@pytest.fixture
def clone(prompt):
    """A repository in which the question is asked, with these remotes."""
    folder = prompt.home.path / "clone"

    def make(*urls):
        assert prompt.home.run("git", "init", "-q", folder).code == 0
        for number, url in enumerate(urls):
            git(prompt, "-C", folder, "remote", "add", f"r{number}", url)
        return folder

    return make


def git(prompt, *words):
    done = prompt.home.run("git", *words)
    assert done.code in (0, 1), done
    return done.out.decode()


def choose(prompt, answer, folder=None, path="", **request):
    before = f"cd {folder}; " if folder else ""
    child = prompt.on_terminal(HOST, path, before=before, accounts=ACCOUNTS, **request)
    child.expect_exact(LIST)
    child.expect_exact(f"Account for {HOST}{'/' + path if path else ''} (1-3): ")
    child.sendline(answer)
    return child


@pytest.mark.parametrize("answer, index", [("1", 0), (" 2 ", 1), ("bob@example.com", 1)])
def test_one_is_chosen_by_number_or_name(prompt, answer, index):
    assert prompt.reply(choose(prompt, answer)) == Chosen(index)


def test_another_account_is_asked_for(prompt):
    child = choose(prompt, "3")
    child.expect_exact("Username for ")
    child.sendline("carol")
    child.expect_exact("Password for ")
    child.sendline("canary")
    assert prompt.reply(child) == Login(b"carol", b"canary", None, None, None, False)


def test_what_is_none_of_them_is_asked_again_and_never_repeated(prompt):
    child = choose(prompt, "canary")
    for _ in range(2):
        child.expect_exact("That is none of them; write a number from 1 to 3\r\n")
        child.expect_exact(QUESTION)
        child.sendline("7")
    assert prompt.reply(child) == Failure("declined", "no account was chosen", None, True)
    assert prompt.reply(choose(prompt, "")) == Failure(
        "declined", "no account was chosen", None, True)


def test_an_askpass_program_is_for_names_and_passwords(prompt, askpass):
    script = askpass("2", "canary")
    env = {"GIT_ASKPASS": str(script)}
    answer = prompt.without_terminal(HOST, env=env, accounts=ACCOUNTS)
    assert answer == Failure(
        "unreachable", "nobody can be asked for a choice of accounts", None, False)
    assert asked(script) == [] and prompt.errors == ""
    prompt.without_terminal(HOST, env=env)
    assert len(asked(script)) == 2


def test_it_is_remembered_for_this_repository(prompt, clone):
    folder = clone()
    child = choose(prompt, "2", folder)
    child.expect_exact("  1  for this repository\r\n  2  do not remember it\r\n")
    child.expect_exact("Remember bob@example.com (1-2): ")
    child.sendline("1")
    assert prompt.reply(child) == Chosen(1)
    key = f"credential.https://{HOST}.username"
    assert git(prompt, "-C", folder, "config", "--local", key) == "bob@example.com\n"
    assert not (prompt.home.path / ".gitconfig").exists()


def test_or_for_an_owner_whom_the_remotes_show(prompt, clone):
    folder = clone(
        f"https://someone:x@{HOST}/acme/app.git", f"https://{HOST}/acme/other.git",
        "https://elsewhere.example.com/evil/app.git", f"ssh://git@{HOST}/ssh/app.git",
        f"https://{HOST}/Umbrella%20Corp/x.git")
    child = choose(prompt, "1", folder)
    child.expect_exact(
        f"  1  for this repository\r\n  2  for everything of {HOST}/acme\r\n"
        f"  3  for everything of {HOST}/Umbrella Corp\r\n  4  do not remember it\r\n")
    child.sendline("2")
    assert prompt.reply(child) == Chosen(0)
    assert git(prompt, "config", "--global", "--list") == (
        f"credential.https://{HOST}/acme.username=alice\n")
    # Git itself then asks for that account, below that owner alone.
    recorder = prompt.home.recorders / "git-credential-recorder"
    recorder.write_text(f"#!/bin/sh\ncat >> {recorder}.log\n")
    recorder.chmod(0o700)
    for path, is_alice in (("acme/app.git", True), ("other/app.git", False)):
        prompt.home.run(
            "git", "-c", "credential.helper=recorder", "credential", "fill",
            input=f"protocol=https\nhost={HOST}\npath={path}\n", GIT_TERMINAL_PROMPT="0")
        log = recorder.with_name(recorder.name + ".log")
        assert ("username=alice\n" in log.read_text()) == is_alice
        log.unlink()


def test_or_for_the_owner_in_the_path_that_git_sent(prompt):
    child = choose(prompt, "1", path="acme/app.git")
    child.expect_exact(f"  1  for everything of {HOST}/acme\r\n  2  do not remember it\r\n")
    child.sendline("1")
    assert prompt.reply(child) == Chosen(0)
    assert git(prompt, "config", "--global", "--list") == (
        f"credential.https://{HOST}/acme.username=alice\n")


@pytest.mark.parametrize("answer", ["2", ""])
def test_or_not_at_all(prompt, clone, answer):
    folder = clone()
    child = choose(prompt, "1", folder)
    child.expect_exact("Remember alice (1-2): ")
    child.sendline(answer)
    assert prompt.reply(child) == Chosen(0)
    assert git(prompt, "-C", folder, "config", "--get-regexp", "credential") == ""


def test_where_it_cannot_be_remembered_the_choice_holds(prompt, clone):
    folder = clone()
    (folder / ".git/config.lock").touch()
    child = choose(prompt, "1", folder)
    child.expect_exact("Remember alice (1-2): ")
    child.sendline("1")
    child.expect_exact("git could not remember the account; run `git config --local ")
    assert prompt.reply(child) == Chosen(0)


def test_hostile_names_are_shown_encoded_and_not_remembered(prompt, clone):
    folder = clone()
    child = prompt.on_terminal(
        HOST, before=f"cd {folder}; ",
        accounts=[("al\x1b[31mice", "x\r\ny"), ("--global", "odd")])
    child.expect_exact("  1  al%1B[31mice  x%0D%0Ay\r\n  2  --global      odd\r\n")
    child.sendline("1")
    assert prompt.reply(child) == Chosen(0)
    assert "Remember" not in child.before
    child = prompt.on_terminal(
        HOST, before=f"cd {folder}; ", accounts=[("alice", "x"), ("--global", "odd")])
    child.expect_exact("(1-3): ")
    child.sendline("2")
    child.expect_exact("Remember --global (1-2): ")
    child.sendline("1")
    assert prompt.reply(child) == Chosen(1)
    assert git(prompt, "-C", folder, "config", "--local", f"credential.https://{HOST}.username") \
        == "--global\n"
