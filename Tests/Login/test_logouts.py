"""`keyfob logout`: what clients stored goes, and nothing else."""

import json

from login_user import ended


def stored_by_git(user, host, username, path=None, password="s3cret"):
    fields = f"protocol=https\nhost={host}\nusername={username}\npassword={password}\n"
    answer = user.home.git("store", fields + (f"path={path}\n" if path else ""))
    assert answer.code == 0, answer


def stored_by_docker(user, address, username, password="s3cret"):
    login = {"ServerURL": address, "Username": username, "Secret": password}
    assert user.home.docker("store", json.dumps(login)).code == 0


def test_both_clients_logins_of_a_host_go(user):
    stored_by_git(user, "git.example.com", "alice")
    stored_by_docker(user, "git.example.com", "alice")
    stored_by_git(user, "other.example.com", "alice")
    said = user.does("logout", "git.example.com")
    assert "alice at git:git.example.com" in said and "registry:git.example.com" in said
    assert [each["bindings"] for each in user.listed().values()] == [["git:other.example.com"]]


def test_a_protocol_before_the_host_spares_the_other_clients(user):
    stored_by_git(user, "git.example.com", "alice")
    stored_by_docker(user, "git.example.com", "alice")
    user.does("logout", "git:git.example.com")
    assert user.git_login("git.example.com") is None
    assert user.docker_login("git.example.com") == ("alice", "s3cret")


def test_paths_below_go_only_with_all(user):
    stored_by_git(user, "git.example.com", "alice", "team/app.git")
    problem = user.fails(3, "logout", "git.example.com")
    assert "`--all`" in problem
    stored_by_git(user, "git.example.com", "alice", password="another")
    user.does("logout", "git.example.com")
    assert user.git_login("git.example.com", path="team/app.git") == ("alice", "s3cret")
    user.does("logout", "git.example.com/team", "--all")
    assert user.listed() == {}


def test_what_an_administrator_stored_stays_and_is_named(user):
    user.does("add", "seed", "--username", "ci", "--bind", "git:git.example.com", "--stdin",
              input="seeded")
    problem = user.fails(3, "logout", "git.example.com")
    assert "keyfob remove seed" in problem
    stored_by_git(user, "git.example.com", "alice")
    said = user.does("logout", "git.example.com")
    assert "keyfob remove seed" in said
    assert list(user.listed()) == ["seed"]


def test_nobody_there_is_not_found(user):
    assert "nobody is logged in" in user.fails(3, "logout", "git.example.com")
    stored_by_git(user, "git.example.com", "alice")
    user.fails(3, "logout", "git.example.com", "--username", "bob")
    user.does("logout", "git.example.com", "--username", "alice")


def test_several_users_are_not_logged_out_unasked(user):
    for name in ("alice", "bob"):
        stored_by_git(user, "git.example.com", name)
    problem = user.fails(2, "logout", "git.example.com")
    assert "alice, bob" in problem and "--username" in problem
    assert len(user.listed()) == 2
    user.does("logout", "git.example.com", "--username", "alice")
    assert user.git_login("git.example.com") == ("bob", "s3cret")
    stored_by_git(user, "git.example.com", "alice")
    user.does("logout", "git.example.com", "--yes")
    assert user.listed() == {}


def test_a_terminal_is_asked_which_of_several(user):
    for name in ("alice", "bob"):
        stored_by_git(user, "git.example.com", name)
    child = user.terminal("keyfob logout git.example.com")
    child.expect_exact("log out: ")
    assert "alice" in child.before and "3  all" in child.before
    child.sendline("2")
    assert "removed git.example.com-bob" in ended(child)
    assert list(user.listed()) == ["git.example.com-alice"]


def test_another_scopes_login_stays(user):
    stored_by_git(user, "git.example.com", "alice")
    user.fails(3, "logout", "git.example.com", "--scope", "acme")
    user.does("logout", "git.example.com")


def test_docker_hubs_own_entries_go_with_the_login(user):
    root = "https://index.docker.io/v1/"
    for address in (root, root + "access-token", root + "refresh-token"):
        stored_by_docker(user, address, "alice")
    assert len(user.listed()) == 3
    user.does("logout", "docker.io")
    assert user.listed() == {}


def test_accounts_that_git_names_alike_are_not_logged_out_unasked(user, code_hosts, browser):
    host = code_hosts("gitlab")
    user.home.configure(host.configuration("oauth"))
    for name in ("alice", "bob"):
        host.oauth.login_as = name
        user.does("login", host.host, "--username", name)
    assert {each["username"] for each in user.listed().values()} == {"oauth2"}
    problem = user.fails(2, "logout", host.host)
    assert "alice" in problem and "bob" in problem and "oauth2" not in problem
    user.fails(2, "logout", host.host, "--username", "oauth2")
    assert len(user.listed()) == 2
    user.does("logout", host.host, "--username", "alice")
    (left,) = user.listed().values()
    assert left["settings"]["oauthName"] == "bob"
    # One account alone is nobody's question, whatever its user name.
    user.does("logout", host.host)
    assert user.listed() == {}
