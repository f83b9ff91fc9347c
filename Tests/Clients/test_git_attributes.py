"""The attributes of newer gits, which the installed one may not know: bytes to the helper itself.

What git asks of helpers for expiry, refresh tokens and authentication schemes, restated.
"""

import time

import pytest

from Support import ALICE
from Support.attributes import decode, encode

EXAMPLE = {"protocol": "https", "host": "git.example.com"}
FUTURE = "9999999999"


@pytest.fixture
def send(home):
    """One call of the helper that must end well; returns its stdout."""

    def run(operation, *requests):
        answer = home.git(operation, b"".join(map(encode, requests)))
        assert (answer.code, answer.err) == (0, b""), answer
        return answer.out

    return run


@pytest.fixture
def get(send):
    return lambda *requests: decode(send("get", *requests))


CAPABLE = {"capability": ["authtype"]}


def test_an_expiry_is_kept_with_the_password(send, get):
    timed = {**ALICE.attributes(), "password_expiry_utc": FUTURE}
    send("store", EXAMPLE, timed)
    assert get(EXAMPLE) == timed


def test_a_password_without_expiry_comes_back_without_one(send, get):
    send("store", EXAMPLE, ALICE.attributes())
    assert get(EXAMPLE) == ALICE.attributes()


def test_another_expiry_replaces_the_entry_and_makes_no_second_one(send, get):
    older = {"username": "u", "password": "one", "password_expiry_utc": "9999999998"}
    newer = {"username": "u", "password": "two", "password_expiry_utc": FUTURE}
    send("store", EXAMPLE, older)
    send("store", EXAMPLE, newer)
    assert get(EXAMPLE) == newer
    send("erase", EXAMPLE, {"username": "u", "password": "two"})
    assert send("get", EXAMPLE) == b""


def test_a_refresh_token_is_kept_with_the_password(send, get):
    refreshable = {**ALICE.attributes(), "oauth_refresh_token": "xyzzy"}
    send("store", EXAMPLE, refreshable)
    assert get(EXAMPLE) == refreshable


def test_a_newer_refresh_token_replaces_the_older_one(send, get):
    for token in ("older", "newer"):
        send("store", EXAMPLE, ALICE.attributes(), {"oauth_refresh_token": token})
    assert get(EXAMPLE)["oauth_refresh_token"] == "newer"


def test_a_git_that_drops_expiry_and_refresh_token_does_not_lose_them(send, get):
    whole = {**ALICE.attributes(), "password_expiry_utc": FUTURE, "oauth_refresh_token": "xyzzy"}
    send("store", EXAMPLE, whole)
    send("store", EXAMPLE, ALICE.attributes())
    assert get(EXAMPLE) == whole

    other = {**ALICE.attributes(), "password": "another"}
    send("store", EXAMPLE, other)
    assert get(EXAMPLE) == other


def test_an_expired_password_stays_back_and_its_refresh_token_comes(send, get):
    def entry(expiry):
        return {**ALICE.attributes(), "password_expiry_utc": str(expiry),
                "oauth_refresh_token": "xyzzy"}

    expired = entry(int(time.time()) - 60)
    send("store", EXAMPLE, expired)
    reply = get(EXAMPLE)
    assert "password" not in reply
    assert reply == {key: value for key, value in expired.items() if key != "password"}

    fresh = entry(int(time.time()) + 3600)
    send("store", EXAMPLE, fresh)
    assert get(EXAMPLE) == fresh


def bearer(credential, **fields):
    return {**CAPABLE, "authtype": "Bearer", "credential": credential, **EXAMPLE, **fields}


def test_a_credential_of_another_scheme_comes_back_to_a_git_that_understands_it(send):
    send("store", bearer("random-token"))
    out = send("get", CAPABLE, EXAMPLE)
    assert out.startswith(b"capability[]=authtype\n")
    assert decode(out) == {**CAPABLE, "authtype": "Bearer", "credential": "random-token"}


@pytest.mark.parametrize("silent", [
    {}, {"capability": ["state"]}, {"capability": ["authtype", ""]},
], ids=["none", "another one", "taken back"])
def test_a_credential_of_another_scheme_is_a_miss_for_other_gits(send, silent):
    send("store", bearer("random-token"))
    assert send("get", silent, EXAMPLE) == b""
    assert b"credential=random-token\n" in send("get", CAPABLE, EXAMPLE)


def test_credentials_of_another_scheme_are_told_apart_by_user_name(send, get):
    send("store", bearer("random-token"))
    send("store", bearer("other-token", username="foobar"))
    assert get(CAPABLE, EXAMPLE, {"username": "foobar"}) == {
        **CAPABLE, "authtype": "Bearer", "credential": "other-token", "username": "foobar"}
    assert send("get", CAPABLE, EXAMPLE, {"username": "barbaz"}) == b""


def test_a_rejected_credential_of_another_scheme_is_erased_only_if_it_is_that_one(send):
    send("store", bearer("random-token"))
    send("erase", bearer("another-token"))
    assert b"credential=random-token\n" in send("get", CAPABLE, EXAMPLE)
    send("erase", bearer("random-token"))
    assert send("get", CAPABLE, EXAMPLE) == b""


def test_an_ephemeral_credential_is_not_stored(send):
    send("store", bearer("random-token", ephemeral="1"))
    assert send("get", CAPABLE, EXAMPLE) == b""
    send("store", bearer("random-token", ephemeral="0"))
    assert b"credential=random-token\n" in send("get", CAPABLE, EXAMPLE)


def test_an_ephemeral_password_is_not_stored(send, get):
    send("store", {"ephemeral": "1"}, EXAMPLE, ALICE.attributes())
    assert send("get", EXAMPLE) == b""
    send("store", EXAMPLE, ALICE.attributes())
    assert get(EXAMPLE) == ALICE.attributes()


@pytest.mark.parametrize("ending", [b"", b"\n"], ids=["at its end", "with a blank line"])
def test_a_request_of_the_newest_git_ends(home, send, ending):
    send("store", EXAMPLE, ALICE.attributes())
    request = (b"capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=git.example.com\n"
               b'wwwauth[]=Basic realm="git"\nwwwauth[]=Bearer\nunheard-of=1\n')
    answer = home.git("get", request + ending)
    assert (answer.code, answer.err) == (0, b"")
    reply = decode(answer.out)
    reply.pop("capability", None)
    assert reply == ALICE.attributes()


def test_an_operation_it_does_not_know_is_silent_and_changes_nothing(send, get):
    send("store", EXAMPLE, ALICE.attributes())
    for operation in ("rotate", "GET", "get-all"):
        assert send(operation, EXAMPLE, ALICE.attributes()) == b""
    assert get(EXAMPLE) == ALICE.attributes()


def test_capabilities_are_announced(send):
    lines = send("capability").decode().splitlines()
    assert lines[0] == "version 0"
    assert "capability authtype" in lines


@pytest.mark.parametrize("missing", ["protocol", "host"])
def test_a_request_without_protocol_or_host_gets_no_secret(home, send, get, missing):
    send("store", EXAMPLE, ALICE.attributes())
    partial = {key: value for key, value in EXAMPLE.items() if key != missing}
    assert home.git("get", encode(partial)).out == b""
    assert get(EXAMPLE) == ALICE.attributes()


@pytest.mark.parametrize("byte", ["\r", "\0"])
def test_a_control_byte_in_a_value_is_refused_in_one_line(home, send, get, byte):
    send("store", EXAMPLE, ALICE.attributes())
    for host in (f"git.example.com{byte}", f"evil.example{byte}host=git.example.com"):
        answer = home.git("get", encode({**EXAMPLE, "host": host}))
        assert (answer.code, answer.out) == (1, b"")
        assert answer.err.count(b"\n") == 1
    assert get(EXAMPLE) == ALICE.attributes()
