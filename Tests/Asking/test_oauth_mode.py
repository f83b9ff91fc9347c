"""From nothing stored to a renewed OAuth login, through the programs that a user has: git, the
helper, a browser, the host."""

import time

import pytest

from oauth_user import OAuthUser
from Support.attributes import decode

_BROWSER = """\
#!/bin/sh
echo chatter of a browser
printf '%s\\n' "$1" >>"${0%/*}/visited"
exec curl --silent --show-error --location --cacert "$SSL_CERT_FILE" "$1" >>"${0%/*}/pages"
"""


@pytest.fixture
def visited(home):
    """A browser that agrees to whatever page it is sent to: the pages."""
    script = home.root / "browser/script"
    script.parent.mkdir()
    script.write_text(_BROWSER)
    script.chmod(0o700)
    log = script.parent / "visited"
    # There is a desktop, as far as anybody can see.
    home.env.update(DISPLAY=":9", BROWSER=str(script), GIT_TERMINAL_PROMPT="1")
    return lambda: log.read_text().splitlines() if log.exists() else []


@pytest.fixture(autouse=True)
def mode(home, host, user, visited):
    home.configure(host.configuration(mode="oauth"))


@pytest.mark.parametrize("provider", ["gitlab", "bitbucket"])
def test_the_login_is_found_by_the_name_that_it_was_asked_for(
        home, code_hosts, visited, provider):
    user = OAuthUser(home, code_hosts(provider))
    home.configure(user.host.configuration(mode="oauth"))
    for _ in range(2):
        listed = home.run("git", "ls-remote", user.host.url_of(user="alice"))
        assert listed.code == 0, listed
    assert len(visited()) == 1
    login = user.the_login()
    assert login.username != "alice" and login.settings["oauthName"] == "alice"


def test_a_first_push_then_no_question_then_a_renewal(user, home, host, visited):
    host.oauth.lifetime = 2
    assert home.run("git", "clone", "-q", host.url_of(), "work").code == 0
    login = user.the_login()
    assert login.refresh in host.oauth.refresh_tokens and login.settings["account"] == "alice"
    work = home.path / "work"
    assert home.run("git", "commit", "-q", "--allow-empty", "-m", "a", cwd=work).code == 0
    end = time.monotonic() + 10
    while host.book.live(login.secret):
        assert time.monotonic() < end
        time.sleep(0.05)
    pushed = home.run("git", "push", "-q", "origin", "HEAD:refs/heads/a", cwd=work)
    assert pushed == (0, b"", b"") and host.branch(name="a")
    assert len(visited()) == 1 and user.refreshes == 1
    renewed = user.the_login()
    assert renewed.secret != login.secret and renewed.settings == login.settings
    assert len(user.stored()) == 1


def test_a_user_who_says_no_is_not_asked_by_git(user, home, host, visited):
    host.oauth.denies = True
    refused = home.run("git", "ls-remote", host.url_of())
    assert refused.code == 128 and b"told us to quit" in refused.err, refused
    assert user.stored() == [] and len(visited()) == 1


def test_what_the_browser_prints_is_no_answer(user, visited):
    answer = user.get()
    assert answer.code == 0 and b"chatter" not in answer.out, answer
    assert set(decode(answer.out)) == {
        "username", "password", "password_expiry_utc", "oauth_refresh_token"}


def test_accounts_with_one_user_name_stay_apart(home, code_hosts, visited):
    user = OAuthUser(home, code_hosts("gitlab"))
    home.configure(user.host.configuration(mode="oauth"))
    for _ in range(2):
        for name in ("alice", "bob"):
            user.host.oauth.login_as = name
            url = user.host.url_of(f"{name}/private.git", user=name)
            listed = home.run("git", "ls-remote", url)
            assert listed.code == 0, listed
    assert len(visited()) == 2 and len(user.stored()) == 2
    # A new login of one takes the place of that one's alone.
    others = next(each for each in user.stored() if each.settings["oauthName"] == "bob")
    user.tells("erase", username="oauth2", password=user.answer(username="alice")["password"])
    assert user.stored() == [others]
