"""keyfob-mint and an authorization server made of a library: they agree on what the RFCs say."""

import time
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest

REDIRECT = "http://127.0.0.1:1/"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture
def server(authlib_server, home):
    home.configure(f"""\
[oauth "{authlib_server}"]
\tclientId = keyfob-tests
\tscopes = openid profile
\tauthorizeUrl = {authlib_server}/authorize
\ttokenUrl = {authlib_server}/token
\tdeviceUrl = {authlib_server}/device
""")
    return authlib_server


def code_of(authorization):
    """The code that a browser brings from the page."""
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(_NoRedirect).open(authorization.url, timeout=10)
    target = answer.value.headers["Location"]
    brought = parse_qs(urlsplit(target).query)
    assert target.startswith(REDIRECT) and brought["state"] == [authorization.state]
    return brought["code"][0]


def test_a_code_proven_by_its_verifier_becomes_tokens(server, mint):
    authorization = mint.authorize(server, REDIRECT)
    tokens = mint.redeem(server, code_of(authorization), authorization.verifier, REDIRECT)
    assert (tokens.identity, tokens.account, tokens.username) == ("id-of-alice", "alice", "alice")
    assert tokens.access and tokens.refresh and tokens.expires > time.time()


def test_the_library_refuses_a_wrong_verifier_and_another_redirect(server, mint):
    authorization, other = mint.authorize(server, REDIRECT), mint.authorize(server, REDIRECT)
    failure = mint.failure(
        mint.redeem, server, code_of(authorization), other.verifier, REDIRECT)
    assert failure.code == "refused" and "invalid_grant" in failure.problem
    failure = mint.failure(
        mint.redeem, server, code_of(authorization), authorization.verifier, REDIRECT + "x")
    assert failure.code == "refused"


def test_a_code_is_good_once(server, mint):
    authorization = mint.authorize(server, REDIRECT)
    code = code_of(authorization)
    assert mint.redeem(server, code, authorization.verifier, REDIRECT).access
    assert mint.failure(
        mint.redeem, server, code, authorization.verifier, REDIRECT).code == "refused"


def test_a_refresh_token_is_traded_for_the_next_one(server, mint):
    authorization = mint.authorize(server, REDIRECT, account="bob")
    first = mint.redeem(server, code_of(authorization), authorization.verifier, REDIRECT)
    assert first.identity == "id-of-bob"
    second = mint.refresh(
        server, first.refresh, account=first.account, identity=first.identity)
    assert second.access != first.access and second.refresh != first.refresh
    failure = mint.failure(mint.refresh, server, first.refresh, account=first.account)
    assert failure.code == "expired" and "invalid_grant" in failure.problem
    assert mint.refresh(server, second.refresh).access


def test_a_device_code_waits_for_its_person(server, mint):
    def say(what):
        urllib.request.urlopen(f"{server}/said/{what}/{code.user_code}", b"", timeout=10)

    code = mint.start_device(server)
    assert code.page == "https://authorization.example/device"
    assert mint.poll_device(server, code.device_code) == "pending"
    say("hurried")
    assert mint.poll_device(server, code.device_code) == "slow down"
    say("entered")
    assert mint.poll_device(server, code.device_code).access
    assert mint.failure(mint.poll_device, server, "another").code == "refused"
