"""What git's user is asked where nothing is stored, by mode, and what is kept of it."""

import sys
import time
from pathlib import Path

import pexpect
import pytest

from oauth_user import OAuthLogin
from Support import Account, Askpass
from Support.attributes import decode

sys.path.append(str(Path(__file__).parents[1] / "Faults"))

from fault_mounts import PrivateMounts  # noqa: E402

WRONG = Account("alice", "not-the-token")
QUIT = "told us to quit"


@pytest.fixture
def person(home):
    """Somebody who answers as an account; what they were asked is in `prompts()`."""
    return lambda account: Askpass(home.root / f"askpass-{account.password[:8]}", account)


@pytest.fixture
def alice(host):
    """Alice, with a token of the host's."""
    return Account("alice", host.book.give("alice"))


@pytest.fixture
def work(home, host, user):
    """A clone of what anybody may read, with something to push to the team."""
    assert home.run("git", "clone", "-q", host.url_of("open/app.git"), "work").code == 0
    folder = home.path / "work"
    for arguments in (("remote", "set-url", "origin", host.url_of()),
                      ("commit", "-q", "--allow-empty", "-m", "change")):
        assert home.run("git", *arguments, cwd=folder).code == 0
    return folder


@pytest.fixture
def push(home, work):
    def run(branch="change", person=None, config=(), **env):
        return home.run("git", *config, "push", "-q", "origin", f"HEAD:refs/heads/{branch}",
                        cwd=work, **{**(person.environment if person else {}), **env})

    return run


class TestOff:
    def test_asks_nobody_and_git_asks_by_itself(self, home, host, user, push, person, alice):
        home.configure(host.configuration(mode="off"))
        assert user.answer() == {}
        asked = person(alice)
        assert push(person=asked) == (0, b"", b"")
        assert host.branch(name="change")
        assert host.count("user") == 0
        assert user.the_login().secret == alice.password

    def test_is_what_holds_elsewhere(self, home, host, user, person, alice):
        home.configure('[prompt "elsewhere.example.com"]\n\tmode = ask\n')
        asked = person(alice)
        assert user.get(**asked.environment) == (0, b"", b"")
        assert asked.prompts() == []
        home.configure(f"[prompt]\n\tmode = ask\n\tverify = false\n")
        assert decode(user.get(**asked.environment).out)["username"] == "alice"


class TestAsk:
    @pytest.fixture(autouse=True)
    def mode(self, home, host, user):
        home.configure(host.configuration(mode="ask"))

    def test_a_first_push_ends_with_a_stored_and_verified_token(
            self, host, user, push, person, alice):
        asked = person(alice)
        pushed = push(person=asked)
        assert pushed.code == 0 and host.branch(name="change"), pushed
        assert asked.prompts() == [
            f"Username for 'https://{host.host}': ",
            f"Password for 'https://alice@{host.host}': "]
        assert host.count("user", status=200) == 1
        assert user.the_login()[:2] == ("alice", alice.password)
        # The second one asks nothing, not even the host.
        assert push("again") == (0, b"", b"") and host.branch(name="again")
        assert len(asked.prompts()) == 2 and host.count("user") == 1

    def test_a_first_push_at_a_terminal(self, home, host, user, work, terminal, alice):
        home.env["GIT_TERMINAL_PROMPT"] = "1"
        child = terminal(f"cd {work} && git push -q origin HEAD:refs/heads/change")
        child.expect_exact(f"Username for 'https://{host.host}': ")
        child.sendline("alice")
        child.expect_exact(f"Password for 'https://alice@{host.host}': ")
        child.sendline("no-token-of-this-host")
        # What is wrong is said, and asked for again.
        child.expect_exact("Username for")
        child.sendline("alice")
        child.expect_exact("Password for")
        child.sendline(alice.password)
        child.expect(pexpect.EOF)
        assert alice.password not in child.before
        child.close()
        assert child.exitstatus == 0 and host.branch(name="change")
        assert user.the_login()[:2] == ("alice", alice.password)

    def test_the_end_that_a_host_tells_is_stored(self, home, code_hosts, person):
        github = code_hosts("github")
        home.configure(github.configuration(mode="ask"))
        home.env.update(github.environment)
        token = github.book.give("alice", lifetime=86400, scopes=("repo",))
        account = Account("alice", token)
        answer = home.git(
            "get", f"protocol=https\nhost={github.host}\n", **person(account).environment)
        assert answer.code == 0, (answer, github.calls)
        end = int(decode(answer.out)["password_expiry_utc"])
        assert end == pytest.approx(time.time() + 86400, abs=20)
        # An old git stores it without its end.
        assert home.git("store", f"protocol=https\nhost={github.host}\nusername=alice\n"
                        f"password={account.password}\n").code == 0
        answer = home.git("get", f"protocol=https\nhost={github.host}\n")
        assert int(decode(answer.out)["password_expiry_utc"]) == end

    @pytest.mark.parametrize("secret, is_token", [("glpat-canary", True), ("canary", False)])
    def test_what_looks_like_a_token_is_stored_as_one(
            self, home, host, user, person, secret, is_token):
        home.configure(host.configuration(mode="ask", verify="false", names_provider=False))
        assert user.get(**person(Account("alice", secret)).environment).code == 0
        assert user.the_login().is_token == is_token
        # git does not know, and does not change it.
        before = home.credentials.read_bytes()
        user.tells("store", username="alice", password=secret)
        assert home.credentials.read_bytes() == before

    def test_what_the_host_refuses_three_times_is_not_stored(self, host, user, push, person):
        asked = person(WRONG)
        refused = push(person=asked)
        assert refused.code == 128 and QUIT in refused.err.decode(), refused
        assert user.stored() == [] and host.count("user", status=401) == 3
        assert WRONG.password.encode() not in refused.err

    def test_what_is_not_verified_is_erased_by_git(
            self, home, host, user, push, person, alice):
        home.configure(host.configuration(mode="ask", verify="false"))
        refused = push(person=person(WRONG))
        assert refused.code == 128 and host.count("user") == 0
        assert user.stored() == []
        assert push(person=person(alice)).code == 0
        assert user.the_login().secret == alice.password

    def test_an_ended_login_is_asked_for_anew(self, user, host, push, person, alice):
        user.seed(OAuthLogin("ended", None, 1_700_000_000, account="", username="alice"))
        asked = person(alice)
        assert push(person=asked).code == 0
        assert len(asked.prompts()) == 2
        assert user.the_login()[:2] == ("alice", alice.password)

    def test_a_refused_seed_is_asked_for_while_it_is_suspended(
            self, home, host, user, person, alice):
        added = home.keyfob("add", "seed", "--bind", f"git:{host.host}", "--username", "alice",
                            "--stdin", input="seeded")
        assert added.code == 0, added
        assert user.answer() == {"username": "alice", "password": "seeded"}
        user.tells("erase", username="alice", password="seeded")
        assert decode(user.get(**person(alice).environment).out)["password"] == alice.password
        assert user.answer()["password"] == alice.password

    def test_a_login_that_cannot_be_stored_works_this_once(
            self, home, host, work, person, alice):
        with PrivateMounts() as mounts:
            mounts.run("mount", "--bind", home.path, home.path)
            mounts.run("mount", "-o", "remount,bind,ro", home.path)
            pushed = home.run(
                *mounts.wrapper, "git", "-C", work, "push", "-q", host.url_of(),
                "HEAD:refs/heads/change", **person(alice).environment)
        assert pushed.code == 0 and host.branch(name="change"), pushed
        first = pushed.err.decode().splitlines()[0]
        assert first.startswith(
            "keyfob: the login works this once, but it could not be stored: "), pushed

    @pytest.mark.parametrize("name, config, env, is_final", [
        ("nobody", (), {"GIT_TERMINAL_PROMPT": None}, False),
        ("no terminal", (), {"GIT_TERMINAL_PROMPT": "0"}, False),
        ("not interactive", ("-c", "credential.interactive=never"), {}, True),
        ("false", ("-c", "credential.interactive=false"), {}, True),
        ("CI", (), {"CI": "true"}, True),
    ])
    def test_where_nobody_can_be_asked_it_fails_at_once(
            self, user, push, person, alice, name, config, env, is_final):
        # Where asking is forbidden, an askpass program is not asked either.
        asked = person(alice) if is_final else None
        began = time.monotonic()
        refused = push(person=asked, config=config, **env)
        assert time.monotonic() - began < 5
        assert refused.code == 128, refused
        lines = refused.err.decode().splitlines()
        assert lines[0].startswith("keyfob: ") and "keyfob login" in lines[0], lines
        assert (QUIT in lines[1]) == is_final, lines
        assert user.stored() == []
        assert asked is None or asked.prompts() == []


class TestOAuth:
    """A login whose server does not renew it any more."""

    @pytest.fixture
    def ended(self, home, host, user):
        home.configure(host.configuration(mode="ask"))
        user.seed(user.grant())
        host.oauth.kill_refresh_tokens()

    def test_has_a_person_asked_once(self, user, host, push, person, alice, ended):
        asked = person(alice)
        assert push(person=asked).code == 0
        assert user.refreshes == 1 and len(asked.prompts()) == 2
        login = user.the_login()
        # What was typed is no OAuth login any more.
        assert (login.secret, login.refresh, login.settings) == (alice.password, None, {})

    def test_says_why_it_asks(self, home, host, user, terminal, ended, alice):
        home.env["GIT_TERMINAL_PROMPT"] = "1"
        child = terminal(f"git ls-remote {host.url_of()}")
        child.expect_exact(f"{host.host} does not renew the login login-1 any more")
        child.expect_exact("Username for")
        child.sendline("alice")
        child.expect_exact("Password for")
        child.sendline("")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 128 and user.refreshes == 1
        assert user.the_login().settings["oauthRefused"]


def test_a_repository_has_no_say_where_tokens_are_sent(user, home, host, code_hosts, work):
    other = code_hosts("generic")
    for name, value in {
            "oauthClientId": "theirs", "oauthTokenURL": other.url + "/token",
            "oauthAuthURL": other.url + "/authorize", "helper": "keyfob"}.items():
        set_ = home.run("git", "config", f"credential.{host.url}.{name}", value, cwd=work)
        assert set_.code == 0
    (work / ".keyfob").write_text(f'[oauth "{host.host}"]\n\ttokenUrl = {other.url}/token\n')
    user.seed(user.grant())
    assert home.run("git", "fetch", "-q", cwd=work).code == 0
    assert user.refreshes == 1 and other.calls == []
    # The control: what the user's own configuration names is asked.
    home.configure(f'[oauth "{host.host}"]\n\tclientId = x\n\ttokenUrl = {other.url}/token\n')
    user.seed(user.grant())
    assert home.run("git", "fetch", "-q", cwd=work).code == 128
    assert other.count("token")
