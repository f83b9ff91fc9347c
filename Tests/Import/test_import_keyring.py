"""Items of docker's and git's own helpers for the keyring, which wrote them."""

import json
import shutil

import pytest

from Support import Account
from Support.attributes import encode
from Support.processes import prepare

CONTRIB = "/usr/share/doc/git/contrib/credential/libsecret"
#: Two accounts of one address.
LOGINS = {Account("alice", "1"), Account("bob", "2")}


@pytest.fixture(scope="session")
def git_libsecret(tmp_path_factory):
    """git's helper for libsecret, which Debian ships as source."""
    folder = tmp_path_factory.mktemp("libsecret") / "source"
    shutil.copytree(CONTRIB, folder)
    prepare(["make", "-C", str(folder)])
    return folder / "git-credential-libsecret"


def put_docker(home, server, username, secret):
    login = {"ServerURL": server, "Username": username, "Secret": secret}
    answer = home.run("docker-credential-secretservice", "store", input=json.dumps(login))
    assert answer.code == 0, answer


def test_items_of_dockers_helper(home, imports, admin, secret_service):
    put_docker(home, "ghcr.io", "alice", "s3cret ü")
    put_docker(home, "https://index.docker.io/v1/", "<token>", "tok")
    before = secret_service.items()
    assert {tuple(row) for row in imports.actions("docker-secretservice")} == {
        ("ghcr.io", "alice", "add"), ("https://index.docker.io/v1/", "<token>", "add")}
    assert admin.docker_get("ghcr.io") == Account("alice", "s3cret ü")
    assert secret_service.items() == before
    imports.actions("docker-secretservice --remove-source --yes")
    assert secret_service.items() == []


@pytest.mark.parametrize("named", [
    {"credsStore": "secretservice"}, {"credHelpers": {"ghcr.io": "secretservice"}}])
def test_dockers_helper_itself_is_not_told_to_erase_what_nobody_read(
        home, imports, admin, write, secret_service, named):
    for login in LOGINS:
        put_docker(home, "ghcr.io", *login)
    write(".docker/config.json", {**named, "auths": {"ghcr.io": {}}})
    rows = imports.actions("docker-config --remove-source --yes", code=1)
    # The helper shows one of the two only.
    assert len(rows) == 1 and rows[0].action == "add"
    assert admin.docker_get("ghcr.io") in LOGINS
    assert {item.secret for item in secret_service.items()} == {b"1", b"2"}
    assert (
        "left as it is: docker-credential-secretservice: docker-credential-secretservice would "
        "erase other accounts of ghcr.io as well; use `--from docker-secretservice`"
    ) in imports.notes
    assert "removed 0 from docker-config" in imports.notes


def test_the_source_that_is_named_instead_takes_every_account(
        home, imports, admin, secret_service):
    for login in LOGINS:
        put_docker(home, "ghcr.io", *login)
    rows = imports.actions("docker-secretservice --remove-source --yes")
    assert {row.username: row.action for row in rows} == {"alice": "add", "bob": "add"}
    assert secret_service.items() == []
    assert sorted(admin.names()) == ["ghcr.io-alice", "ghcr.io-bob"]
    here = admin.docker_get("ghcr.io")
    admin.does(f"keyfob remove --yes ghcr.io-{here.username}")
    assert {here, admin.docker_get("ghcr.io")} == LOGINS


def test_dockers_helper_erases_every_account_of_an_address(home, secret_service):
    """Why it is not told to: the item that `list` does not show goes as well."""
    for login in LOGINS:
        put_docker(home, "ghcr.io", *login)
    assert len(json.loads(home.run("docker-credential-secretservice", "list").out)) == 1
    assert home.run("docker-credential-secretservice", "erase", input="ghcr.io").code == 0
    assert secret_service.items() == []


def test_items_of_gits_helper(home, imports, admin, secret_service, git_libsecret):
    for fields in (
        {"host": "github.com", "username": "carol", "password": "pw"},
        {"host": "git.example.com:8443", "path": "team/app.git", "username": "dave",
         "password": "x y"},
    ):
        answer = home.run(git_libsecret, "store", input=encode({"protocol": "https", **fields}))
        assert answer.code == 0, answer
    rows = imports.rows("git-libsecret")
    assert {row["binding"] for row in rows} == {
        "git:github.com", "git:git.example.com:8443/team/app.git"}
    assert admin.git_get("github.com") == Account("carol", "pw")
    rows = imports.actions("git-libsecret --remove-source --yes")
    assert {row.action for row in rows} == {"present"}
    assert secret_service.items() == []


def test_items_of_a_newer_helper_of_gits(home, imports, secret_service):
    marks = {"xdg:schema": "org.git.Password", "user": "a", "protocol": "https"}
    secret_service.store(
        "Git: https://x.io/", {**marks, "server": "x.io"},
        b"pw\npassword_expiry_utc=4102444800\noauth_refresh_token=again\nnew_key=1")
    secret_service.store("Git: https://y.io:8443/team", {
        **marks, "server": "y.io", "port": "8443", "object": "team"}, b"pw")
    rows = imports.rows("git-libsecret")
    assert {row["binding"] for row in rows} == {"git:x.io", "git:y.io:8443/team"}
    assert {row.get("expires") for row in rows} == {"2100-01-01T00:00:00Z", None}
    reply = home.git("get", encode({"protocol": "https", "host": "x.io"})).out
    assert b"password=pw\n" in reply and b"oauth_refresh_token=again\n" in reply
    imports.actions("git-libsecret --remove-source --yes")
    assert secret_service.items() == []


def test_items_of_an_older_helper_of_gits(imports, admin, secret_service):
    marks = {"xdg:schema": "org.gnome.keyring.NetworkPassword", "user": "a", "port": "0"}
    for server, label in (("old.io", "Git: https://old.io/"), ("share.io", "smb share")):
        secret_service.store(
            label, {**marks, "server": server, "protocol": "https"}, server.encode())
    assert imports.actions("git-libsecret") == [("https://old.io", "a", "add")]
    assert admin.git_get("old.io") == Account("a", "old.io")
    imports.actions("git-libsecret --remove-source --yes")
    assert [item.label for item in secret_service.items()] == ["smb share"]


def test_foreign_items_are_left_alone(imports, secret_service):
    secret_service.store("other", {"server": "ghcr.io", "username": "x"}, b"theirs")
    assert imports.actions("docker-secretservice") == []
    assert "holds no login" in imports.notes
    assert imports.actions("git-libsecret --remove-source --yes") == []
    assert len(secret_service.items()) == 1


def test_items_that_cannot_be_kept(imports, admin, secret_service):
    marks = {"xdg:schema": "io.docker.Credentials", "docker_cli": "1"}
    secret_service.store("a", {**marks, "server": "bad host", "username": "a"}, b"pw")
    secret_service.store("b", {**marks, "server": "empty.io", "username": "a"}, b"")
    secret_service.store("c", {**marks, "server": "good.io", "username": "a"}, b"pw")
    assert imports.reasons("docker-secretservice") == {
        "bad host": "`bad host` is not an address", "empty.io": "its secret is empty"}
    assert admin.docker_get("good.io") == Account("a", "pw")


def test_a_locked_keyring_is_not_an_empty_one(home, imports, admin, secret_service):
    put_docker(home, "ghcr.io", "alice", "pw")
    secret_service.lock()
    reasons = imports.reasons("docker-secretservice")
    assert "locked" in reasons["ghcr.io"]
    assert "locked" in admin.fails(4, "keyfob import --from git-libsecret")
    secret_service.unlock()
    assert imports.actions("docker-secretservice") == [("ghcr.io", "alice", "add")]


def test_no_keyring_is_said(admin):
    assert "bus" in admin.fails(4, "keyfob import --from docker-secretservice")
    assert admin.fails(2, "keyfob import --from git-libsecret some/path") == (
        "git-libsecret is in the keyring, which has no path; leave the path out")


def test_secrets_can_go_to_the_keyring(home, imports, admin, write, secret_service):
    path = write(".git-credentials", "https://a:canary@x.io\n")
    imports.actions("git-store --to secret-service --remove-source --yes")
    items = secret_service.items(**{"xdg:schema": "dev.keyfob.Credential"})
    assert [item.secret for item in items] == [b"canary"]
    assert admin.git_get("x.io") == Account("a", "canary")
    assert path.read_text() == ""
    assert b"canary" not in admin.output
