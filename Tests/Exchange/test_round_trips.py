"""Credentials that go out in a format and into an empty store are what they were."""

import json
import random

import pytest

from exchange import credential
from Support import Account

ALL = [
    credential("ghcr", "token", ["registry:ghcr.io", "git:https://github.com/acme"],
               scope="acme/work", description='of "CI", äöü', expiresAt=1_900_000_000,
               rotateAfter=1_890_000_000),
    credential("hub", "password", ["registry:docker.io"], username="bot",
               secrets={"password": 'pa$$ "word", \'x\' \\ äöü'}),
    credential("forge", "password", ["git:https://git.example.com"], username="me@example.com"),
    credential("acr", "token", ["registry:acme.azurecr.io"], username="<token>",
               secrets={"token": "identity", "refreshToken": "again"}),
    credential("header", "token", ["git:https://api.example.com"], authtype="Bearer",
               username="x"),
    credential("aws", "access-key", ["registry:012345678901.dkr.ecr.eu-west-1.amazonaws.com"],
               username="AKIAIOSFODNN7EXAMPLE",
               secrets={"secretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}),
    credential("box", "ssh-password", username="root", settings={"host": "h", "port": "22"}),
    credential("cloud", "hetzner", secrets={"token": "A" * 64}),
    credential("web", "secret", secrets={"tls.crt": "certificate\n", "tls.key": "key\n"}),
    credential("many", "secret", secrets={
        "username": "u", "name": "n", "with space": "s", "a:b": "c", "multi": "one\ntwo\r\n three",
        "blob": bytes(range(256)), "nul": "a\0b", "comma": "a,b", "quote": '"', "empty": ""}),
]


@pytest.fixture
def filled(exchange):
    exchange.fill(*ALL)
    return exchange



@pytest.mark.parametrize("source", ["json", "csv", "sealed"])
def test_everything_comes_back(filled, elsewhere, source, tmp_path):
    words = "--sealed --passphrase-fd 0" if source == "sealed" else f"--format {source}"
    file = tmp_path / "export"
    filled.give(f"{words} --output {file}", input="correct horse")
    assert file.stat().st_mode & 0o777 == 0o600
    store = elsewhere()
    opened = " --passphrase-fd 0" if source == "sealed" else ""
    store.take(f"{source} {file}{opened}", "correct horse")
    assert store.listed() == filled.listed()
    assert len(store.listed()) == len(ALL)
    for each in ALL:
        for field in each["secrets"]:
            if not (each["name"] == "many" and field == "empty"):
                assert store.secret(each["name"], f"'{field}'") == filled.secret(
                    each["name"], f"'{field}'")
    assert "already here: many" in store.admin.does(
        f"keyfob import --from {source} {file}{opened}", "correct horse").decode()


def test_kubernetes_brings_back_all_that_has_a_key(filled, elsewhere):
    manifests = filled.give("--format kubernetes")
    assert "not carried: with space of many" in filled.notes
    assert "not carried: a:b of many" in filled.notes
    store = elsewhere()
    store.take("kubernetes -", manifests)
    assert store.listed() == filled.listed()
    assert store.secret("many", "blob") == bytes(range(256))
    assert store.secret("many", "nul") == b"a\0b"
    assert store.secret("many", "username") == b"u"
    assert store.secret("acr", "refreshToken") == b"again"
    assert store.secret("hub").decode() == 'pa$$ "word", \'x\' \\ äöü'
    assert store.admin.fails(3, "keyfob show many --reveal --field 'with space'")


def test_a_client_gets_the_same_answer_after_each(exchange, elsewhere):
    """Two are for the same address; the one that was stored last answers."""
    for name in ("old", "new"):
        exchange.admin.does(
            f"keyfob add {name} --username {name} --bind registry:r.io --stdin", f"of {name}")
    assert exchange.admin.docker_get("r.io") == ("new", "of new")
    for source in ("json", "csv", "kubernetes"):
        store = elsewhere()
        store.take(f"{source} -", exchange.give(f"--format {source}"))
        assert store.admin.names() == ["new", "old"]
        assert store.admin.docker_get("r.io") == ("new", "of new")
    store = elsewhere()
    store.take("dockerconfig -", exchange.give("--format dockerconfig"))
    assert store.admin.docker_get("r.io") == ("new", "of new")
    assert "1 of 2 credentials is not in this: old (new is for the same address)" in exchange.notes


def nasty(random):
    """Text that formats stumble over."""
    pieces = ['"', "'", ",", ";", "\n", "\r", "\r\n", " ", "\t", "=", "#", "\\", "$x", "`", "&a",
              "*b", "!c", "ä", "😀", "\u2028", "\u0085", "-", ": ", "null", "{", "[", "%", "|",
              ">", "a", "\x7f", "\ufeff", "\x01"]
    return "".join(random.choice(pieces) for _ in range(random.randrange(1, 12)))


@pytest.mark.parametrize("seed", range(3))
def test_nasty_values_come_back(exchange, elsewhere, seed):
    pick = random.Random(seed)
    given = []
    for number in range(40):
        secrets = {}
        for field in range(pick.randrange(1, 5)):
            value = nasty(pick) + pick.choice(["", "\0"])
            secrets[f"F{number}_{field}"] = pick.choice([
                value, value.encode() + bytes([pick.randrange(128, 256)])])
        given.append(credential(
            f"n{number}", "secret", secrets=secrets,
            # Some YAML parsers drop a byte order mark, so no manifest has one outside a secret.
            description=nasty(pick).replace("\ufeff", ""),
            settings={"host": nasty(pick).replace("\ufeff", "")}))
    exchange.fill(*given)
    for source in ("json", "csv", "kubernetes"):
        store = elsewhere()
        store.take(f"{source} -", exchange.give(f"--format {source}"))
        assert store.listed() == exchange.listed()
        # All fields at once, as the other side's JSON has them.
        assert fields(store) == fields(exchange) != {}


def fields(store):
    document = json.loads(store.give("--format json"))
    return {each["name"]: each["secrets"] for each in document["credentials"]}


def test_the_largest_secret_comes_back(exchange, elsewhere):
    large = ("ä\"\n,'" * (1 << 20))[:3 << 20]
    exchange.fill(credential("large", "secret", secrets={"blob": large}))
    assert exchange.secret("large").decode() == large
    for source in ("json", "csv"):
        store = elsewhere()
        store.take(f"{source} -", exchange.give(f"--format {source}"))
        assert store.secret("large").decode() == large
    exchange.give("--format kubernetes", code=2)
    assert "large (Kubernetes takes no more than 1 MiB)" in exchange.notes


@pytest.mark.parametrize("source", ["json", "csv", "sealed"])
def test_a_login_stays_its_clients(exchange, elsewhere, source):
    """After a backup, `docker logout` and git's `reject` still remove what the client stored."""
    exchange.admin.docker_store("r.io", Account("me", "docker's"))
    exchange.admin.git_tells("store", "g.io", Account("me", "git's"))
    exchange.admin.does("keyfob add own --username a --bind registry:own.io --stdin", "own")
    words = "--sealed --passphrase-fd 0" if source == "sealed" else f"--format {source}"
    file = exchange.home.path / "export"
    exchange.give(f"{words} --output {file}", input="correct horse")
    store = elsewhere()
    opened = " --passphrase-fd 0" if source == "sealed" else ""
    store.take(f"{source} {file}{opened}", "correct horse")
    admin = store.admin
    assert sorted(each["origin"] for each in admin.json("keyfob list")) == [
        "admin", "docker", "git"]
    assert admin.docker_get("r.io") == ("me", "docker's")
    assert admin.git_get("g.io") == ("me", "git's")
    for host in ("r.io", "own.io"):
        admin.docker_erase(host)
    admin.git_tells("erase", "g.io", Account("me", "git's"))
    assert admin.docker_get("r.io") is None and admin.git_get("g.io") is None
    assert admin.docker_get("own.io") == ("a", "own")


@pytest.mark.parametrize("wrong", [
    {"bindings": ["registry:r.io", "registry:s.io"]}, {"bindings": ["git:r.io"]},
    {"bindings": []}, {"bindings": ["registry:*.r.io"]},
    {"kind": "secret", "bindings": [], "secrets": {"a": "b"}}], ids=str)
def test_what_no_client_stores_is_no_clients(exchange, elsewhere, wrong):
    right = credential("r", bindings=["registry:r.io"], username="me", origin="docker")
    exchange.fill({**right, **wrong})
    assert exchange.admin.json("keyfob show r")["origin"] == "import"
    store = elsewhere()
    store.fill(right)
    assert store.admin.json("keyfob show r")["origin"] == "docker"
    # What replaces a login may make something else of it.
    store.take("json - --on-conflict replace", json.dumps(
        {"format": "keyfob-credentials", "version": 1,
         "credentials": [{**right, "bindings": ["registry:r.io", "git:r.io"]}]}))
    assert store.admin.json("keyfob show r")["origin"] == "import"
