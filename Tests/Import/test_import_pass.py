"""docker-credential-pass and the password store it writes to."""

import json

import pytest

from Support import Account
from Support.processes import required

#: Two accounts of one address.
LOGINS = {Account("alice", "1"), Account("bob", "2")}


@pytest.fixture
def store(home):
    """A password store with a key of its own, which has no passphrase."""
    required("pass")
    home.env["GNUPGHOME"] = str(home.path / ".gnupg")
    (home.path / ".gnupg").mkdir(mode=0o700)
    key = home.run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key",
                   "test@example.com", "default", "default", "never", timeout=60)
    assert key.code == 0, key
    assert home.run("pass", "init", "test@example.com").code == 0
    yield home.path / ".password-store/docker-credential-helpers"
    home.run("gpgconf", "--kill", "all")


def put(home, server, username, secret):
    login = {"ServerURL": server, "Username": username, "Secret": secret}
    answer = home.run("docker-credential-pass", "store", input=json.dumps(login))
    assert answer.code == 0, answer


def test_logins_are_imported_and_removed(home, imports, admin, store):
    put(home, "ghcr.io", "alice", "s3cret ü")
    put(home, "https://index.docker.io/v1/", "bob", "hub\npw")
    put(home, "tok.io", "<token>", "refresh")
    before = imports.snapshot()
    assert {tuple(row) for row in imports.actions("pass")} == {
        ("ghcr.io", "alice", "add"), ("https://index.docker.io/v1/", "bob", "add"),
        ("tok.io", "<token>", "add")}
    assert imports.snapshot() == before
    assert admin.docker_get("ghcr.io") == Account("alice", "s3cret ü")
    assert admin.docker_get("docker.io") == Account("bob", "hub\npw")
    held = home.run("docker-credential-pass", "get", input="ghcr.io")
    assert json.loads(held.out)["Secret"] == "s3cret ü"
    rows = imports.actions("pass --remove-source --yes")
    assert {row.action for row in rows} == {"present"}
    assert home.run("docker-credential-pass", "list").out.strip() == b"{}"


def test_dockers_helper_itself_is_not_told_to_erase_what_nobody_read(
        home, imports, admin, write, store):
    for login in LOGINS:
        put(home, "ghcr.io", *login)
    write(".docker/config.json", {"credsStore": "pass", "auths": {"ghcr.io": {}}})
    rows = imports.actions("docker-config --remove-source --yes", code=1)
    assert len(rows) == 1 and rows[0].action == "add"
    assert admin.docker_get("ghcr.io") in LOGINS
    assert {path.stem for path in store.rglob("*.gpg")} == {"alice", "bob"}
    assert (
        "left as it is: docker-credential-pass: docker-credential-pass would erase other accounts "
        "of ghcr.io as well; use `--from pass`") in imports.notes
    # The source that it names takes both, and gives them up.
    rows = imports.actions("pass --remove-source --yes")
    assert sorted(row.action for row in rows) == ["add", "present"]
    assert not list(store.rglob("*.gpg"))
    assert sorted(admin.names()) == ["ghcr.io-alice", "ghcr.io-bob"]


def test_dockers_helper_erases_every_account_of_an_address(home, store):
    """Why it is not told to: the entry that `list` does not show goes as well."""
    for login in LOGINS:
        put(home, "ghcr.io", *login)
    assert len(json.loads(home.run("docker-credential-pass", "list").out)) == 1
    assert home.run("docker-credential-pass", "erase", input="ghcr.io").code == 0
    assert not list(store.rglob("*.gpg"))


def test_a_store_elsewhere(home, imports, store):
    put(home, "ghcr.io", "alice", "pw")
    (home.path / ".password-store").rename(home.path / "other")
    assert imports.actions("pass other") == [("ghcr.io", "alice", "add")]
    there = imports.actions("pass", PASSWORD_STORE_DIR=home.path / "other")
    assert there == [("ghcr.io", "alice", "present")]


def test_what_cannot_be_decrypted_is_said(home, imports, admin, store):
    put(home, "good.io", "alice", "pw")
    put(home, "bad.io", "alice", "pw")
    next(path for path in store.rglob("*.gpg")
         if "YmFkLmlv" in str(path)).write_bytes(b"not encrypted")
    (store / "not base64!").mkdir()
    (store / "not base64!/x.gpg").write_bytes(b"")
    reasons = imports.reasons("pass")
    assert "`pass show` failed with exit code" in reasons["bad.io"]
    assert reasons["not base64!"] == "its folder's name is not base64"
    assert admin.docker_get("good.io") == Account("alice", "pw")


def test_no_store_and_no_pass(home, admin, imports, store):
    put(home, "ghcr.io", "alice", "pw")
    assert "there is no /none/docker-credential-helpers" in admin.fails(
        3, "keyfob import --from pass", PASSWORD_STORE_DIR="/none")
    assert admin.fails(4, "keyfob import --from pass", PATH=home.recorders) == (
        "pass is not on PATH; install it")
