"""Addresses as git prints them: with a user in them, with a password, and for SSH."""

import pytest

PASSWORD = "hunter2-canary"
COMMANDS = ("login", "doctor", "explain", "logout")


@pytest.fixture
def github(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    return host


def test_the_user_in_a_url_is_the_one_who_logs_in_and_out(user, github):
    token = github.book.give("alice", scopes=("repo",))
    url = f"git:{github.url_of(user='alice')}"
    report = user.login(url, token=token)
    assert report["username"] == "alice"
    assert report["address"] == f"git:{github.host}/team/app.git"
    user.login(f"git:alice@{github.host}", "--username", "alice", token=token)
    user.does("setup", "git")
    assert "answers as alice" in user.does("doctor", url)
    problem = user.fails(3, "logout", f"git:https://bob@{github.host}")
    assert "nobody is logged in" in problem and "as bob" in problem
    user.does("logout", f"git:https://alice@{github.host}", "--all")
    assert user.listed() == {}


def test_an_escaped_user_name_is_decoded(user):
    words = ("git:https://alice%40corp.example@git.example.com", "--no-verify")
    assert user.login(*words, token="x")["username"] == "alice@corp.example"


def test_two_users_are_one_too_many(user):
    for command in COMMANDS:
        problem = user.fails(
            2, command, "https://alice@git.example.com/a.git", "--username", "bob")
        assert "`--username`" in problem, command


@pytest.mark.parametrize("address", [
    f"https://bob:{PASSWORD}@git.example.com/a.git", f"git:bob:{PASSWORD}@git.example.com",
    f"registry:bob:{PASSWORD}@registry.example.com", f"https://bob:{PASSWORD}/x@git.example.com",
    f"https://bob:{PASSWORD}@git.example.com@elsewhere.example/a/../b",
    f"bob:{PASSWORD}@git.example.com/a?b", "https://ghp_" + PASSWORD + "@github.com/a.git",
])
def test_a_password_in_an_address_is_refused_and_not_shown(user, address):
    for command in COMMANDS:
        problem = user.fails(2, command, address)
        assert "password" in problem or "token" in problem or "not an address" in problem
    for words in (("setup", "git", "--host", address),
                  ("setup", "oauth", address, "--client-id", "x"),
                  ("add", "seed", "--username", "u", "--bind", f"git:{address}", "--stdin"),
                  ("setup", "git", "--mode", "ask", "--host", address)):
        user.fails(2, *words, input="x")
    assert PASSWORD.encode() not in user.output and user.listed() == {}
    assert b"hunter2" not in user.output


def test_ssh_has_no_login_here(user):
    for command in COMMANDS:
        for address in ("git@github.com:acme/app.git", "ssh://git@github.com/acme/app.git"):
            problem = user.fails(2, command, address)
            assert "SSH" in problem and "--kind ssh-key" in problem
