"""`keyfob setup git --mode` and what git then does."""

import json

import pytest

URL = "https://git.example.com"


def config(user):
    return user.home.config.read_text() if user.home.config.exists() else None


def test_the_mode_of_every_host_is_set_beside_the_helper(user):
    said = user.does("setup", "git", "--mode", "ask")
    assert "+ credential.helper = keyfob" in said and "+ prompt.mode = ask" in said
    assert config(user) == "[prompt]\n\tmode = ask\n"
    assert "Nothing to change" in user.does("setup", "git", "--mode", "ask")
    user.does("setup", "git", "--undo")
    assert config(user) is None and not (user.home.path / ".gitconfig").exists()


def test_the_mode_of_one_host_leaves_the_others_and_the_helper(user):
    user.does("setup", "git")
    before = (user.home.path / ".gitconfig").read_text()
    user.does("setup", "git", "--host", URL, "--mode", "oauth")
    assert (user.home.path / ".gitconfig").read_text() == before
    assert config(user) == '[prompt "git.example.com"]\n\tmode = oauth\n'
    user.does("setup", "git", "--host", URL, "--undo")
    assert config(user) is None
    assert (user.home.path / ".gitconfig").read_text() == before


def test_a_host_alone_gets_its_helper_and_its_mode(user):
    user.does("setup", "git", "--host", "http://localhost:8080", "--mode", "ask")
    assert config(user) == '[prompt "http://localhost:8080"]\n\tmode = ask\n'
    assert "http://localhost:8080" in (user.home.path / ".gitconfig").read_text()


@pytest.mark.parametrize("before", [
    "# mine\r\n[prompt]\r\n\ttimeout = 9 ; seconds\r\n[link \"w\"]\r\n\tscope = a\r\n",
    "[prompt \"GIT.example.com\"] mode = off # for now\n[x]\ny = z",
    "[prompt \"https://git.example.com\"]\n\tverify = false\n\n[keyfob]\n\tstore = file\n",
    "\ufeff[prompt \"git.example.com\"]mode=off\n",
    "[keyfob]\n\tstore = file",
])
def test_what_stood_there_stays_byte_for_byte_and_comes_back(user, before):
    user.home.configure("")
    user.home.config.write_bytes(before.encode())
    user.does("setup", "git", "--host", URL, "--mode", "ask")
    after = user.home.config.read_bytes()
    assert after != before.encode()
    for line in before.encode().splitlines():
        assert b"off" in line or line in after
    status = json.loads(user.run("status", "--json").out)
    assert status["asking"]["modes"]["git.example.com"] == "ask"
    user.does("setup", "git", "--undo")
    undone = user.home.config.read_bytes()
    # A last line gets the end that it lacked.
    assert undone in (before.encode(), before.encode() + b"\n")


def test_a_dry_run_writes_nothing(user):
    said = user.does("setup", "git", "--mode", "ask", "--dry-run")
    assert "Would change" in said and "prompt.mode = ask" in said
    assert config(user) is None
    changes = json.loads(
        user.run("setup", "git", "--mode", "ask", "--dry-run", "--json").out)["changes"]
    assert changes[-1] == {
        "file": str(user.home.config), "removed": [], "added": ["prompt.mode = ask"]}


def test_the_users_own_later_mode_is_left_by_an_undo(user):
    user.does("setup", "git", "--mode", "ask")
    user.home.config.write_text("[prompt]\n\tmode = oauth\n")
    assert "changed since setup" in user.does("setup", "git", "--undo")
    assert config(user) == "[prompt]\n\tmode = oauth\n"


@pytest.mark.parametrize("words", [
    ("--mode", "sometimes"), ("--mode", "ask", "--host", "https://git.example.com/team"),
    ("--mode", "ask", "--host", "ftp://git.example.com"), ("--mode", "ask", "--undo"),
    ("--mode", "ask", "--host", "git.example.com:99999"),
])
def test_what_is_no_mode_or_no_host_changes_nothing(user, words):
    user.fails(2, "setup", "git", *words)
    assert config(user) is None and not (user.home.path / ".gitconfig").exists()


def test_a_configuration_that_cannot_be_read_is_not_written(user):
    user.home.configure("[prompt\n")
    user.fails(1, "setup", "git", "--mode", "ask")
    assert config(user) == "[prompt\n"


def test_hosts_that_keep_another_mode_are_named(user):
    user.does("setup", "git", "--host", URL, "--mode", "off")
    assert "for git.example.com the mode stays off" in user.does("setup", "git", "--mode", "ask")


def test_status_names_modes_and_means_where_there_are_any(user):
    assert "every host" not in user.does("status")
    user.does("setup", "git", "--mode", "ask")
    said = user.does("status", GIT_ASKPASS="/bin/true")
    assert "modes        every host ask\n" in said
    assert "asks by      /bin/true (GIT_ASKPASS)\n" in said
    # One that is not there asks nobody.
    assert "asks by      nothing: " in user.does("status", GIT_ASKPASS="/no/such/program")
    assert "asks by      nothing: CI is set\n" in user.does("status", CI="true")
    forbidding = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.interactive",
                  "GIT_CONFIG_VALUE_0": "false", "GIT_ASKPASS": "/bin/true"}
    assert ("asks by      nothing: git's credential.interactive forbids it\n"
            in user.does("status", **forbidding))


def test_explain_says_that_somebody_is_asked(user):
    assert "mode ask" not in user.does("explain", "git:git.example.com")
    user.does("setup", "git", "--mode", "ask")
    assert "Keyfob asks for a login (mode ask)" in user.does("explain", "git:git.example.com")


def test_git_asks_by_the_mode_that_was_set_up(user, host, tmp_path):
    """git clones with what the askpass program says, which is stored; in mode off git asks."""
    user.home.configure(host.configuration(client=False))
    user.does("setup", "git", "--mode", "ask")
    token = host.book.give("alice")
    askpass = tmp_path / "asks"
    askpass.write_text(
        f'#!/bin/sh\ncase "$1" in Username*) echo alice ;; *) echo {token} ;; esac\n')
    askpass.chmod(0o700)
    cloned = user.git(
        "clone", "-q", host.url_of(), "first", GIT_ASKPASS=askpass, GIT_TERMINAL_PROMPT=None)
    assert cloned.code == 0, cloned
    stored, = user.listed().values()
    assert (stored["username"], stored["origin"]) == ("alice", "git")
    assert user.git("clone", "-q", host.url_of(), "second").code == 0
