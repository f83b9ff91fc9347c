"""What git asks of every helper that stores, once through git itself and once as bare bytes.

The second way sends what newer gits than the installed one send.
"""

import pytest

from Support import Account, Askpass
from Support.attributes import decode, encode

REPLY = {"username", "password"}


class ThroughGit:
    """`git credential` calls the helper and asks a person for what is missing."""

    def __init__(self, user):
        self._user = user
        self._person = Askpass(user.root / "askpass", Account("asked", "asked"))

    def fill(self, **fields):
        """The helper's answer, or None if git had to ask for it."""
        asked = len(self._person.prompts())
        reply = decode(self._run("fill", fields))
        if len(self._person.prompts()) > asked:
            assert reply["username"] == fields.get("username", "asked")
            assert reply["password"] == "asked"
            return None
        return {key: reply[key] for key in REPLY}

    def approve(self, **fields):
        assert self._run("approve", fields) == b""

    def reject(self, **fields):
        assert self._run("reject", fields) == b""

    def _run(self, operation, fields):
        answer = self._user.run(
            "git", "-c", "credential.helper=keyfob", "-c", "credential.useHttpPath=true",
            "credential", operation, input=encode(fields), **self._person.environment)
        assert (answer.code, answer.err) == (0, b""), answer
        return answer.out


class AsBytes:
    """The helper alone, with the lines that git 2.46 and later send."""

    def __init__(self, user):
        self._user = user

    def fill(self, **fields):
        """The helper's answer, or None if it had none."""
        reply = decode(self._run("get", {"capability": ["authtype", "state"], **fields}))
        reply.pop("capability", None)
        assert set(reply) in (REPLY, set()), "git takes more than that for a change of the request"
        return reply or None

    def approve(self, **fields):
        assert self._run("store", fields) == b""

    def reject(self, **fields):
        assert self._run("erase", fields) == b""

    def _run(self, operation, fields):
        answer = self._user.git(operation, encode(fields))
        assert (answer.code, answer.err) == (0, b""), answer
        return answer.out


@pytest.fixture(params=[ThroughGit, AsBytes])
def helper(request, home):
    return request.param(home)


EXAMPLE = {"protocol": "https", "host": "example.com"}
STORED = {"username": "store-user", "password": "store-pass"}
FIRST = {"username": "user1", "password": "pass1"}
SECOND = {"username": "user2", "password": "pass2"}


def test_a_fresh_helper_knows_nothing_and_then_what_it_was_told(helper):
    assert helper.fill(**EXAMPLE) is None
    helper.approve(**EXAMPLE, **STORED)
    assert helper.fill(**EXAMPLE) == STORED


@pytest.mark.parametrize("other", [
    {"protocol": "http", "host": "example.com"},
    {"protocol": "https", "host": "other.example"},
    {"protocol": "https", "host": "example.com:8443"},
    {"protocol": "https", "host": "sub.example.com"},
    {"protocol": "https", "host": "example.com", "username": "somebody-else"},
])
def test_another_protocol_host_port_or_user_is_a_miss(helper, other):
    helper.approve(**EXAMPLE, **STORED)
    assert helper.fill(**other) is None
    assert helper.fill(**EXAMPLE) == STORED


def test_another_path_is_a_miss(helper):
    one = {"protocol": "http", "host": "path.example", "path": "foo.git"}
    helper.approve(**one, **STORED)
    assert helper.fill(**{**one, "path": "bar.git"}) is None
    assert helper.fill(**one) == STORED


def test_a_new_password_replaces_the_old_one_for_good(helper):
    helper.approve(**EXAMPLE, **FIRST)
    newer = {**FIRST, "password": "newer"}
    helper.approve(**EXAMPLE, **newer)
    assert helper.fill(**EXAMPLE, username="user1") == newer
    helper.reject(**EXAMPLE, **newer)
    assert helper.fill(**EXAMPLE, username="user1") is None


def test_a_rejected_host_is_forgotten_with_all_its_users(helper):
    other = {**EXAMPLE, "host": "other.example"}
    for account in (FIRST, SECOND):
        helper.approve(**EXAMPLE, **account)
    helper.approve(**other, **STORED)
    assert helper.fill(**EXAMPLE) is not None
    helper.reject(**EXAMPLE)
    assert helper.fill(**EXAMPLE) is None
    for account in (FIRST, SECOND):
        assert helper.fill(**EXAMPLE, username=account["username"]) is None
    assert helper.fill(**other) == STORED


def test_several_users_of_one_host_are_told_apart(helper):
    for account in (FIRST, SECOND):
        helper.approve(**EXAMPLE, **account)
    for account in (FIRST, SECOND):
        assert helper.fill(**EXAMPLE, username=account["username"]) == account


def test_a_rejected_user_is_forgotten_and_the_other_remembered(helper):
    for account in (FIRST, SECOND):
        helper.approve(**EXAMPLE, **account)
    helper.reject(**EXAMPLE, username="user1")
    assert helper.fill(**EXAMPLE, username="user1") is None
    assert helper.fill(**EXAMPLE, username="user2") == SECOND


def test_a_rejected_password_takes_no_other_password_with_it(helper):
    helper.approve(**EXAMPLE, **FIRST)
    helper.reject(**EXAMPLE, **{**FIRST, "password": "another"})
    assert helper.fill(**EXAMPLE, username="user1") == FIRST
    helper.reject(**EXAMPLE, **FIRST)
    assert helper.fill(**EXAMPLE, username="user1") is None


def test_an_empty_user_name_and_password_are_kept_as_they_are(helper):
    empty = {"username": "", "password": ""}
    helper.approve(**EXAMPLE, **empty)
    assert helper.fill(**EXAMPLE) == empty
    assert helper.fill(**EXAMPLE, username="user1") is None


@pytest.mark.parametrize("buffer", [128, 1024, 4096, 32768])
def test_a_long_header_is_not_read_as_further_attributes(helper, buffer):
    victim = {"protocol": "https", "host": "victim.example.com"}
    helper.approve(**victim, **STORED)
    # A reader that takes lines in pieces of that size would take the end for a line of its own.
    filler = "a" * (buffer - 1 - len("wwwauth[]="))
    header = f"{filler}host=victim.example.com"
    assert helper.fill(protocol="https", host="badguy.example.com", wwwauth=[header]) is None
    assert helper.fill(**victim) == STORED
