"""docker's and podman's own files, as the real clients write them and as nobody should."""

import base64
import json

import pytest
from administrator import shows

from Support import ALICE, BOB, Account

HUB = "https://index.docker.io/v1/"
CONFIG = ".docker/config.json"


def auth(text):
    return base64.b64encode(text.encode()).decode()


def config(**auths):
    return {"auths": {name: {"auth": auth(login)} for name, login in auths.items()}}


def test_what_docker_wrote_is_imported_and_answers(home, registry, imports, admin, write):
    home.env.update(registry.environment)
    # Without any login there, docker looks for a helper by itself.
    write(CONFIG, {"auths": {"other.io": {}}})
    login = home.run("docker", "login", "-u", ALICE.username, "--password-stdin", registry.host,
                     input=ALICE.password)
    assert login.code == 0, login
    before = imports.snapshot()
    assert auth(":".join(ALICE)).encode() in before[CONFIG][2]
    assert admin.docker_get(registry.host) is None
    assert imports.actions("docker-config") == [(registry.host, "alice", "add")]
    assert admin.docker_get(registry.host) == ALICE
    assert imports.snapshot() == before
    assert admin.json("keyfob list")[0]["origin"] == "import"


def test_what_podman_wrote_is_imported_and_removed(home, registry, imports, admin):
    home.env.update(registry.environment)
    file = home.root / "run/containers/auth.json"
    login = home.run("podman", "login", "-u", BOB.username, "--password-stdin", registry.host,
                     input=BOB.password)
    assert login.code == 0, login
    assert registry.host in json.loads(file.read_text())["auths"]
    assert imports.actions("podman --remove-source --yes") == [(registry.host, "bob", "add")]
    assert admin.docker_get(registry.host) == BOB
    assert "auth" not in json.loads(file.read_text())["auths"][registry.host]
    assert home.run("podman", "login", "--get-login", registry.host).code != 0


def test_a_dry_run_shows_a_table_and_changes_nothing(admin, imports, write):
    write(CONFIG, config(**{"ghcr.io": "alice:canary", HUB: "bob:canary"}))
    before = admin.files()
    answer = admin.run("keyfob import --from docker-config --dry-run")
    assert admin.plain(answer.out).splitlines()[1].split() == [
        "~/.docker/config.json:", "auths", "ghcr.io", "alice", "password", "import", "as",
        "ghcr.io-alice"]
    assert answer.code == 0 and answer.err == b""
    assert admin.files() == before
    assert b"canary" not in admin.output
    assert [row[2] for row in imports.actions("docker-config")] == ["add", "add"]


def test_every_form_of_a_login(imports, admin, write):
    write(CONFIG, {"auths": {
        "colons.io": {"auth": auth("alice:a:b:c")},
        "token.io": {"auth": auth("0000:"), "identitytoken": "refresh-me"},
        "plain.io": {"username": "carol", "password": "plain"},
        "marker.io": {},
        "host.io/acme/app": {"auth": auth("deep:path")},
    }})
    assert imports.actions("docker-config") == [
        ("colons.io", "alice", "add"), ("token.io", "<token>", "add"),
        ("plain.io", "carol", "add"), ("host.io/acme/app", "deep", "add")]
    assert admin.docker_get("colons.io") == Account("alice", "a:b:c")
    assert admin.docker_get("token.io") == Account("<token>", "refresh-me")
    assert admin.docker_get("plain.io") == Account("carol", "plain")
    assert admin.docker_get("host.io/acme/app") == Account("deep", "path")
    kinds = {each["name"]: each["kind"] for each in admin.json("keyfob list")}
    assert kinds["token.io-token"] == "token" and kinds["colons.io-alice"] == "password"


def test_docker_hub_and_its_tokens_are_entries_of_their_own(imports, admin, write):
    write(CONFIG, config(**{
        HUB: "hub:password", HUB + "access-token": "hub:access",
        HUB + "refresh-token": "hub:refresh"}))
    assert [row.action for row in imports.actions("docker-config")] == ["add"] * 3
    assert admin.docker_get("docker.io") == Account("hub", "password")
    assert admin.docker_get(HUB + "access-token") == Account("hub", "access")
    assert admin.docker_get(HUB + "refresh-token") == Account("hub", "refresh")


def test_what_cannot_be_imported_is_said_and_the_rest_is_imported(imports, admin, write):
    write(CONFIG, {"auths": {
        "good.io": {"auth": auth("alice:pw")},
        "base64.io": {"auth": "!!!!"},
        "colon.io": {"auth": auth("nocolon")},
        "empty.io": {"auth": auth("alice:")},
        "bad host": {"auth": auth("alice:pw")},
        "user@host.io": {"auth": auth("alice:pw")},
        "bearer.io": {"registrytoken": "bearer"},
        "number.io": {"auth": 7},
    }})
    reasons = imports.reasons("docker-config")
    assert reasons == {
        "base64.io": "its `auth` is not base64",
        "colon.io": "its `auth` has no colon after the user name",
        "empty.io": "its secret is empty",
        "bad host": "`bad host` is not an address",
        "user@host.io": "`…@host.io` is not an address",
        "bearer.io": "it is a registrytoken, which no credential helper can hand out",
    }
    assert admin.names() == ["good.io-alice"]


def test_only_the_secret_members_are_removed_and_the_rest_stays_to_the_byte(imports, write):
    text = ('{\r\n  "auths" : {\r\n    "ghcr.io" : {"email":"a@b", "auth":"%s"},\r\n'
            '    "x.io": {"auth": "%s","identitytoken":"t"}, "bad" : {"auth":"!"}\r\n  },\r\n'
            '  "psFormat":"\\u0041"  , "credHelpers":{}\r\n}')
    path = write(CONFIG, text % (auth("a:b"), auth("u:")), mode=0o640)
    rows = imports.actions("docker-config --remove-source --yes", code=1)
    assert [row.action for row in rows] == ["add", "add", "refuse"]
    assert path.read_bytes().decode() == (
        '{\r\n  "auths" : {\r\n    "ghcr.io" : {"email":"a@b"},\r\n'
        '    "x.io": {}, "bad" : {"auth":"!"}\r\n  },\r\n'
        '  "psFormat":"\\u0041"  , "credHelpers":{}\r\n}')
    assert path.stat().st_mode & 0o777 == 0o640
    assert "others can use ~/.docker/config.json" in imports.notes
    assert sorted(each.name for each in path.parent.iterdir()) == ["config.json"]


def test_a_password_beside_an_identity_token_is_not_lost(imports, admin, write):
    path = write(CONFIG, {"auths": {"x.io": {"auth": auth("u:pw"), "identitytoken": "t"}}})
    imports.actions("docker-config --remove-source --yes")
    assert json.loads(path.read_text())["auths"]["x.io"] == {"auth": auth("u:pw")}
    assert admin.docker_get("x.io") == Account("<token>", "t")


def test_a_second_name_in_the_file_is_the_one_that_counts(imports, admin, write):
    write(CONFIG, '{"auths": {"x.io": {"auth": "%s"}, "x.io": {"auth": "%s"}}}' % (
        auth("old:1"), auth("new:2")))
    assert [row.action for row in imports.actions("docker-config")] == ["skip", "add"]
    assert admin.docker_get("x.io") == Account("new", "2")


@pytest.mark.parametrize("variable, path", [
    ({"DOCKER_CONFIG": "elsewhere"}, "elsewhere/config.json"), ({}, CONFIG)])
def test_the_place_is_the_one_docker_looks_at(home, imports, write, variable, path):
    write(path, config(**{"x.io": "a:b"}))
    assert imports.actions("docker-config", **variable) == [("x.io", "a", "add")]


def test_podman_takes_every_file_it_would_read(home, imports, admin, write):
    write("named.json", config(**{"named.io": "a:1"}))
    write(".config/containers/auth.json", config(**{"quay.io/acme": "b:2"}))
    (home.root / "run/containers").mkdir()
    (home.root / "run/containers/auth.json").write_text(json.dumps(config(**{"run.io": "c:3"})))
    assert [row.address for row in imports.actions("podman")] == ["run.io", "quay.io/acme"]
    named = imports.actions("podman", REGISTRY_AUTH_FILE=home.path / "named.json")
    assert [row.address for row in named] == ["named.io"]
    assert admin.docker_get("quay.io/acme") == Account("b", "2")


def test_the_secret_gets_nowhere_else(admin, imports, write):
    secret = "a long canary that nobody else would write"
    write(CONFIG, config(**{"x.io": f"a:{secret}"}))
    found = [name for name, text in admin.files().items() if shows(text, secret)]
    assert found == [CONFIG]
    imports.actions("docker-config --remove-source --yes")
    assert not any(shows(text, secret) for text in admin.files().values())
    assert not shows(admin.output, secret)
    assert admin.docker_get("x.io") == Account("a", secret)


def test_no_file_is_not_the_same_as_no_login(admin, imports, write):
    assert admin.fails(3, "keyfob import --from docker-config") == (
        "there is no ~/.docker/config.json; name the file after the source, if it is elsewhere")
    write(CONFIG, "{}")
    assert imports.actions("docker-config") == []
    assert "docker-config holds no login" in imports.notes
    assert admin.files().keys() == {CONFIG}
