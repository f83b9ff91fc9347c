"""`keyfob login --token-stdin`: who is let in is stored, and nobody else."""

import pytest

from Support import ALICE


def test_a_hosts_token_is_stored_for_its_owner_and_used_by_git(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    token = host.book.give("alice", lifetime=86_400, scopes=("repo",))

    report = user.login(f"git:{host.host}", token=token)
    assert (report["account"], report["username"]) == ("alice", "alice")
    assert report["verified"] and not report["replaced"] and report["kind"] == "token"
    assert report["address"] == f"git:{host.host}"
    assert user.git_login(host.host) == ("alice", token)
    stored = user.listed()[report["name"]]
    assert (stored["origin"], stored["bindings"]) == ("git", [f"git:{host.host}"])

    # git itself gets in with it, and nobody is asked.
    cloned = user.git(
        "-c", "credential.helper=keyfob", "clone", "-q", host.url_of("alice/private.git"), "work")
    assert cloned.code == 0, cloned
    assert token.encode() not in user.output


def test_what_it_prints_is_one_line_with_account_expiry_and_place(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    token = host.book.give("alice", lifetime=86_400, scopes=("repo",))
    said = user.does("login", f"git:{host.host}", "--token-stdin", input=token)
    assert said.count("\n") == 1
    assert said.startswith("keyfob: stored ")
    assert f": alice's token for git:{host.host}, expires 20" in said
    assert said.endswith(", verified\n")


def test_a_second_login_of_the_same_user_takes_the_firsts_place(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    first, second, other = (
        host.book.give(who, scopes=("repo",)) for who in ("alice", "alice", "bob"))
    name = user.login(f"git:{host.host}", token=first)["name"]
    again = user.login(f"git:{host.host}", token=second)
    assert again["replaced"] and again["name"] == name
    assert user.git_login(host.host) == ("alice", second)
    assert not user.login(f"git:{host.host}", token=other)["replaced"]
    assert len(user.listed()) == 2
    assert user.git_login(host.host, username="alice") == ("alice", second)


def test_a_token_that_the_host_refuses_is_not_stored(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    wrong = "ghp_" + "0" * 36
    problem = user.fails(1, "login", f"git:{host.host}", "--token-stdin", input=wrong)
    assert host.host in problem and wrong not in problem
    assert user.listed() == {}
    assert not user.home.credentials.exists()

    user.login(f"git:{host.host}", "--no-verify", token=wrong)
    assert user.listed() and host.count("user") == 1
    said = user.does("login", f"git:{host.host}", "--force", "--token-stdin", input=wrong)
    assert "stored although it is refused" in said and said.endswith(", not verified\n")


def test_a_registrys_token_goes_through_its_token_server(user, guarded_registry):
    address = guarded_registry.host
    problem = user.fails(
        1, "login", address, "--username", "alice", "--token-stdin", input="wrong")
    assert "wrong" not in problem and address in problem
    assert user.listed() == {}

    report = user.login(address, "--username", "alice", token="alices-token")
    assert report["verified"] and report["address"] == f"registry:{address}"
    assert user.docker_login(address) == ("alice", "alices-token")
    assert user.listed()[report["name"]]["origin"] == "docker"


def test_a_registry_with_passwords_judges_them(user, registry):
    words = ("login", f"registry:{registry.host}", "--username", ALICE.username, "--token-stdin")
    user.home.env.update(registry.environment)
    user.fails(1, *words, input=ALICE.password + "x")
    assert user.listed() == {}
    user.does(*words, input=ALICE.password)
    assert user.docker_login(registry.host) == tuple(ALICE)


def test_a_registry_without_a_user_name_asks_for_one(user, guarded_registry):
    problem = user.fails(
        2, "login", f"registry:{guarded_registry.host}", "--token-stdin", input="alices-token")
    assert "--username" in problem
    assert user.listed() == {}


@pytest.mark.parametrize(("words", "code", "problem"), [
    (("github.com", "--browser", "--device"), 2, "cannot be used together"),
    (("github.com", "--token-stdin", "--browser"), 2, "cannot be used together"),
    (("git:", "--token-stdin"), 2, "is not an address"),
    (("https://github.com/a/../b", "--token-stdin"), 2, "is not an address"),
    (("github.com", "--username", "", "--token-stdin"), 2, "user name is empty"),
    (("ghcr.io", "--token-stdin"), 2, "fine-grained"),
    (("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "--token-stdin"), 2, "keyfob explain"),
    (("public.ecr.aws", "--token-stdin"), 2, "access-key"),
])
def test_what_cannot_be_is_refused_before_any_host_is_asked(user, words, code, problem):
    token = "github_pat_" + "a" * 30
    assert problem in user.fails(code, "login", *words, input=token)
    assert user.listed() == {}


def test_a_token_of_two_lines_is_none(user):
    assert "one line" in user.fails(
        2, "login", "git:git.example.com", "--token-stdin", "--username", "a", input="one\ntwo\n")
    user.does("login", "git:git.example.com", "--token-stdin", "--username", "a", "--no-verify",
              input="one\n")
    assert user.git_login("git.example.com") == ("a", "one")


def test_an_unknown_host_is_what_it_answers(user, guarded_registry, code_hosts):
    said = user.does("login", guarded_registry.host, "--username", "alice", "--token-stdin",
                     input="alices-token")
    assert f"write git:{guarded_registry.host} if you mean that" in said
    host = code_hosts("generic")
    host.tamper = lambda endpoint, request, reply: (
        reply._replace(status=404) if request.path == "/v2/" else reply)
    host.passwords["alice"] = "alices-password"
    said = user.does("login", host.host, "--username", "alice", "--token-stdin",
                     input="alices-password")
    assert f"this is about git:{host.host}; write registry:{host.host}" in said
    assert user.git_login(host.host) == ("alice", "alices-password")


def test_a_host_that_does_not_answer_has_to_be_named(user, guarded_registry):
    guarded_registry.stop()
    problem = user.fails(4, "login", guarded_registry.host, "--username", "a", "--token-stdin",
                         input="x")
    assert f"git:{guarded_registry.host} or registry:{guarded_registry.host}" in problem
    assert user.listed() == {}


def test_a_login_with_a_path_and_a_scope_answers_there_alone(user, host):
    user.home.configure(host.configuration(client=False))
    token = host.book.give("alice")
    user.login(f"git:{host.host}/team/app.git", "--username", "alice", "--scope", "acme",
               token=token)
    stored, = user.listed().values()
    assert stored["bindings"] == [f"git:{host.host}/team/app.git"] and stored["scope"] == "acme"
    assert user.git_login(host.host, path="team/app.git") is None
    user.home.env["KEYFOB_SCOPE"] = "acme"
    assert user.git_login(host.host, path="team/app.git") == ("alice", token)


def test_anothers_token_is_stored_for_who_was_named_and_said_to_be_anothers(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    words = ("login", f"git:{host.host}", "--token-stdin", "--username")
    token = host.book.give("bob", scopes=("repo",))
    said = user.does(*words, "alice", input=token)
    assert f": bob's token for git:{host.host} as alice, verified\n" in said
    assert "the token is bob's, not alice's" in said
    assert user.git_login(host.host, username="alice") == ("alice", token)
    report = user.login(f"git:{host.host}", "--username", "alice", token=token)
    assert (report["account"], report["username"]) == ("bob", "alice")
    for name in ("BOB", "x-access-token"):
        assert "not " + name not in user.does(*words, name, input=token)


def test_a_host_that_does_not_answer_is_stored_for_only_when_told_to(user, code_hosts):
    host = code_hosts("github")
    user.home.configure(host.configuration(client=False))
    token = host.book.give("alice", scopes=("repo",))
    host.stop()
    for address in (f"git:{host.host}", f"registry:{host.host}", "git:no.such.host.invalid"):
        words = ("login", address, "--username", "alice", "--token-stdin")
        problem = user.fails(4, *words, input=token)
        assert "--no-verify" in problem and address.split(":")[1] in problem
        assert user.listed() == {}
        for option in ("--no-verify", "--force"):
            assert "not verified" in user.does(*words, option, input=token)
        user.does("logout", address)


def test_a_login_that_nobody_can_judge_is_stored_and_said_to_be_untried(user, code_hosts):
    host = code_hosts("generic")
    user.home.configure(host.configuration(client=False))
    said = user.does("login", f"git:{host.host}", "--username", "alice", "--token-stdin",
                     input="alices-password")
    assert "could not be tried" in said and "git ls-remote" in said
    assert said.endswith(", not verified\n")
