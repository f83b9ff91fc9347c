"""A server that is no code host: git's own backend behind Apache, which takes passwords."""

import time

import pytest

from Support import ALICE, BOB, Askpass


@pytest.fixture
def git(home, git_server):
    home.env.update(git_server.environment)
    home.configure("[prompt]\n\tmode = ask\n")
    assert home.run("git", "config", "--global", "credential.helper", "keyfob").code == 0
    return lambda *words, **env: home.run("git", *words, **env)


def test_a_first_clone_asks_and_the_second_does_not(home, git, git_server):
    asked = Askpass(home.root / "askpass", ALICE)
    assert git("clone", "-q", git_server.url(), "first", **asked.environment).code == 0
    assert git("clone", "-q", git_server.url("alice/private.git"), "second") == (0, b"", b"")
    assert len(asked.prompts()) == 2


def test_a_wrong_password_is_not_stored(home, git, git_server):
    wrong = Askpass(home.root / "wrong", ALICE._replace(password="wrong"))
    refused = git("ls-remote", git_server.url(), **wrong.environment)
    assert refused.code == 128 and b"wrong" not in refused.err, refused
    assert home.git("get", f"protocol=https\nhost={git_server.host}\n").out == b""


def test_each_user_that_a_url_names_is_asked_for(home, git, git_server):
    for account in (ALICE, BOB):
        asked = Askpass(home.root / account.username, account)
        url = git_server.url(f"{account.username}/private.git", user=account.username)
        for _ in range(2):
            assert git("ls-remote", url, **asked.environment).code == 0
        assert asked.prompts() == [
            f"Password for 'https://{account.username}@{git_server.host}': "]


def test_nobody_to_ask_is_no_reason_to_hang(git, git_server):
    began = time.monotonic()
    refused = git("ls-remote", git_server.url(), GIT_TERMINAL_PROMPT=None)
    assert time.monotonic() - began < 5
    assert refused.code == 128 and refused.err.startswith(b"keyfob: "), refused
