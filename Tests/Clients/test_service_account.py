"""A service account's whole key file is a registry's password, under the name `_json_key`."""

import json

import pytest

from Support import Account
from Support.processes import prepare
from Support.token_registry import TokenRegistry


@pytest.fixture(scope="module")
def key_file():
    """A key file as Google Cloud gives it out, with a new key and the line ends of its texts."""
    private = prepare(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
    return json.dumps({
        "type": "service_account", "project_id": "acme", "private_key_id": "0123abcd",
        "private_key": private.decode(), "client_email": "pull@acme.iam.gserviceaccount.com",
        "client_id": "1", "token_uri": "https://oauth2.googleapis.com/token",
    }, indent=2)


@pytest.fixture
def gar(tmp_path, key_file, certificate):
    """A registry that wants the whole of it: htpasswd would look at its first 72 bytes."""
    folder = tmp_path / "registry"
    folder.mkdir()
    with TokenRegistry(
            folder, username="_json_key", password=key_file, certificate=certificate) as server:
        yield server


@pytest.fixture
def user(home, gar, certificate):
    authentication = home.path / "auth.json"
    authentication.write_text(json.dumps({"credHelpers": {gar.host: "keyfob"}}))
    home.env.update(certificate.environment(), REGISTRY_AUTH_FILE=str(authentication))
    (home.path / ".docker").mkdir()
    (home.path / ".docker/config.json").write_text(json.dumps({"credsStore": "keyfob"}))
    return home


@pytest.fixture
def seeded(user, gar, key_file):
    path = user.path / "key.json"
    # Editors end a file with a line end, which is no part of what registries compare.
    path.write_text(key_file + "\n")
    added = user.keyfob(
        "add", "gar", "--kind", "service-account", "--file", str(path), "--bind",
        f"registry:{gar.host}")
    assert added.code == 0, added
    return user


def inspect(user, image):
    return user.run("skopeo", "--insecure-policy", "inspect", f"docker://{image}")


def test_skopeo_and_docker_are_let_in_with_it(seeded, gar):
    assert inspect(seeded, gar.image).code == 0
    found = seeded.run("docker", "manifest", "inspect", gar.image)
    assert found.code == 0, found
    assert gar.admitted > 0 and gar.refused == 0
    seeded.keyfob("remove", "gar", "--yes")
    assert inspect(seeded, gar.image).code != 0


def log_in(user, gar, key_file):
    return user.run(
        "docker", "login", "--username", "_json_key", "--password-stdin", gar.host, input=key_file)


def test_a_login_with_what_is_stored_changes_nothing(seeded, gar, key_file, stored):
    before = seeded.keyfob("list", "--json").out
    answer = log_in(seeded, gar, key_file + "\n")
    assert (answer.code, b"Login Succeeded" in answer.out) == (0, True), answer
    assert seeded.keyfob("list", "--json").out == before
    assert stored(gar.host) == Account("_json_key", key_file)


def test_it_is_listed_under_its_name_and_nothing_of_it_is_shown(seeded, gar):
    assert json.loads(seeded.docker("list").out) == {gar.host: "_json_key"}
    shown = seeded.keyfob("show", "gar").out + seeded.keyfob("list", "--json").out
    assert b"pull@acme.iam.gserviceaccount.com" in shown and b"PRIVATE KEY" not in shown


def test_git_is_never_given_it(seeded, gar):
    bound = seeded.keyfob("bind", "gar", f"git:{gar.host}")
    assert bound.code == 2 and b"nothing that git clients can use" in bound.err
    asked = seeded.git("get", f"protocol=https\nhost={gar.host}\n\n")
    assert (asked.code, asked.out) == (0, b"")


def test_a_login_with_it_is_an_ordinary_login(user, gar, key_file, stored):
    assert log_in(user, gar, key_file).code == 0
    assert stored(gar.host) == Account("_json_key", key_file)
    assert inspect(user, gar.image).code == 0


@pytest.mark.parametrize("change, told", [
    ({"type": "authorized_user"}, "its type is authorized_user, not service_account"),
    ({"type": None}, "its type is missing"),
    ({"client_email": None}, "it has no client_email"),
    ({"project_id": None}, "it has no project_id"),
    ({"private_key": None}, "it has no private_key"),
    ({"private_key": "canary"}, "it has no private_key in PEM"),
])
def test_a_key_file_says_what_it_lacks(user, key_file, change, told):
    members = {**json.loads(key_file), **change}
    text = json.dumps({name: value for name, value in members.items() if value is not None})
    add = ("add", "gar", "--kind", "service-account", "--stdin")
    answer = user.keyfob(*add, input=text)
    assert (answer.code, answer.out) == (2, b"") and told in answer.err.decode()
    assert b"canary" not in answer.err and b"PRIVATE" not in answer.err
    assert user.keyfob(*add, input=key_file).code == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "not json", "{} {}"])
def test_what_is_no_key_file_at_all_is_refused(user, text):
    answer = user.keyfob("add", "gar", "--kind", "service-account", "--stdin", input=text)
    assert (answer.code, answer.out) == (2, b""), answer
