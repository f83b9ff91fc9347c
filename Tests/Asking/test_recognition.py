"""A host whose kind nobody named says it itself: git before 2.41 keeps its challenges to itself."""

import shlex

import pytest

from oauth_user import OAuthLogin, OAuthUser
from Support import Account, Askpass
from Support.attributes import decode

_BROWSER = """\
#!/bin/sh
exec curl --silent --show-error --location --cacert "$SSL_CERT_FILE" "$1" >/dev/null
"""


@pytest.fixture
def unnamed(home, code_hosts):
    """Makes a host of which the configuration says no kind, and its user."""
    def make(provider, mode, **more):
        user = OAuthUser(home, code_hosts(provider))
        home.configure(user.host.configuration(mode=mode, names_provider=False, **more))
        return user

    return make


@pytest.mark.parametrize("provider", ["gitlab", "gitea"])
def test_a_token_is_advised_and_tried_as_the_host_wants_it(home, unnamed, provider, terminal):
    user = unnamed(provider, "ask", client=False)
    token = user.host.book.give("alice", scopes=("api", "all"))
    home.env["GIT_TERMINAL_PROMPT"] = "1"
    child = terminal(
        shlex.join(["git", "ls-remote", user.host.url_of()]) + "; echo code $?", columns=200)
    child.expect_exact({
        "gitlab": f"https://{user.host.host}/-/user_settings/personal_access_tokens",
        "gitea": f"https://{user.host.host}/user/settings/applications"}[provider])
    child.expect_exact("Username for")
    child.sendline("alice")
    child.expect_exact("Password for")
    child.sendline(token)
    child.expect_exact("code 0")
    assert user.the_login()[:2] == ("alice", token)
    assert user.host.count("user", status=200) >= 1


@pytest.mark.parametrize("provider, name", [("gitlab", "oauth2"), ("gitea", "alice")])
def test_a_client_is_all_that_a_login_by_browser_needs(home, unnamed, provider, name):
    user = unnamed(provider, "oauth")
    script = home.root / "a-browser"
    script.write_text(_BROWSER)
    script.chmod(0o700)
    home.env.update(BROWSER=str(script), GIT_TERMINAL_PROMPT="1")
    user.host.oauth.lifetime = 1
    login = user.get()
    assert login.code == 0 and decode(login.out)["username"] == name, login
    assert user.the_login().settings["oauth"] == provider
    # A renewal knows it from the login.
    asked = user.host.count("git")
    while user.host.book.live(user.the_login().secret):
        pass
    assert decode(user.get().out)["username"] == name
    assert user.refreshes == 1 and user.host.count("git") == asked


def test_a_plain_git_host_stays_one_and_a_silent_one_is_asked_about_all_the_same(home, unnamed):
    user = unnamed("generic", "ask", client=False)
    user.host.passwords["alice"] = "hunter2"
    person = Askpass(home.root / "person", Account("alice", "hunter2"))
    answer = user.get({"path": "team/app.git"}, **person.environment)
    assert decode(answer.out)["password"] == "hunter2" and user.host.count("user") == 0
    assert user.host.count("git") == 3

    user.tells("erase", path="team/app.git")
    user.host.tamper = lambda endpoint, request, reply: None
    answer = user.get({"path": "team/app.git"}, **person.environment)
    assert decode(answer.out)["password"] == "hunter2" and b"not be checked" in answer.err


def test_nobody_is_asked_what_runs_there_who_has_no_need_to_know(home, unnamed):
    user = unnamed("gitlab", "off", client=False)
    person = Askpass(home.root / "person", Account("alice", "glpat-0"))
    assert user.get(**person.environment).out == b""
    home.configure(user.host.configuration("ask", client=False, names_provider=False))
    # Nobody is there to answer.
    assert user.get(GIT_TERMINAL_PROMPT=None).code == 1
    user.seed(OAuthLogin("stored", account="", username="alice"))
    assert decode(user.get(**person.environment).out)["password"] == "stored"
    assert user.host.calls == []
    # A challenge that git passes on is enough.
    user.get({"username": "bob", "wwwauth[]": 'Basic realm="GitLab"'}, **person.environment)
    assert user.host.count("git") == 0 and user.host.count("user") > 0
    user.get({"username": "carol"}, **person.environment)
    assert user.host.count("git") == 1
