"""An authorization server that means harm, or is broken: nothing of its answers is passed on."""

import itertools
import json
import os

import pytest

from Support.loopback import Elsewhere, LoopbackServer, Reply, as_json

GOOD = {"access_token": "access", "refresh_token": "next", "token_type": "Bearer",
        "expires_in": 3600}
DEVICE = {"device_code": "device", "user_code": "WDJB-MJHT", "interval": 5, "expires_in": 600,
          "verification_uri": "https://login.example.com/device"}
#: What no field may hold: each breaks a line, a terminal, a buffer or a type.
HARM = {
    "CR": "a\rb", "LF": "a\nhost=evil.example", "NUL": "a\0b", "ESC": "a\x1b[2Jb", "blank": "a b",
    "DEL": "a\x7f", "beyond ASCII": "a\u202eb", "64 KiB": "a" * 65_536, "list": ["a"],
    "object": {"a": "b"},
}


class Server(LoopbackServer):
    """Answers every request with `reply`, or with what `account` says where the path is that."""

    def __init__(self):
        self.reply = as_json(GOOD)
        self.account = as_json({"login": "alice", "id": 1})
        self.requests = []
        super().__init__()

    def answer(self, request):
        self.requests.append(request)
        return self.account if request.path == "/api/v1/user" else self.reply


@pytest.fixture
def server(home):
    with Server() as server:
        home.configure(f"""\
[prompt "{server.url}"]
\tprovider = gitea
[oauth "{server.url}"]
\tclientId = keyfob-tests
\tdeviceUrl = {server.url}/device
""")
        yield server


def test_a_good_answer_is_passed_on(server, mint):
    tokens = mint.refresh(server.url, "refresh-token-1", account="alice", identity="1")
    assert (tokens.access, tokens.refresh) == ("access", "next")
    assert (tokens.account, tokens.identity) == ("alice", "1")
    sent = server.requests[0]
    assert sent.form == {"grant_type": "refresh_token", "refresh_token": "refresh-token-1",
                         "client_id": "keyfob-tests"}
    assert server.requests[1].headers["Authorization"] == "Bearer access"


@pytest.mark.parametrize("field", ["access_token", "refresh_token", "token_type"])
def test_no_field_of_tokens_carries_harm(server, mint, field):
    for name, harm in HARM.items():
        server.reply = as_json({**GOOD, field: harm})
        failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
        assert failure.code == "refused", name
        assert failure.text.isprintable() and len(failure.text) < 400, name
        assert len(server.requests) == 1, name
        server.requests.clear()


def test_no_time_ends_a_login(server, mint):
    """The old refresh token is spent: tokens of which nobody knows when they end are better."""
    for seconds in (0, -1, 1e300, "soon", "1e9999", 2 ** 70, True, *HARM.values()):
        server.reply = as_json({**GOOD, "expires_in": seconds})
        tokens = mint.refresh(server.url, "refresh-token-1", account="alice")
        assert (tokens.expires, tokens.refresh) == (None, "next"), seconds
        login = mint.redeem(server.url, "code", "verifier")
        assert (login.expires, login.account) == (None, "alice"), seconds
    server.reply = as_json(GOOD)
    assert mint.refresh(server.url, "refresh-token-1").expires is not None


def test_no_field_of_a_device_code_carries_harm(server, mint):
    server.reply = as_json(DEVICE)
    assert mint.start_device(server.url).user_code == "WDJB-MJHT"
    fields = ("device_code", "user_code", "verification_uri", "verification_uri_complete",
              "interval")
    for field, name in itertools.product(fields, ("LF", "ESC", "64 KiB", "list")):
        server.reply = as_json({**DEVICE, field: HARM[name]})
        failure = mint.failure(mint.start_device, server.url)
        assert failure.code == "refused" and failure.text.isprintable(), (field, name)
    for page in ("http://login.example.com/", "javascript:alert(1)", "file:///etc/passwd",
                 "https://", "--help"):
        server.reply = as_json({**DEVICE, "verification_uri": page})
        assert mint.failure(mint.start_device, server.url).code == "refused", page


def test_no_account_carries_harm(server, mint):
    for name, harm in HARM.items():
        if isinstance(harm, str) and name != "blank":
            for account in ({"login": harm, "id": 1}, {"login": "alice", "id": harm}):
                server.account = as_json(account)
                failure = mint.failure(mint.redeem, server.url, "code", "verifier")
                assert failure.code == "refused" and failure.text.isprintable(), name
                # A login that is there goes on as the one that it was.
                renewed = mint.refresh(server.url, "refresh-token-1", account="alice", identity="1")
                assert (renewed.refresh, renewed.account, renewed.identity) == ("next", None, None)
    server.account = as_json({"login": "refresh-token-1"})
    assert mint.failure(
        mint.refresh, server.url, "refresh-token-1", account="alice").code == "refused"
    server.account = as_json({"login": "access"})
    failure = mint.failure(mint.redeem, server.url, "code", "verifier")
    assert failure.code == "refused" and "access" not in failure.problem.split(" cannot be ")[0]


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"", b"{", b"[]"])
def test_an_account_that_cannot_be_read_ends_no_login(server, mint, body):
    """The refresh token is spent by then."""
    server.account = Reply(200, body, {"Content-Type": "text/html"})
    tokens = mint.refresh(server.url, "refresh-token-1", account="alice", identity="1")
    assert (tokens.access, tokens.refresh, tokens.account) == ("access", "next", None)
    failure = mint.failure(mint.redeem, server.url, "code", "verifier")
    assert failure.code == "refused" and "cannot be an account" in failure.problem


def test_an_account_is_more_than_its_name(server, mint):
    server.account = as_json({"login": "alicia", "id": 1})
    renamed = mint.refresh(server.url, "refresh-token-1", account="alice", identity="1")
    assert (renamed.account, renamed.username, renamed.identity) == ("alicia", "alicia", "1")
    # Somebody else took the name.
    server.account = as_json({"login": "alice", "id": 2})
    failure = mint.failure(
        mint.refresh, server.url, "refresh-token-1", account="alice", identity="1")
    assert failure.code == "refused" and "another account of that name" in failure.problem
    # A login from before its identity was stored has its name alone.
    assert mint.refresh(server.url, "refresh-token-1", account="alice").identity == "2"
    assert mint.failure(
        mint.refresh, server.url, "refresh-token-1", account="bob").code == "refused"


def test_no_error_carries_harm(server, mint):
    for name, harm in HARM.items():
        for status in (200, 400):
            server.reply = as_json({"error": harm, "error_description": harm}, status)
            failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
            assert failure.text.isprintable() and len(failure.text) < 700, name
    server.reply = as_json(
        {"error": "invalid_request", "error_description": "what is refresh-token-1?"}, 400)
    failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
    assert "invalid_request" in failure.problem and "refresh-token-1" not in failure.text


def test_an_error_may_be_a_form(server, mint):
    body = b"error=bad_refresh_token&error_description=The+refresh+token+is+incorrect%0a."
    server.reply = Reply(200, body, {"Content-Type": "application/x-www-form-urlencoded"})
    failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
    assert failure.code == "expired" and "The refresh token is incorrect" in failure.problem


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_named_and_not_followed(server, mint, status):
    with Elsewhere() as elsewhere:
        server.reply = Reply(status, b"", {"Location": elsewhere.url + "/token"})
        failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
        assert failure.code == "refused" and elsewhere.host in failure.problem
        assert elsewhere.requests == [] and len(server.requests) == 1
    server.reply = Reply(status, b"", {"Location": "https://evil\x1b[2J.example/"})
    assert mint.failure(mint.refresh, server.url, "refresh-token-1").text.isprintable()


def test_a_token_is_sent_to_no_account_page_elsewhere(server, mint):
    with Elsewhere() as elsewhere:
        server.account = Reply(302, b"", {"Location": elsewhere.url})
        assert mint.refresh(server.url, "refresh-token-1", account="alice").account is None
        assert elsewhere.requests == []


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"<html>log in</html>", b"\xff\xfe", b'{"access_token":"a"} x',
    b'{"access_token":' * 100, b"{}", b'{"access_token":null}', b'{"access_token":""}',
    b'{"access_token":"a\nb"}',
])
def test_what_is_no_answer_is_none(server, mint, body):
    server.reply = Reply(200, body, {"Content-Type": "application/json"})
    failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
    assert failure.code in ("unreachable", "refused") and failure.text.isprintable()


def test_an_endless_answer_ends(server, mint):
    server.reply = Reply(200, itertools.repeat(b" " * 65_536))
    failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
    assert failure.code == "unreachable" and "too long" in failure.problem
    server.reply = Reply(200, json.dumps(GOOD).encode() + b" " * 500_000)
    assert mint.refresh(server.url, "refresh-token-1").access == "access"


def test_a_refresh_token_is_sent_once(server, mint):
    """Whoever got it may have spent it: a second time would end the login."""
    for reply in (None, Reply(503), Reply(500, b"{}"), Reply(429)):
        server.reply = reply
        server.requests.clear()
        failure = mint.failure(mint.refresh, server.url, "refresh-token-1", account="alice")
        assert failure.code == "unreachable"
        assert len(server.requests) == 1


@pytest.mark.skipif(not os.environ.get("KEYFOB_TESTS_FULL"), reason="takes 20 s")
def test_a_slow_answer_has_its_time(server, mint):
    def slow():
        while not server.ending.wait(1):
            yield b" "

    server.reply = Reply(200, slow())
    failure = mint.failure(mint.refresh, server.url, "refresh-token-1")
    assert failure.code == "unreachable" and "did not answer within" in failure.problem
    assert len(server.requests) == 1
