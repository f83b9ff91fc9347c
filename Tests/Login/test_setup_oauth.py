"""`keyfob setup oauth`: a client of the user's own, its secret kept away from the configuration."""

import json

import pytest

HOST = "git.example.com"
SECRET = "the-clients-s3cret"


def files(user):
    return {
        str(path): path.read_bytes() for path in user.home.path.rglob("*")
        if path.is_file() and path.name != "lock"}


def test_a_client_with_all_that_can_be_said_of_it(user):
    said = user.does(
        "setup", "oauth", HOST, "--client-id", "my-client", "--provider", "forgejo",
        "--authorize-url", f"https://{HOST}/a", "--token-url", f"https://{HOST}/t",
        "--device-url", f"https://{HOST}/d?tenant=acme", "--account-url", f"https://{HOST}/u",
        "--redirect-url", "http://127.0.0.1:34106/", "--scopes", "read write",
        "--username", "oauth2", "--client-secret-stdin", input=SECRET)
    assert SECRET not in said
    assert "redirect at git.example.com must be http://127.0.0.1:34106/" in said
    assert user.home.config.read_text() == (
        '[oauth "git.example.com"]\n\tclientId = my-client\n'
        f"\tauthorizeUrl = https://{HOST}/a\n\ttokenUrl = https://{HOST}/t\n"
        f"\tdeviceUrl = https://{HOST}/d?tenant=acme\n\taccountUrl = https://{HOST}/u\n"
        "\tredirectUrl = http://127.0.0.1:34106/\n\tscopes = \"read write\"\n"
        "\tusername = oauth2\n\tclientSecret = oauth-git.example.com\n"
        '[prompt "git.example.com"]\n\tprovider = forgejo\n')
    stored = user.listed()["oauth-git.example.com"]
    assert (stored["kind"], stored["bindings"]) == ("secret", [])
    revealed = user.run("show", "oauth-git.example.com", "--reveal").out
    assert revealed == SECRET.encode()
    assert not any(SECRET.encode() in content for content in files(user).values())

    user.does("setup", "oauth", HOST, "--undo")
    assert not user.home.config.exists() and user.listed() == {}


def test_it_says_where_to_register_a_client_and_with_which_redirect(user):
    problem = user.fails(2, "setup", "oauth", "gitlab.com")
    assert "https://gitlab.com/-/user_settings/applications" in problem
    assert "http://127.0.0.1/" in problem and "--client-id ID" in problem
    problem = user.fails(2, "setup", "oauth", HOST, "--provider", "gitea")
    assert f"https://{HOST}/user/settings/applications" in problem
    assert not user.home.config.exists()


@pytest.mark.parametrize(("words", "problem"), [
    ((HOST + "/path", "--client-id", "x"), "without a path"),
    (("", "--client-id", "x"), "is no host"),
    ((HOST, "--client-id", "two words"), "--client-id"),
    ((HOST, "--client-id", "x", "--token-url", "http://git.example.com/t"), "--token-url"),
    ((HOST, "--client-id", "x", "--device-url", "/relative"), "--device-url"),
    ((HOST, "--client-id", "x", "--redirect-url", "https://127.0.0.1/"), "--redirect-url"),
    ((HOST, "--client-id", "x", "--redirect-url", "http://example.com/"), "--redirect-url"),
    ((HOST, "--client-id", "x", "--provider", "sourcehut"), "--provider"),
    ((HOST, "--undo", "--client-id", "x"), "--undo"),
])
def test_what_cannot_be_followed_is_refused_before_anything_is_written(user, words, problem):
    answer = user.run("setup", "oauth", *words, "--client-secret-stdin", input=SECRET)
    assert answer.code in (1, 2) and problem in answer.err.decode()
    assert not user.home.config.exists() and not user.home.credentials.exists()


def test_a_dry_run_stores_no_secret(user):
    said = user.does("setup", "oauth", HOST, "--client-id", "x", "--client-secret-stdin",
                     "--dry-run", input=SECRET)
    assert "+ oauth.git.example.com.clientSecret = oauth-git.example.com" in said
    assert not user.home.config.exists() and user.listed() == {}


def test_an_undo_of_one_host_leaves_the_others_and_what_the_user_wrote(user):
    user.home.configure('# mine\n[oauth "git.example.com"]\n\tscopes = repo # kept\n')
    before = user.home.config.read_bytes()
    user.does("setup", "oauth", HOST, "--client-id", "x", "--client-secret-stdin", input=SECRET)
    user.does("setup", "oauth", "other.example.com", "--client-id", "y")
    user.does("setup", "oauth", HOST, "--undo")
    assert user.listed() == {}
    assert user.home.config.read_bytes() == (
        before + b'[oauth "other.example.com"]\n\tclientId = y\n')
    user.does("setup", "oauth", "other.example.com", "--undo")
    assert user.home.config.read_bytes() == before


def test_a_clients_secret_is_replaced_and_not_removed_while_it_is_named(user):
    for secret in (SECRET, "another"):
        user.does("setup", "oauth", HOST, "--client-id", "x", "--client-secret-stdin",
                  input=secret)
    assert user.run("show", "oauth-git.example.com", "--reveal").out == b"another"
    words = ("setup", "oauth", HOST, "--client-secret-stdin")
    would = user.run(*words, "--dry-run", input="third").out.decode()
    assert would.startswith("Would store the client's secret as oauth-git.example.com; ")
    answer = user.run(*words, input="third")
    assert answer.out.decode() == (
        "Stored the client's secret as oauth-git.example.com; "
        f"{user.home.config} names that client for git.example.com already.\n")
    assert b"stored oauth-" not in answer.err and b"othing" not in answer.out
    assert user.run("show", "oauth-git.example.com", "--reveal").out == b"third"
    problem = user.fails(1, "remove", "oauth-git.example.com", "--yes")
    assert "OAuth client at git.example.com" in problem
    user.does("remove", "oauth-git.example.com", "--yes", "--force")


def test_a_name_that_is_something_elses_is_not_taken(user):
    user.does("add", "oauth-git.example.com", "--kind", "token", "--stdin", input="other")
    user.fails(1, "setup", "oauth", HOST, "--client-id", "x", "--client-secret-stdin",
               input=SECRET)
    assert not user.home.config.exists()
    user.does("setup", "oauth", HOST, "--client-id", "x")
    user.does("setup", "oauth", HOST, "--undo")
    assert list(user.listed()) == ["oauth-git.example.com"]


def test_the_report_for_programs_names_every_change(user):
    answer = user.run("setup", "oauth", HOST, "--client-id", "x", "--json")
    assert json.loads(answer.out)["changes"] == [{
        "file": str(user.home.config), "removed": [],
        "added": ["oauth.git.example.com.clientId = x"]}]
