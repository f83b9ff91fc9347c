"""A stored OAuth login whose token has ended is renewed by the next `get`, in whatever mode."""

import time

import pytest

from oauth_user import OAuthLogin, OAuthUser


@pytest.fixture(params=["off", "ask", "oauth"])
def mode(request, home, host, user):
    home.configure(host.configuration(mode=request.param))
    return request.param


def test_an_ended_token_is_renewed_and_stored_before_git_gets_it(user, host, mode):
    login = user.grant()
    user.seed(login)
    answer = user.answer()
    assert answer["username"] == "alice"
    assert host.book.live(answer["password"]) and answer["password"] != login.secret
    stored = user.the_login()
    assert stored.secret == answer["password"]
    assert stored.refresh in host.oauth.refresh_tokens and stored.refresh != login.refresh
    assert stored.expires_at == pytest.approx(time.time() + 7200, abs=20)
    assert answer["password_expiry_utc"] == str(stored.expires_at)
    assert answer["oauth_refresh_token"] == stored.refresh
    # What was renewed is used until it ends.
    assert user.answer() == answer
    assert user.refreshes == 1


def test_a_token_that_lives_is_used(user):
    login = user.grant(ended=-3600)
    user.seed(login)
    assert user.answer()["password"] == login.secret
    assert user.refreshes == 0


def test_a_token_that_ends_within_a_minute_is_renewed(user):
    login = user.grant(ended=-30)
    user.seed(login)
    assert user.answer()["password"] != login.secret
    assert user.refreshes == 1


def test_one_that_ends_within_a_minute_is_used_where_the_server_is_silent(user, host):
    login = user.grant(ended=-50)
    user.seed(login)
    host.tamper = lambda endpoint, request, reply: None if endpoint == "token" else reply
    assert user.answer()["password"] == login.secret
    assert user.refreshes > 0


def test_tokens_that_live_for_less_than_a_minute_are_not_renewed_each_time(user, host):
    host.oauth.lifetime = 40
    user.seed(user.grant())
    assert user.answer() == user.answer()
    assert user.refreshes == 1


def test_a_server_that_does_not_rotate_leaves_the_refresh_token(user, host):
    host.oauth.rotates = False
    login = user.grant()
    user.seed(login)
    assert user.answer()["oauth_refresh_token"] == login.refresh
    assert user.the_login().refresh == login.refresh


def test_git_pushes_with_a_renewed_token_and_changes_nothing(user, home, host, tmp_path):
    user.seed(user.grant())
    assert home.run("git", "clone", "-q", host.url_of(), "work").code == 0
    renewed, generation = user.the_login(), home.credentials.read_bytes()
    work = home.path / "work"
    assert home.run("git", "commit", "-q", "--allow-empty", "-m", "a", cwd=work).code == 0
    pushed = home.run("git", "push", "-q", "origin", "HEAD:refs/heads/a", cwd=work)
    assert pushed == (0, b"", b"")
    assert host.branch(name="a")
    # An old git stores the token without its end and its refresh token.
    assert user.the_login() == renewed
    assert home.credentials.read_bytes() == generation
    assert user.refreshes == 1


def test_a_git_that_still_used_the_old_token_does_not_bring_it_back(user):
    login = user.grant()
    user.seed(login)
    renewed = user.answer()
    user.tells("store", username="alice", password=login.secret)
    user.tells("erase", username="alice", password=login.secret)
    assert user.answer() == renewed
    assert user.the_login().refresh == renewed["oauth_refresh_token"]


def test_a_login_that_no_server_gave_out_is_passed_on_as_it_was(user):
    user.seed(OAuthLogin("token", "refresh", 1_700_000_000, account="", username="alice"))
    assert user.answer() == {
        "username": "alice", "oauth_refresh_token": "refresh",
        "password_expiry_utc": "1700000000"}
    assert user.refreshes == 0


class TestAServerThatRefuses:
    REFUSAL = ("{} does not renew the login login-1 any more; "
               "log in again with `keyfob login git:{}`")

    @pytest.fixture
    def refused(self, user, host):
        login = user.grant()
        user.seed(login)
        host.oauth.kill_refresh_tokens()
        return login

    def test_is_told_of_in_one_line_and_not_asked_again(self, user, host, refused):
        refusal = self.REFUSAL.format(host.host, host.host)
        assert [user.refusal(), user.refusal()] == [refusal, refusal]
        assert user.refreshes == 1
        stored = user.the_login()
        assert (stored.secret, stored.refresh) == (refused.secret, refused.refresh)

    def test_is_asked_again_after_a_while(self, user, host, refused):
        user.seed(refused._replace(refused_at=int(time.time()) - 590))
        user.refusal()
        assert user.refreshes == 0
        user.seed(refused._replace(refused_at=int(time.time()) - 610))
        user.refusal()
        assert user.refreshes == 1

    def test_does_not_count_for_a_new_login(self, user, host, refused):
        user.refusal()
        user.tells("store", username="alice", password="typed")
        assert user.answer() == {"username": "alice", "password": "typed"}
        assert user.the_login().settings == {}


def test_a_server_that_cannot_be_asked_costs_nothing(user, host):
    login = user.grant()
    user.seed(login)
    host.tamper = lambda endpoint, request, reply: None if endpoint == "token" else reply
    assert host.host in user.refusal()
    stored = user.the_login()
    assert (stored.secret, stored.refresh) == (login.secret, login.refresh)
    host.tamper = lambda endpoint, request, reply: reply
    # It was asked, so that the old token may be spent; what is stored decides.
    user.seed(user.grant())
    assert "password" in user.answer()


def test_the_token_of_another_account_is_refused(user, host):
    login = user.grant()
    user.seed(login)
    host.oauth.refresh_tokens[login.refresh] = "bob"
    user.refusal()
    assert user.the_login().secret == login.secret
    # The control: the same server, and the account that it was.
    user.seed(user.grant())
    assert user.answer()["username"] == "alice"


class TestAClientWithASecret:
    @pytest.fixture(autouse=True)
    def secret(self, user, home, host):
        host.oauth.client_secret = "canary of the client"
        home.configure(host.configuration() + "\tclientSecret = our-client\n")

    def test_is_named_where_it_is_missing(self, user):
        login = user.grant()
        user.seed(login)
        line = user.refusal()
        assert "our-client" in line and "keyfob add our-client" in line
        assert user.refreshes == 0 and user.the_login().refresh == login.refresh

    def test_sends_it_from_the_store(self, user, home):
        user.seed(user.grant())
        added = home.keyfob(
            "add", "our-client", "--kind", "secret", "--stdin", input="canary of the client")
        assert added.code == 0, added
        assert user.answer()["username"] == "alice"


class TestAnAccountThatGitMustCallOtherwise:
    @pytest.fixture(params=[("gitlab", "oauth2"), ("bitbucket", "x-token-auth")])
    def provider(self, request):
        return request.param

    @pytest.fixture
    def host(self, code_hosts, provider):
        return code_hosts(provider[0])

    def test_is_found_by_its_own_name(self, user, home, host, provider):
        user.seed(user.grant("bob", name="bob"), user.grant("alice", name="alice"))
        for name in ("bob", "alice"):
            listed = home.run("git", "ls-remote", host.url_of(f"{name}/private.git", user=name))
            assert listed.code == 0, listed
            assert user.answer(username=name)["username"] == provider[1]
        # The most recent one answers where nobody is named.
        assert host.book.live(user.answer()["password"]).account == "alice"
        assert {each.settings["oauthName"] for each in user.stored()} == {"alice", "bob"}
        assert user.refreshes == 2

    def test_is_not_taken_for_another(self, user, host):
        user.seed(user.grant("alice", name="alice"))
        assert user.answer(username="carol") == {}
        assert user.answer(username="alice")["username"] != "alice"
