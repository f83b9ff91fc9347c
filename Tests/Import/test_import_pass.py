"""docker-credential-pass and the password store it writes to."""

import json

import pytest

from Support import Account
from Support.processes import required


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
