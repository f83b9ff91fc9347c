"""The installed programs and the Python beside this file, two implementations of Format.md,
against each other: what one writes the other opens, and both find the same fault in a vector."""

import os
import time

import pytest

from format_home import Home
from sealed_file import open_store
from sealed_layout import GIT, REGISTRY, Binding
from sealed_resolution import answer
from sealed_writer import Description, Draft, Keys, bucket_count, key_file
from vector_base import Vector, as_expected, published_vectors

VECTORS = {vector.name: vector for vector in published_vectors()}


# Faults in entries of a bucket that are another address's: a `get` may pass over them.
PASSED_OVER = {"entry-without-username", "wildcard-string-overrun"}

# A get makes these anchors anew, with a warning; fsck says what is wrong with them.
ANCHORS_MADE_ANEW = {"anchor-mac-wrong", "anchor-missing"}


def each(vectors):
    return pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector.name)


def home_of(vector, folder):
    return Home(folder, **{name: getattr(vector, name) for name in Vector.FILES})


# The installed programs, given the vectors.


@each(VECTORS.values())
def test_helpers_answer_or_refuse(vector, tmp_path):
    home = home_of(vector, tmp_path / "home")
    before = home.contents()
    for query in vector.queries:
        began = time.monotonic()
        reply = home.ask(query)
        assert time.monotonic() - began < 2
        expected = (False, query["expect"])
        seen = (reply.refused, as_expected(reply.found))
        if query["get"] == "refused" and vector.name in PASSED_OVER:
            assert seen in (expected, (True, None))
        elif query["get"] == "refused":
            assert seen == (True, None)
        elif query["get"] == "right" and vector.expect == "ok":
            assert seen == expected
        elif query["get"] == "right":
            assert seen in (expected, (True, None))
    after = home.contents()
    assert [after[name] for name in ("credentials", "key")] == [vector.credentials, vector.key]
    if vector.expect != "ok":
        assert after == before


@each([vector for vector in VECTORS.values() if vector.credentials or vector.anchor])
def test_fsck_finds_the_class(vector, tmp_path):
    home = home_of(vector, tmp_path / "home")
    before = home.contents()
    code, report = home.fsck()
    expect = "damaged" if vector.name in ANCHORS_MADE_ANEW else vector.expect
    assert (code == 0) == report["ok"] == (expect == "ok")
    if expect != "ok":
        assert expect in {problem["class"] for problem in report["problems"]}
    assert home.contents() == before


@pytest.mark.parametrize(
    "name, state",
    [("anchor-behind", "behind"), ("anchor-far-behind", "behind"), ("anchor-missing", "anew"),
     ("anchor-mac-wrong", "anew"), ("anchor-current", "current")])
def test_a_get_brings_the_anchor_up_to_date(name, state, tmp_path):
    vector = VECTORS[name]
    home = home_of(vector, tmp_path / "home")
    assert home.opened().anchor_state == state
    assert as_expected(home.ask(vector.queries[0]).found) == vector.queries[0]["expect"]
    assert home.opened().anchor_state == "current"


# A file from Python, in the programs.


def test_helpers_open_what_python_writes(tmp_path):
    keys, logins = Keys.fresh(), {f"login-{number}": os.urandom(20).hex() for number in range(40)}
    made = [
        Description(
            os.urandom(16), name.encode(), [(b"password", secret.encode())],
            [Binding(REGISTRY, name.encode() + b".example.com"),
             Binding(GIT, name.encode() + b".example.com", port=8443)], name.encode())
        for name, secret in logins.items()
    ]
    draft = Draft.of(made, keys)
    home = Home(tmp_path / "home", credentials=draft.sealed(), key=key_file(keys.catalogue),
                anchor=draft.anchor())
    for name, secret in logins.items():
        login = (name.encode(), secret.encode())
        assert home.docker_get(f"{name}.example.com").found == login
        assert home.git_get(f"https://{name}.example.com:8443").found == login
        assert home.git_get(f"https://{name}.example.com").found is None
    assert home.fsck() == (0, {"ok": True, "problems": []})


# A file from the programs, in Python.


def stored(home, count):
    """Logins made through both protocols, as (query, username, secret)."""
    logins = []
    for number in range(count):
        user, secret = f"user-{number}", os.urandom(12).hex()
        registry, forge = f"r{number}.example.com:5000", f"https://g{number}.example.com"
        home.docker_store(registry, user, secret)
        home.git_store(forge, user, secret + "-git")
        logins.append(({"protocol": "registry", "address": registry}, user, secret))
        logins.append(({"protocol": "git", "address": forge}, user, secret + "-git"))
    return logins


def assert_answers(store, logins):
    for query, user, secret in logins:
        assert answer(store, query) == (user.encode(), secret.encode())


def test_python_opens_what_helpers_write(tmp_path):
    home = Home(tmp_path / "home")
    logins = stored(home, 12)
    store = home.opened()
    credentials = store.check()
    assert len(credentials) == 24 and store.anchor_state == "current"
    assert store.root.generation >= len(logins)
    assert len(store.root.buckets) == bucket_count(24)
    assert_answers(store, logins)
    for name in ("credentials", "key", "anchor"):
        assert home.path(name).stat().st_mode & 0o7777 == 0o600


def test_python_follows_a_change_and_an_erase(tmp_path):
    home = Home(tmp_path / "home")
    (docker, git) = stored(home, 1)
    before = home.opened()
    home.docker_store(docker[0]["address"], docker[1], "another secret")
    after = home.opened()
    after.check()
    assert_answers(after, [(docker[0], docker[1], "another secret"), git])
    assert after.root.generation == before.root.generation + 1
    assert after.header.root_nonce != before.header.root_nonce
    assert after.file_id == before.file_id

    home.docker_erase(docker[0]["address"])
    erased = home.opened()
    assert len(erased.check()) == 1
    assert answer(erased, docker[0]) is None
    assert_answers(erased, [git])


def test_every_nonce_is_fresh(tmp_path):
    home, seen = Home(tmp_path / "home"), set()
    for number in range(6):
        home.docker_store("registry.example.com", "user", f"secret {number}")
        store = home.opened()
        (credential,) = store.check()
        places = [store.root.directory, store.root.padding]
        places += [place for place in store.root.buckets if place.length]
        nonces = {store.header.root_nonce, credential.record.nonce}
        nonces |= {place.nonce for place in places}
        assert len(nonces) == len(places) + 2 and not nonces & seen
        seen |= nonces


def test_the_generation_before_stands_beside(tmp_path):
    home = Home(tmp_path / "home")
    logins = stored(home, 2)
    previous = home.path("credentials").with_suffix(".keyfob.previous").read_bytes()
    store = open_store(previous, home.read("key"))
    store.check()
    assert store.root.generation == home.opened().root.generation - 1
    assert_answers(store, logins[:-1])


def test_programs_keep_what_they_do_not_know(tmp_path):
    """A store through a helper into a file with slots and fields of a later day."""
    for name in ("valid-unknown-slot", "valid-unknown-tags", "valid-several-slots",
                 "valid-all-fields"):
        home = home_of(VECTORS[name], tmp_path / name)
        before = home.opened()
        old = {credential.id: credential for credential in before.check()}
        home.docker_store("new.example.com", "newcomer", "new secret")
        after = home.opened()
        new = {credential.id: credential for credential in after.check()}
        assert after.root.generation == before.root.generation + 1
        assert after.header.slots == before.header.slots
        assert len(new) == len(old) + 1
        for identity, credential in old.items():
            kept = dict(new[identity].fields)
            kept[19] = credential.fields[19]
            assert (kept, new[identity].bindings) == (credential.fields, credential.bindings)
        assert_answers(after, [({"protocol": "registry", "address": "new.example.com"},
                                "newcomer", "new secret")])
        for query in VECTORS[name].queries:
            assert as_expected(answer(after, query)) == query["expect"]
