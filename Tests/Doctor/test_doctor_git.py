"""Broken logins of git: each names its cause, and is well once that is mended."""

from Support import ALICE, Account
from Support.loopback import Reply


def test_a_wrong_password(patient, git_server):
    address = f"git:{git_server.url()}"
    patient.stores(f"git:{git_server.host}", ALICE)
    good = patient.asks(address)
    assert good.is_well, good
    assert "git may read git/team/app.git and push to it" in good.of("repository")
    patient.does("edit", "mine", "--stdin", input="not-her-password")
    patient.keeps("not-her-password")
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause.startswith(f"{git_server.host} refuses the login"), bad
    assert bad.remedy.endswith("replace what is stored with `keyfob edit mine`"), bad
    # No right to it is no wrong password.
    patient.does("edit", "mine", "--stdin", input=ALICE.password)
    other = patient.asks(f"git:{git_server.url('bob/private.git')}")
    assert other.code == 1


def test_git_does_not_ask_keyfob(patient, git_server):
    address = f"git:{git_server.url()}"
    patient.stores(f"git:{git_server.host}", ALICE)
    assert patient.asks(address).is_well
    patient.does("setup", "git", "--undo")
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause == f"git asks no credential helper for {git_server.url()}"
    assert bad.remedy == "run `keyfob setup git`"
    git(patient, "config", "--global", "credential.helper", "cache")
    assert patient.asks(address).cause.startswith(
        f"git does not ask Keyfob for {git_server.url()}, but `cache` (")
    # It is asked, but after another.
    git(patient, "config", "--global", "--add", "credential.helper", "keyfob")
    bad = patient.asks(address)
    assert bad.cause.startswith("git asks `cache` before Keyfob ("), bad
    assert "keyfob setup git" in bad.remedy


def test_sections_for_a_url_count_where_it_matches(patient, git_server):
    patient.stores(f"git:{git_server.host}", ALICE)
    address = f"git:{git_server.url()}"
    git(patient, "config", "--global", "credential.https://other.example.helper", "")
    assert patient.asks(address).is_well
    git(patient, "config", "--global", f"credential.https://{git_server.host}.helper", "")
    assert patient.asks(address).cause.startswith("git asks no credential helper")


def test_a_login_for_another_path(patient, git_server):
    address = f"git:{git_server.url()}"
    patient.stores(f"git:{git_server.host}/git/team", ALICE)
    # git does not tell helpers the path unless it is told to.
    bad = patient.asks(address)
    assert bad.cause.startswith(f"nothing answers for git:{git_server.host}; not mine"), bad
    assert "for another path" in bad.cause
    assert f"keyfob bind mine git:{git_server.host}" in bad.remedy
    assert any("useHttpPath" in text for text in bad.of("client"))
    git(patient, "config", "--global", "credential.useHttpPath", "true")
    assert patient.asks(address).is_well
    assert "for another path" in patient.asks(
        f"git:{git_server.url('alice/private.git')}").cause


def test_a_login_in_another_scope(patient, git_server):
    address = f"git:{git_server.url()}"
    patient.stores(f"git:{git_server.host}", ALICE, "--scope", "work")
    bad = patient.asks(address)
    assert "only in the scope work" in bad.cause
    assert bad.remedy.startswith("name its scope (KEYFOB_SCOPE=work)"), bad
    assert patient.asks(address, KEYFOB_SCOPE="work").is_well
    assert patient.asks(address, "--scope", "work").is_well


def test_another_user(patient, git_server):
    address = f"git:{git_server.url()}"
    patient.stores(f"git:{git_server.host}", ALICE)
    git(patient, "config", "--global", f"credential.https://{git_server.host}.username", "carol")
    bad = patient.asks(address)
    assert "for another user" in bad.cause
    assert bad.remedy.startswith(f"run `keyfob login git:{git_server.host} --username carol`")
    assert "as alice" in bad.remedy and "credential.username" in bad.remedy
    assert patient.asks(address, "--username", "alice").is_well


def test_single_sign_on_is_missing(patient, code_hosts):
    host = code_hosts("github")
    address = f"git:{host.url_of()}"
    patient.home.configure(host.configuration())
    token, barred = host.book.give(scopes=("repo",)), host.book.give(
        scopes=("repo",), wants_sso=True)
    patient.stores(f"git:{host.host}", Account("alice", token))
    good = patient.asks(address)
    assert good.is_well, good
    assert good.of("scopes") == ["repo"]
    patient.does("edit", "mine", "--stdin", input=barred)
    patient.keeps(barred)
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert "single sign-on" in bad.cause or "SSO" in bad.cause, bad


def test_a_token_that_ended(patient, code_hosts):
    host = code_hosts("gitea")
    patient.home.configure(host.configuration())
    address = f"git:{host.url_of()}"
    token = host.book.give(lifetime=3600)
    patient.stores(f"git:{host.host}", Account("alice", token), "--expires", "90d")
    assert patient.asks(address).is_well
    patient.does("edit", "mine", "--expires", "2020-01-01")
    bad = patient.asks(address)
    assert (bad.code, bad.cause) == (1, "mine has expired, 2020-01-01T23:59:59Z")
    # The host says so where the store does not know.
    patient.does("edit", "mine", "--expires", "90d")
    host.book.revoke(token)
    bad = patient.asks(address)
    assert (bad.code, bad.cause.startswith(f"{host.host} refuses the login")) == (1, True), bad


def test_a_repository_that_is_hidden(patient, code_hosts):
    host = code_hosts("gitea")
    patient.home.configure(host.configuration())
    patient.stores(f"git:{host.host}", Account("alice", host.book.give()))
    assert patient.asks(f"git:{host.url_of('alice/private.git')}").is_well
    bad = patient.asks(f"git:{host.url_of('bob/private.git')}")
    assert bad.code == 1
    assert bad.of("login", "good"), bad
    assert bad.cause.startswith("bob/private.git is denied to this login: HTTP 404"), bad
    assert "a repository is not there" in bad.remedy


def test_a_token_that_only_reads(patient, code_hosts):
    host = code_hosts("gitea")
    patient.home.configure(host.configuration())
    patient.stores(f"git:{host.host}", Account("alice", host.book.give()))
    good = patient.asks(f"git:{host.url_of()}")
    assert good.is_well
    assert good.of("repository") == ["git may read team/app.git and push to it"]
    reading = host.book.give(scopes=("read:repository", "read:user"))
    patient.does("edit", "mine", "--stdin", input=reading)
    patient.keeps(reading)
    found = patient.asks(f"git:{host.url_of()}")
    assert (found.code, found.state) == (0, "doubtful")
    assert found.cause.startswith(
        "git may read team/app.git, and may not push to it: HTTP 403"), found
    assert "write" in found.remedy


def test_what_everybody_may_read(patient, code_hosts):
    host = code_hosts("generic")
    patient.home.configure(host.configuration())
    found = patient.asks(f"git:{host.url_of('open/app.git')}")
    assert found.code == 0
    assert any("proves nothing of a login" in text for text in found.of("repository"))


def test_a_redirect_is_named_and_not_followed(patient, code_hosts, elsewhere):
    host = code_hosts("generic")
    patient.home.configure(host.configuration())
    patient.stores(f"git:{host.host}", ALICE)
    host.tamper = lambda endpoint, request, reply: Reply(
        301, b"", {"Location": f"{elsewhere.url}{request.path}"})
    bad = patient.asks(f"git:{host.url_of()}")
    assert bad.code == 1
    assert elsewhere.host in bad.cause
    assert elsewhere.requests == []


def git(patient, *words):
    answer = patient.home.run("git", *words)
    assert answer.code == 0, answer
