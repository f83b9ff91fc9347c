"""`keyfob login` by people: on a terminal, with a browser, on another device."""

import signal

import pexpect
import pytest

from login_user import ended


def test_a_token_that_is_typed_is_tried_until_it_is_right(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    token = host.book.give("alice", scopes=("repo",))
    wrong = "ghp_" + "0" * 36
    child = user.terminal(f"keyfob login git:{host.host}")
    child.expect("Username for .*: ")
    child.sendline("alice")
    child.expect("Password for .*: ")
    assert not child.getecho()
    child.sendline(wrong)
    child.expect("Username for .*: ")
    child.sendline("alice")
    child.expect("Password for .*: ")
    child.sendline(token)
    shown = ended(child)
    assert "stored " in shown and f"alice's token for git:{host.host}, verified" in shown
    assert token not in shown and wrong not in shown
    assert user.git_login(host.host) == ("alice", token)


def test_a_registry_asks_as_well(user, guarded_registry):
    child = user.terminal(f"keyfob login registry:{guarded_registry.host} --username alice")
    child.expect("Password for .*: ")
    child.sendline("alices-token")
    assert "verified" in ended(child)
    assert user.docker_login(guarded_registry.host) == ("alice", "alices-token")


def test_ctrl_c_stores_nothing(user, host):
    user.home.configure(host.configuration(client=False))
    child = user.terminal(f"keyfob login git:{host.host}")
    child.expect("Username for .*: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus == signal.SIGINT
    assert user.listed() == {}


def test_nobody_to_ask_is_said_at_once(user):
    problem = user.fails(4, "login", "git:git.example.com")
    assert "--token-stdin" in problem


def test_nobody_to_send_to_a_page_is_said_at_once(user, code_hosts):
    host = code_hosts("gitlab")
    user.home.configure(host.configuration("oauth"))
    for env in ({}, {"CI": "true"}):
        problem = user.fails(4, "login", f"git:{host.host}", **env)
        assert "neither a browser nor a terminal" in problem and "--token-stdin" in problem
    assert host.count("authorize") == host.count("device") == 0
    # Who names a way waits for somebody on another device.
    assert "verified" in user.does("login", host.host, "--device")


def test_a_browser_logs_in_and_the_login_is_renewed(user, code_hosts, browser):
    host = code_hosts("gitlab")
    user.home.configure(host.configuration("oauth"))
    said = user.does("login", host.host)
    assert f": alice's login for git:{host.host}, renewed automatically, verified" in said
    assert host.count("authorize") == 1 and host.count("device") == 0
    (name, stored), = user.listed().items()
    assert stored["username"] == "oauth2" and stored["settings"]["oauth"] == "gitlab"
    user_name, token = user.git_login(host.host)
    assert user_name == "oauth2" and host.book.live(token)
    assert not any(secret in said for secret in (token, *host.oauth.refresh_tokens))
    user.does("login", host.host, "--browser")
    assert list(user.listed()) == [name]
    assert user.git_login(host.host)[1] != token


def test_a_gitlab_login_is_called_by_the_name_that_was_asked_for(user, code_hosts, browser):
    host = code_hosts("gitlab")
    user.home.configure(host.configuration("oauth"))
    said = user.does("login", host.host, "--username", "alice")
    assert f": alice's login for git:{host.host}, " in said
    (name, stored), = user.listed().items()
    assert stored["settings"]["oauthName"] == "alice" and "alice's, renewed" in user.does(
        "show", name)
    assert user.git_login(host.host, username="alice")[0] == "oauth2"
    # Logged in again without it, it is the same account's.
    assert "alice's login" in user.does("login", host.host)
    assert f"{name}: alice at" in user.does("logout", host.host, "--username", "alice")
    assert user.listed() == {}


def test_a_client_with_a_secret_shows_it(user, code_hosts, browser):
    host = code_hosts("gitlab")
    host.oauth.client_secret = "the-clients-s3cret"
    user.home.configure(host.configuration(client=False))
    words = ("setup", "oauth", host.host, "--client-id", host.oauth.client_id)
    user.does(*words)
    answer = user.run("login", host.host, "--browser")
    assert answer.code == 1 and user.listed() == {}, answer
    user.does(*words, "--client-secret-stdin", input=host.oauth.client_secret)
    assert "renewed automatically" in user.does("login", host.host, "--browser")

    # Under another name nobody would find it.
    name = f"oauth-{host.host}".replace(":", "-")
    problem = user.fails(1, "rename", name, "secret-of-gitlab")
    assert "OAuth client at" in problem and "clientSecret = secret-of-gitlab" in problem
    user.home.configure(user.home.config.read_text().replace(name, "secret-of-gitlab"))
    user.does("rename", name, "secret-of-gitlab")
    assert "renewed automatically" in user.does("login", host.host, "--browser")


def test_a_clients_secret_that_is_not_there_is_named_with_where_it_belongs(
        user, code_hosts, browser):
    host = code_hosts("gitlab")
    user.home.configure(host.configuration("oauth", client=False)
                        + f'[oauth "{host.host}"]\n\tclientId = x\n\tclientSecret = nosuch\n')
    problem = user.fails(3, "login", host.host)
    assert "client secret nosuch that [oauth] names" in problem and "clientSecret" in problem
    assert "keyfob add nosuch --kind secret" in problem


def test_who_says_no_is_not_logged_in(user, code_hosts, browser):
    host = code_hosts("gitlab")
    host.oauth.denies = True
    user.home.configure(host.configuration("oauth"))
    answer = user.run("login", host.host)
    assert answer.code == 1 and user.listed() == {}, answer
    host.oauth.denies = False
    user.does("login", host.host)


def test_another_device_logs_in(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration())
    said = user.does("login", host.host, "--device")
    assert "WDJB-MJHT" in said and f"{host.url}/login/device" in said
    assert f"alice's login for git:{host.host}" in said
    assert user.git_login(host.host)[0] == "alice"


def test_without_a_client_it_says_how_to_set_one_up(user, code_hosts):
    host = code_hosts("gitlab")
    user.home.configure(host.configuration("oauth", client=False))
    for way, also in ((("--browser",), False), ((), True)):
        answer = user.run("login", host.host, *way)
        (line,) = answer.err.decode().splitlines()
        assert answer.code == 1 and "keyfob setup oauth" in line, answer
        assert ("nobody to ask for a token" in line) == also


@pytest.mark.parametrize("provider", ["gitlab", "gitea"])
def test_a_host_says_what_it_is(user, code_hosts, provider):
    host = code_hosts(provider)
    user.home.configure(host.configuration(client=False, names_provider=False))
    token = host.book.give("alice", scopes=("api", "all"))
    report = user.login(f"git:{host.host}", token=token)
    assert report["verified"] and host.count("git") == 1
    user.does("logout", host.host)
    child = user.terminal(f"keyfob login git:{host.host}")
    child.expect_exact({"gitlab": "GitLab", "gitea": "Gitea"}[provider])
    child.expect("Username for .*: ")
    child.sendline("alice")
    child.expect("Password for .*: ")
    child.sendline(token)
    assert "verified" in ended(child)
    assert host.count("git") == 2

    # Who wants nothing tried there has nothing asked there.
    before = len(host.calls)
    answer = user.run("login", f"git:{host.host}", "--token-stdin", "--no-verify",
                      "--username", "alice", input=token)
    assert answer.code == 0 and len(host.calls) == before, answer


def test_a_plain_git_host_stays_one(user, code_hosts):
    host = code_hosts("generic")
    user.home.configure(host.configuration(client=False, names_provider=False))
    host.passwords["alice"] = "hunter2"
    report = user.login(
        f"git:{host.host}/team/app.git", "--username", "alice", token="hunter2")
    assert report["verified"] and host.count("user") == 0
