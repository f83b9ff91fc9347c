"""A git that takes headers is answered with a Bearer header where the host takes one; older ones
with user name and password from the same stored login."""

import base64
import ssl
import urllib.error
import urllib.request

import pytest

from oauth_user import OAuthLogin

NEW = {"capability": ["authtype"]}


@pytest.fixture
def login(user):
    login = user.grant(ended=-3600, is_bearer=True)
    user.seed(login)
    return login


@pytest.fixture
def status(host, certificate):
    """How the host answers git's first request with a header."""
    context = ssl.create_default_context(cafile=certificate.certificate)

    def ask(header):
        url = host.url_of() + "/info/refs?service=git-receive-pack"
        request = urllib.request.Request(url, headers={"Authorization": header})
        try:
            with urllib.request.urlopen(request, context=context) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code

    return ask


def test_each_git_is_answered_as_it_understands(user, login, status):
    new = user.answer(**NEW)
    assert new == {
        "capability": ["authtype"], "authtype": "Bearer", "credential": login.secret,
        "username": "alice", "password_expiry_utc": str(login.expires_at)}
    first, _, _ = user.get(NEW).out.partition(b"\n")
    assert first == b"capability[]=authtype"
    old = user.answer()
    assert old == {
        "username": "alice", "password": login.secret, "oauth_refresh_token": login.refresh,
        "password_expiry_utc": str(login.expires_at)}
    assert status(f"Bearer {new['credential']}") == 200
    basic = base64.b64encode(f"alice:{old['password']}".encode()).decode()
    assert status(f"Basic {basic}") == 200
    assert status("Bearer no-token-of-this-host") == 401


def test_a_host_that_takes_no_header_is_sent_none(user):
    login = user.grant(ended=-3600, is_bearer=False)
    user.seed(login)
    assert user.answer(**NEW)["password"] == login.secret


def test_a_renewed_token_is_answered_as_a_header(user, host):
    user.seed(user.grant(is_bearer=True))
    answer = user.answer(**NEW)
    assert answer["authtype"] == "Bearer" and host.book.live(answer["credential"])


def test_a_host_that_offered_it_once_is_not_asked_again_for_what_it_takes(user, code_hosts, home):
    """git names no challenges where it has a login already."""
    host = code_hosts("generic")
    home.configure(host.configuration())
    home.env.update(host.environment)
    user.host = host
    user.seed(user.grant(is_bearer=True))
    assert "password" in user.answer()
    assert user.refreshes == 1 and user.answer(**NEW)["authtype"] == "Bearer"


@pytest.mark.parametrize("old", [False, True], ids=["a new git", "an old git"])
def test_what_git_gives_back_is_known_again(user, home, login, old):
    before = home.credentials.read_bytes()
    answer = user.answer(**{} if old else NEW)
    user.tells("store", **({} if old else NEW), **{
        name: value for name, value in answer.items() if name != "capability"})
    assert home.credentials.read_bytes() == before


def test_another_header_is_a_login_of_its_own(user, login):
    user.tells("store", **NEW, authtype="Bearer", credential="another", username="alice")
    assert len(user.stored()) == 2


class TestARefusedHeader:
    """The login was obtained long ago: its token has ended, and the next one is had."""

    def refuse(self, user, secret):
        user.tells("erase", **NEW, authtype="Bearer", credential=secret, username="alice")

    def test_is_renewed(self, user, host, login):
        self.refuse(user, login.secret)
        assert user.the_login().refresh == login.refresh
        answer = user.answer(**NEW)
        assert host.book.live(answer["credential"]) and answer["credential"] != login.secret
        # A token that is refused when it is new is refused for itself.
        self.refuse(user, answer["credential"])
        assert user.stored() == []

    def test_of_another_token_changes_nothing(self, user, login):
        self.refuse(user, "another")
        assert user.answer(**NEW)["credential"] == login.secret


class TestARefusedPassword:
    def test_of_an_oauth_login_has_it_renewed(self, user, host, login, home):
        host.book.revoke(login.secret)
        # git of this version asks a person after a refusal; here is none.
        refused = home.run("git", "ls-remote", host.url_of())
        assert refused.code == 128
        assert home.run("git", "ls-remote", host.url_of()).code == 0
        assert user.refreshes == 1

    def test_of_two_at_once_has_it_renewed_once(self, user, login):
        for _ in range(2):
            user.tells("erase", username="alice", password=login.secret)
        assert user.answer()["password"] != login.secret
        user.tells("erase", username="alice", password=login.secret)
        assert user.answer()["oauth_refresh_token"] == user.the_login().refresh
        assert user.refreshes == 1

    def test_of_a_login_without_a_refresh_token_removes_it(self, user):
        user.seed(OAuthLogin("token", None, 0, "alice"))
        user.tells("erase", username="alice", password="token")
        assert user.stored() == []

    def test_that_names_no_password_removes_it(self, user, login):
        user.tells("erase", username="alice")
        assert user.stored() == []
