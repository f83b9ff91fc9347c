"""How logins that are renewed are shown: their tokens end often, and that is no trouble."""

import json
import time
from datetime import datetime

import pytest

from Support.home import ScratchHome


@pytest.fixture
def host(code_hosts):
    host = code_hosts("gitlab")
    host.oauth.lifetime = 1
    # Without `read_user` GitLab tells whose a token is by a number alone.
    host.oauth.scopes = ("read_repository", "write_repository")
    return host


@pytest.fixture
def expired(user, host, browser):
    """The name of a login whose access token has ended."""
    user.home.configure(host.configuration("oauth"))
    user.does("login", host.host)
    (name, stored), = user.listed().items()
    ends = datetime.fromisoformat(stored["expires"]).timestamp()
    while time.time() <= ends:
        time.sleep(0.05)
    return name


def test_an_ended_token_of_a_login_that_is_renewed_needs_no_attention(user, host, expired):
    assert user.listed()[expired]["status"] == "ok"
    assert "renewed" in user.does("list")
    assert json.loads(user.run("status", "--json").out)["needAttention"] == []
    assert user.run("status", "--check").code == 0
    shown = user.does("show", expired)
    assert "  gitlab, renewed when it ends\n" in shown
    assert "oauthHeader" not in shown and "account" not in shown
    said = user.does("explain", f"git:{host.host}")
    assert f"answer: {expired}" in said and "renewed when git next asks" in said

    # A password that has ended is another matter.
    user.does("add", "seed", "--username", "a", "--bind", "git:git.example.com", "--stdin",
              "--expires", "2020-01-01", input="x")
    assert user.listed()["seed"]["status"] == "expired"


def test_a_refused_renewal_is_named_with_the_command_that_mends_it(user, host, expired, browser):
    host.oauth.kill_refresh_tokens()
    request = f"protocol=https\nhost={host.host}\n"
    user.home.configure(host.configuration())
    assert b"password" not in user.home.git("get", request).out
    assert user.listed()[expired]["status"] == "expired"
    attention, = json.loads(user.run("status", "--json").out)["needAttention"]
    assert f"keyfob login git:{host.host}" in attention
    assert f"keyfob login git:{host.host}" in user.does("explain", f"git:{host.host}")
    assert "not renewed any more since 20" in user.does("show", expired)

    host.oauth.lifetime = 7200
    user.home.configure(host.configuration("oauth"))
    user.does("login", host.host)
    assert list(user.listed()) == [expired]
    assert user.listed()[expired]["status"] == "ok"
    assert "oauthRefused" not in user.listed()[expired]["settings"]


def test_a_login_travels_with_all_that_renews_it(user, host, expired, prefix, tmp_path):
    archive = user.run("export", "--format", "json", "--yes")
    (tmp_path / "other").mkdir()
    other = ScratchHome(tmp_path / "other", prefix)
    other.env.update(host.environment)
    other.configure(host.configuration())
    done = other.keyfob("import", "--from", "json", "-", input=archive.out)
    assert done.code == 0, (archive, done)
    answer = other.git("get", f"protocol=https\nhost={host.host}\n")
    assert b"username=oauth2" in answer.out and b"password=" in answer.out
    assert host.count("token", grant="refresh_token", status=200) == 1


def test_a_token_that_is_put_in_its_place_is_renewed_by_nobody(user, host, expired):
    token = host.book.give("alice", scopes=("read_repository",))
    user.does("edit", expired, "--stdin", "--force", input=token)
    stored = user.listed()[expired]
    assert "oauth" not in stored.get("settings", {}) and "expires" not in stored
    assert "refreshToken" not in user.does("show", expired)
    assert user.git_login(host.host) == ("oauth2", token)


def test_a_logout_takes_the_account_s_number_and_removes_the_login(user, host, expired):
    account = user.listed()[expired]["settings"]["account"]
    user.fails(3, "logout", host.host, "--username", "nobody")
    said = user.does("logout", host.host, "--username", account)
    assert f"{expired}: oauth2 (account {account}) at" in said
    assert user.listed() == {}
