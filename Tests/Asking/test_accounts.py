"""Logins of several users at one address: in the modes that ask, a person chooses."""

import pexpect
import pytest

from oauth_user import OAuthLogin
from Support import CodeHost
from Support.attributes import decode

LOGINS = (OAuthLogin("of bob", account="", username="bob"),
          OAuthLogin("of alice", account="", username="alice"))


@pytest.fixture(scope="module")
def host(tmp_path_factory, certificate):
    """None of these tests gets that far."""
    host = CodeHost(tmp_path_factory.mktemp("host"), certificate)
    yield host
    host.stop()


@pytest.fixture(autouse=True)
def mode(home, host, user):
    home.configure(host.configuration(mode="ask"))
    user.seed(*LOGINS)


@pytest.fixture
def at_terminal(home, terminal, user):
    """Runs the helper at a terminal."""
    def run(**fields):
        home.env["GIT_TERMINAL_PROMPT"] = "1"
        (home.root / "request").write_bytes(user.request(**fields))
        return terminal(
            f"git-credential-keyfob get <{home.root}/request >{home.root}/reply; echo code $?")

    return run


@pytest.fixture
def reply(home):
    """What the helper at the terminal answered."""
    return lambda: (home.root / "reply").read_bytes()


@pytest.fixture
def asked(at_terminal):
    """The helper at a terminal, asking."""
    child = at_terminal()
    child.expect_exact("Account for")
    assert "1  alice" in child.before and "2  bob" in child.before
    return child


@pytest.mark.parametrize("answer, secret", [("1", "of alice"), ("2", "of bob"), ("bob", "of bob")])
def test_the_chosen_one_answers(asked, reply, answer, secret):
    asked.sendline(answer)
    while asked.expect(["code 0", "remember", "Remember"]):
        asked.sendline("")
    assert decode(reply())["password"] == secret


def test_who_chooses_none_gets_none(asked, reply):
    asked.sendline("")
    asked.expect_exact("code 1")
    assert reply() == b"quit=1\n"


@pytest.mark.parametrize("env", [
    {}, {"CI": "1"}, {"GIT_TERMINAL_PROMPT": None},
    {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.interactive",
     "GIT_CONFIG_VALUE_0": "never"}], ids=["no terminal", "CI", "nobody", "not interactive"])
def test_where_nobody_can_be_asked_the_most_recent_one_answers(user, env):
    answer = user.get(**env)
    assert (answer.code, answer.err) == (0, b"")
    assert decode(answer.out)["password"] == "of alice"


def test_a_program_that_is_asked_for_passwords_is_asked_for_no_choice(home, user):
    script = home.root / "askpass"
    script.write_text('#!/bin/sh\necho "$1" >>"$0.asked"\necho canary\n')
    script.chmod(0o700)
    answer = user.get(GIT_ASKPASS=str(script))
    assert (answer.code, answer.err) == (0, b"")
    assert decode(answer.out)["password"] == "of alice"
    assert not script.with_name("askpass.asked").exists()
    user.get({"username": "carol"}, GIT_ASKPASS=str(script))
    assert script.with_name("askpass.asked").exists()


def test_nobody_is_asked_in_silence_or_where_git_names_a_user(home, host, at_terminal, reply):
    at_terminal(username="bob").expect_exact("code 0")
    assert decode(reply())["password"] == "of bob"
    home.configure(host.configuration(mode="off"))
    at_terminal().expect_exact("code 0")
    assert decode(reply())["password"] == "of alice"


def test_one_login_is_no_choice(user, at_terminal, reply):
    user.seed(LOGINS[0], LOGINS[1]._replace(path="team/app.git"))
    at_terminal(path="team/app.git").expect_exact("code 0")
    assert decode(reply())["password"] == "of alice"
    user.seed(LOGINS[0])
    at_terminal().expect_exact("code 0")
    assert decode(reply())["password"] == "of bob"
