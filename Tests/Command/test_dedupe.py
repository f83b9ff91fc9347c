"""`keyfob dedupe`: what is stored twice goes, and every answer stays."""

import json
import os
import random
import time

import pexpect
import pytest

from sealed_layout import ADMIN, DOCKER, GIT, GIT_LOGIN, REGISTRY, Binding
from stocks import credential, stock
from Support import Account
from Support.attributes import decode, encode

GHCR = Binding(REGISTRY, b"ghcr.io")
PATH = Binding(REGISTRY, b"ghcr.io", b"acme")
R = Binding(REGISTRY, b"r.example.com")
WORDS = "words of the passphrase"


def removed(admin):
    """What goes and what stays, by reason."""
    report = json.loads(admin.does("keyfob dedupe --yes --json"))
    assert report["isDone"] == bool(report["groups"])
    return {(each["remove"], each["keep"], each["reason"]) for each in report["groups"]}


def test_the_one_stored_last_takes_over_the_addresses(admin):
    for name, host in (("first", "ghcr.io"), ("second", "r.example.com"), ("third", "ghcr.io/x")):
        admin.does(f"keyfob add {name} --username bot --bind registry:{host} --stdin", "canary")
    before = admin.home.credentials.read_bytes()
    table = """
REMOVE  KEEP   BECAUSE          ADDRESSES THAT MOVE
second  third  the same secret  registry:r.example.com
first   third  the same secret  registry:ghcr.io
"""
    assert admin.transcript("keyfob dedupe --dry-run") == table
    assert admin.fails(2, "keyfob dedupe --json") == (
        "Remove 2 credentials for good? Nobody is there to answer; add `--yes`")
    assert admin.home.credentials.read_bytes() == before
    assert admin.transcript("keyfob dedupe --yes") == (
        table + "2> keyfob: removed 2 credentials\n")
    assert admin.names() == ["third"]
    for address in ("ghcr.io", "r.example.com", "ghcr.io/x"):
        assert admin.docker_get(address) == Account("bot", "canary")
    assert admin.transcript("keyfob dedupe --yes") == "\n2> keyfob: nothing is stored twice\n"


def test_it_asks_on_a_terminal(admin, terminal):
    for name in ("a", "b"):
        admin.does(f"keyfob add {name} --username bot --bind registry:ghcr.io --stdin", "canary")
    for answer, left in (("n", ["a", "b"]), ("y", ["b"])):
        child = terminal("keyfob dedupe")
        child.expect_exact("Remove 1 credential for good? [y/N] ")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        assert admin.names() == left


def test_an_empty_home_has_nothing_twice(admin):
    assert admin.transcript("keyfob dedupe") == "\n2> keyfob: nothing is stored twice\n"
    assert not admin.home.credentials.exists()


@pytest.mark.parametrize("options", [
    {"username": "eve"}, {"scope": "acme"}, {"kind": 2}, {"secret": "canary 2"},
    {"settings": [(b"host", b"db.example.com")]}, {"expires_at": 1_600_000_000},
    # Neither is to last longer than it was given, nor shorter.
    {"expires_at": 4_102_444_800},
    # A login that a client stored at another address is the client's.
    {"origin": GIT_LOGIN, "bindings": [Binding(GIT, b"git.example.com")]},
])
def test_what_differs_stays(admin, options):
    usual = {"secret": "canary", "bindings": [GHCR]}
    stock(admin, [credential("one", **usual, currency=2),
                  credential("other", **{**usual, "bindings": [R], **options})])
    assert removed(admin) == set()
    # The control: without the difference it goes.
    stock(admin, [credential("one", **usual, currency=2),
                  credential("other", **{**usual, "bindings": [R]})])
    assert removed(admin) == {("other", "one", "same-secret")}


def test_ssh_passwords_are_one_by_login_and_secret(admin):
    for name, host, secret in (("one", "H1", "same"), ("two", "h1", "same"), ("three", "h1", "x"),
                               ("four", "h1", "same")):
        port = " --field port=2022" if name == "four" else ""
        admin.does(f"keyfob add {name} --kind ssh-password --username root --field host={host}"
                   f"{port} --stdin", secret)
    assert removed(admin) == {("one", "two", "same-secret")}
    # Nobody asks for it by address, so that one with another password may be wanted by its name.
    assert admin.names() == ["four", "three", "two"]


def test_a_login_goes_into_what_was_seeded_and_not_the_other_way_round(admin):
    stock(admin, [credential("login", "canary", [R], origin=DOCKER, currency=9),
                  credential("seed", "canary", [GHCR], currency=1)])
    assert removed(admin) == {("login", "seed", "same-secret")}
    assert admin.docker_get("r.example.com") == Account("bot", "canary")
    stock(admin, [credential("one", "canary", [R], origin=DOCKER),
                  credential("other", "canary", [GHCR], origin=DOCKER)])
    assert removed(admin) == set()


def test_what_never_answers_goes_whatever_its_secret(admin):
    stock(admin, [
        credential("front", "1", [GHCR, PATH], currency=3),
        credential("behind", "2", [GHCR], currency=2),
        # It answers somewhere else still.
        credential("elsewhere", "3", [GHCR, R], currency=1),
        # Somebody needs it, whatever it answers.
        credential("needed", "4", [PATH], currency=1),
        credential("app", "5", settings=[(b"needs", b"needed")])])
    assert removed(admin) == {("behind", "front", "same-binding")}
    assert admin.names() == ["app", "elsewhere", "front", "needed"]


def test_it_stays_where_somebody_answers_between_the_two(admin):
    """At `ghcr.io` the second answers; with the first's binding, the third would."""
    between = [credential("third", "canary", [R], currency=3),
               credential("second", "another", [GHCR], username="eve", currency=2),
               credential("first", "canary", [GHCR], currency=1)]
    stock(admin, between)
    assert removed(admin) == set()
    assert admin.docker_get("ghcr.io") == Account("eve", "another")
    # The control: with nobody between.
    stock(admin, [between[0], between[2]])
    assert removed(admin) == {("first", "third", "same-secret")}


def test_needs_and_words_follow(admin):
    stock(admin, [
        credential("kept", "canary", [GHCR], currency=2),
        credential("gone", "canary", [R], description="of the build",
                   settings=[(b"needs", b"other")]),
        credential("app", "x", settings=[(b"needs", b"gone,other")]), credential("other", "y")])
    assert removed(admin) == {("gone", "kept", "same-secret")}
    assert admin.json("keyfob show app")["settings"] == {"needs": "kept,other"}
    kept = admin.json("keyfob show kept")
    assert (kept["settings"], kept["description"]) == ({"needs": "other"}, "of the build")


class TestLocked:
    @pytest.fixture
    def locked(self, admin):
        stock(admin, [
            credential("one", "canary", [GHCR], currency=3),
            credential("same", "canary", [R], currency=2),
            credential("behind", "another", [GHCR], currency=1)])
        admin.does("keyfob store rotate-key --lock-with passphrase --passphrase-stdin", WORDS)
        return admin

    def test_a_store_that_cannot_be_read_is_named_and_the_rest_is_done(self, locked):
        assert locked.transcript("keyfob dedupe --yes") == """
REMOVE  KEEP  BECAUSE        ADDRESSES THAT MOVE
behind  one   never answers  -
2> keyfob: the secrets in the file store were not compared: the store \
~/.local/share/keyfob/credentials.keyfob is locked; run `keyfob unlock`
2> keyfob: removed 1 credential
"""
        assert locked.names() == ["one", "same"]

    def test_it_is_unlocked_on_a_terminal_and_locked_again(self, locked, terminal):
        child = terminal("keyfob dedupe")
        child.expect_exact("passphrase: ")
        child.sendline(WORDS)
        child.expect_exact("Remove 2 credentials for good? [y/N] ")
        child.sendline("y")
        child.expect(pexpect.EOF)
        assert locked.names() == ["one"]
        assert locked.run("keyfob show one --reveal").code == 4


def test_a_keyring_that_is_gone_keeps_what_it_has(admin, keyring, secret_service):
    for name in ("one", "other"):
        admin.does(f"keyfob add {name} --username bot --bind registry:{name}.io --stdin", "canary")
    secret_service.stop()
    told = admin.transcript("keyfob dedupe --yes")
    assert "2> keyfob: the secrets in the secret-service store were not compared: " in told
    assert admin.names() == ["one", "other"]
    secret_service.start()
    assert removed(admin) == {("one", "other", "same-secret")}
    assert admin.docker_get("one.io") == Account("bot", "canary")
    assert len(secret_service.items(**{"xdg:schema": "dev.keyfob.Credential"})) == 1


# Any set at all.

HOSTS = (b"a.example.com", b"b.example.com")
PATTERNS = (*HOSTS, b"*.example.com")
PATHS = (b"", b"acme", b"acme/app")
SCOPES = ("", "acme")
USERS = ("bot", "eve", None)
SOON = int(time.time()) + 300


def random_credential(number, random):
    origin = random.choice((ADMIN, ADMIN, ADMIN, DOCKER, GIT_LOGIN))
    protocols = {ADMIN: (REGISTRY, GIT), DOCKER: (REGISTRY,), GIT_LOGIN: (GIT,)}[origin]
    count = random.choice((1, 1, 2, 3)) if origin == ADMIN else 1
    hosts = PATTERNS if origin == ADMIN else HOSTS
    bindings = {}
    for _ in range(count):
        key = random.choice(protocols), random.choice(hosts), random.choice(PATHS)
        is_refused = key[0] == GIT and origin == ADMIN and random.random() < 0.1
        bindings[key] = Binding(*key, suspended_until=SOON if is_refused else 0)
    return credential(
        f"c{number:02}", f"secret {random.randrange(2)}", bindings.values(), origin=origin,
        username=random.choice((*USERS, "bot", "bot")), scope=random.choice(SCOPES),
        currency=random.randrange(1, 8),
        expires_at=random.choice((*[0] * 8, 1_600_000_000, 4_102_444_800)))


def answers(admin):
    """What every client gets, whatever it asks."""
    got = {}
    for scope in SCOPES:
        for host in HOSTS:
            for path in PATHS:
                address = host.decode() + (f"/{path.decode()}" if path else "")
                answer = admin.home.docker("get", address, KEYFOB_SCOPE=scope)
                got["docker", scope, address] = (
                    json.loads(answer.out) if answer.code == 0 else None)
                if got["docker", scope, address]:
                    got["docker", scope, address].pop("ServerURL")
                for user in USERS:
                    request = {"protocol": "https", "host": host.decode()}
                    request |= {"path": path.decode()} if path else {}
                    request |= {"username": user} if user else {}
                    answer = admin.home.git("get", encode(request), KEYFOB_SCOPE=scope)
                    reply = decode(answer.out) if answer.code == 0 else {}
                    got["git", scope, address, user] = (
                        reply.get("username"), reply.get("password"))
    return got


def check_answers(admin, seed):
    chosen = random.Random(seed)
    stock(admin, [random_credential(number, chosen) for number in range(chosen.choice((6, 20)))])
    before = answers(admin)
    gone = removed(admin)
    after = answers(admin)
    assert after == before, f"seed {seed}"
    assert removed(admin) == set(), f"seed {seed}: once is not enough"
    return len(gone), sum(any(each) if isinstance(each, tuple) else bool(each)
                          for each in before.values())


def test_no_answer_changes_over_random_sets(admin):
    seeds = range(200 if os.environ.get("KEYFOB_TESTS_FULL") else 10)
    found = [check_answers(admin, seed) for seed in seeds]
    # The control: there was something to remove, and something answered.
    assert sum(gone for gone, _ in found) >= len(seeds)
    assert sum(answered for _, answered in found) > 10 * len(seeds)


def test_ten_thousand_take_seconds(admin):
    stock(admin, [
        credential(f"c{number}", f"secret {number % 5000}",
                   [Binding(REGISTRY, b"r%d.example.com" % number)], currency=number + 1)
        for number in range(10_000)])
    start = time.monotonic()
    answer = admin.home.keyfob("dedupe", "--yes", "--json", timeout=120)
    taken = time.monotonic() - start
    assert answer.code == 0 and len(json.loads(answer.out)["groups"]) == 5000
    assert len(admin.names()) == 5000
    for number in (0, 4999, 5000, 9999):
        assert admin.docker_get(f"r{number}.example.com").password == f"secret {number % 5000}"
    # A debug build on a busy machine has its share of it.
    assert taken < 60
