"""What is asked for and renewed, where the desktop's keyring keeps the secrets."""

import pytest

from Support import Account, Askpass
from Support.attributes import decode


@pytest.fixture
def user(user, keyring):
    return user


@pytest.fixture
def login(user, home):
    login = user.grant(is_bearer=True)
    home.env["KEYFOB_STORE"] = "file"
    user.seed(login)
    home.env["KEYFOB_STORE"] = "secret-service"
    moved = home.keyfob("move", "--to", "secret-service")
    assert moved.code == 0, moved
    return login


def test_a_renewed_token_is_kept_there(user, home, host, login):
    members, _ = user.crowd(10).wait()
    assert {(each.code, each.err) for each in members} == {(0, b"")}
    (answer,) = {each.out for each in members}
    assert user.refreshes == 1
    assert user.get().out == answer and host.book.live(decode(answer)["password"])
    assert set(host.oauth.refresh_tokens) == {decode(answer)["oauth_refresh_token"]}
    # It left the file, and did not come back.
    listed = home.keyfob("list", "--json")
    assert b'"secret-service"' in listed.out and b'"file"' not in listed.out


def test_a_refused_token_is_renewed(user, host, login):
    first = user.answer()
    assert user.answer(capability=["authtype"])["credential"] == first["password"]
    user.tells("erase", username="alice", password=login.secret)
    assert user.answer() == first
    # It is a moment old: it goes altogether.
    user.tells("erase", username="alice", password=first["password"])
    assert user.answer() == {}


def test_a_locked_keyring_spends_no_token(user, host, login, secret_service):
    secret_service.lock()
    assert "the keyring is locked" in user.refusal()
    assert user.refreshes == 0 and login.refresh in host.oauth.refresh_tokens
    secret_service.unlock()
    assert "password" in user.answer()


def test_what_a_person_gives_is_kept_there(user, home, host):
    home.configure(host.configuration(mode="ask"))
    alice = Account("alice", host.book.give("alice"))
    asked = Askpass(home.root / "askpass", alice)
    for _ in range(2):
        listed = home.run("git", "ls-remote", host.url_of(), **asked.environment)
        assert listed.code == 0, listed
    assert len(asked.prompts()) == 2
    assert b'"secret-service"' in home.keyfob("list", "--json").out
