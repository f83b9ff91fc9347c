"""A ready-made header and a password for one host: each git is given what it understands."""

import pytest

from Support import Account
from Support.attributes import decode, encode

ALICE = Account("alice", "canary of alice")
HOST = {"protocol": "https", "host": "git.example.com"}
PASSWORD = {**HOST, **ALICE.attributes()}
CAPABLE = {"capability": ["authtype"]}
HEADER = {**CAPABLE, **HOST, "authtype": "Bearer", "credential": "canary of the header"}


@pytest.fixture
def git(admin):
    def ask(verb, *fields):
        request = {key: value for each in fields for key, value in each.items()}
        answer = admin.home.git(verb, encode(request))
        assert (answer.code, answer.err) == (0, b""), answer
        return decode(answer.out)

    return ask


def is_header(reply):
    return reply.get("credential") == HEADER["credential"] and "password" not in reply


def is_password(reply):
    return reply.get("password") == ALICE.password and "credential" not in reply


def test_a_git_that_knows_no_headers_is_given_the_password(git):
    for stored in ((PASSWORD, HEADER), (HEADER, PASSWORD)):
        for each in stored:
            git("store", each)
        assert is_password(git("get", HOST))


def test_a_git_that_knows_headers_is_given_the_more_recent(git):
    git("store", PASSWORD)
    git("store", HEADER)
    assert is_header(git("get", CAPABLE, HOST))
    git("store", {**PASSWORD, "password": "another canary"})
    assert git("get", CAPABLE, HOST)["password"] == "another canary"


def test_a_late_store_of_the_password_changes_nothing(git, admin):
    git("store", PASSWORD)
    git("store", HEADER)
    before = admin.files()
    git("store", PASSWORD)
    assert admin.files() == before
    assert is_password(git("get", HOST)) and is_header(git("get", CAPABLE, HOST))
    git("store", {**PASSWORD, "password": "another canary"})
    assert admin.files() != before
    assert git("get", HOST)["password"] == "another canary"
    assert len(admin.names()) == 2


def test_a_header_is_not_bound_to_registries(git, admin):
    git("store", HEADER)
    (name,) = admin.names()
    before = admin.files()
    assert "git" in admin.fails(2, f"keyfob bind {name} registry:r.example.com")
    assert admin.files() == before
    assert admin.docker_get("r.example.com") is None
    admin.does(f"keyfob bind {name} git:other.example.com")
    assert is_header(git("get", CAPABLE, HOST, {"host": "other.example.com"}))


def test_a_password_is_bound_to_registries(git, admin):
    git("store", PASSWORD)
    (name,) = admin.names()
    admin.does(f"keyfob bind {name} registry:r.example.com")
    assert admin.docker_get("r.example.com") == ALICE
