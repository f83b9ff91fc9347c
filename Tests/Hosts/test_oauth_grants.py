"""keyfob-mint gets and renews tokens: by code, by device, by refresh token, of every provider."""

import time
import urllib.request
from ssl import create_default_context
from urllib.parse import parse_qs, urlsplit

import pytest

REDIRECT = "http://127.0.0.1:1/"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def visit(url, certificate):
    """A browser's visit: the parameters that it would bring to the redirect."""
    context = create_default_context(cafile=str(certificate.certificate))
    opener = urllib.request.build_opener(
        _NoRedirect, urllib.request.HTTPSHandler(context=context))
    with pytest.raises(urllib.error.HTTPError) as answer:
        opener.open(url, timeout=10)
    assert answer.value.code == 302
    target = answer.value.headers["Location"]
    assert target.startswith(REDIRECT)
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


@pytest.fixture
def place(code_hosts, home):
    """Makes a host at which Keyfob is registered."""
    def make(provider, **settings):
        host = code_hosts(provider)
        lines = "".join(f"\t{name} = {value}\n" for name, value in settings.items())
        home.configure(host.configuration() + (f'[oauth "{host.host}"]\n{lines}' if lines else ""))
        return host
    return make


PROVIDERS = {
    "github": ("alice", False), "gitlab": ("oauth2", False), "gitea": ("alice", True),
    "forgejo": ("alice", True), "bitbucket": ("x-token-auth", True), "generic": ("alice", False),
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_code_becomes_tokens_and_a_refresh_token_the_next_ones(
        place, mint, certificate, provider):
    host = place(provider)
    authorization = mint.authorize(host.url, REDIRECT)
    brought = visit(authorization.url, certificate)
    assert brought["state"] == authorization.state
    tokens = mint.redeem(host.url, brought["code"], authorization.verifier, REDIRECT)
    username, is_bearer = PROVIDERS[provider]
    assert (tokens.username, tokens.is_bearer) == (username, is_bearer)
    assert tokens.provider == ("gitea" if provider == "forgejo" else provider)
    assert host.book.live(tokens.access).account == "alice" and tokens.account
    assert abs(tokens.expires - time.time() - host.oauth.lifetime) < 60

    renewed = mint.refresh(
        host.url, tokens.refresh, account=tokens.account, identity=tokens.identity)
    assert host.book.live(renewed.access).account == "alice"
    assert renewed.access != tokens.access and renewed.refresh != tokens.refresh
    assert renewed.account == tokens.account
    assert renewed.identity == tokens.identity and renewed.identity != "alice"


def test_a_verifier_that_is_another_gets_nothing(place, mint, certificate):
    host = place("gitea")
    authorization, other = mint.authorize(host.url), mint.authorize(host.url)
    assert authorization.state != other.state and authorization.verifier != other.verifier
    code = visit(authorization.url, certificate)["code"]
    failure = mint.failure(mint.redeem, host.url, code, other.verifier, REDIRECT)
    assert failure.code == "refused" and "invalid_grant, PKCE" in failure.problem


def test_a_spent_refresh_token_ends_the_login(place, mint):
    host = place("gitea")
    first = host.oauth.grant()["refresh_token"]
    second = mint.refresh(host.url, first, account="alice").refresh
    failure = mint.failure(mint.refresh, host.url, first, account="alice")
    assert failure.code == "expired" and f"keyfob login git:{host.host}" in failure.remedy
    assert "made anew" in failure.problem
    # Its server took that for a theft; the positive control is the first use.
    assert mint.failure(mint.refresh, host.url, second).code == "expired"


def test_a_refresh_token_that_stays_is_kept(place, mint):
    host = place("gitlab")
    host.oauth.rotates = False
    token = host.oauth.grant()["refresh_token"]
    assert mint.refresh(host.url, token).refresh == token
    assert mint.refresh(host.url, token).refresh == token


def test_a_refresh_never_serves_another_account(place, mint):
    host = place("gitea")
    token = host.oauth.grant("bob")["refresh_token"]
    failure = mint.failure(mint.refresh, host.url, token, account="alice")
    assert failure.code == "refused" and "alice" in failure.problem and "bob" in failure.problem
    other = host.oauth.grant("bob")["refresh_token"]
    assert mint.refresh(host.url, other, account="bob").account == "bob"


def test_nobody_says_whose_it_is(place, mint):
    host = place("gitea")
    host.tamper = lambda endpoint, request, reply: (
        reply._replace(status=503) if endpoint == "user" else reply)
    tokens = mint.refresh(host.url, host.oauth.grant()["refresh_token"], account="alice")
    assert tokens.account is None and host.book.live(tokens.access)


@pytest.mark.parametrize("provider", ["github", "gitlab", "generic"])
def test_a_device_code_is_entered_elsewhere(place, mint, provider):
    host = place(provider)
    host.oauth.device_answers = ["authorization_pending", "slow_down"]
    code = mint.start_device(host.url)
    assert code.user_code == "WDJB-MJHT" and code.page == f"{host.url}/login/device"
    assert (code.interval, code.lifetime) == (1, 600)
    assert mint.poll_device(host.url, code.device_code) == "pending"
    assert mint.poll_device(host.url, code.device_code) == "slow down"
    assert host.book.live(mint.poll_device(host.url, code.device_code).access)


@pytest.mark.parametrize("error, code", [
    ("access_denied", "declined"), ("authorization_declined", "declined"),
    ("expired_token", "expired"), ("invalid_client", "configuration"), ("odd", "refused"),
])
def test_a_device_code_comes_to_nothing(place, mint, error, code):
    host = place("github")
    host.oauth.device_answers = [error]
    started = mint.start_device(host.url)
    assert mint.failure(mint.poll_device, host.url, started.device_code).code == code
    assert mint.poll_device(host.url, started.device_code).access


def test_a_client_secret_goes_as_the_host_wants_it(place, mint):
    for provider, in_header, secret in (
            ("gitea", False, "s3cret &/%"), ("bitbucket", True, "s3cret")):
        host = place(provider)
        host.oauth.client_secret = secret
        seen = []
        host.tamper = lambda endpoint, request, reply: seen.append(request) or reply
        token = host.oauth.grant()["refresh_token"]
        failure = mint.failure(mint.refresh, host.url, token)
        assert failure.code == "configuration" and "invalid_client" in failure.problem
        assert "keyfob setup oauth" in failure.remedy
        assert len(seen) == 1, "a wrong client was tried again"
        mint.refresh(host.url, token, secret=secret)
        assert ("client_secret" in seen[1].form) != in_header
        assert ("Authorization" in seen[1].headers) == in_header


def test_without_a_client_nothing_is_asked(code_hosts, home, mint):
    host = code_hosts("gitea")
    home.configure(host.configuration(client=False))
    for question in (lambda: mint.authorize(host.url), lambda: mint.start_device(host.url),
                     lambda: mint.refresh(host.url, "r")):
        failure = mint.failure(question)
        assert failure.code == "configuration"
        assert f"keyfob setup oauth {host.host} --client-id ID" in failure.remedy
        assert f"{host.url}/user/settings/applications" in failure.remedy
    assert host.calls == []


def test_the_configuration_overrides_the_preset(place, mint):
    host = place("gitea", scopes="all", username="robot",
                 authorizeUrl="https://login.example.com/in")
    page = urlsplit(mint.authorize(host.url).url)
    assert (page.netloc, page.path) == ("login.example.com", "/in")
    assert parse_qs(page.query)["scope"] == ["all"]
    token = host.oauth.grant()["refresh_token"]
    assert mint.refresh(host.url, token).username == "robot"


def test_a_host_without_device_codes_says_so(place, mint):
    host = place("gitea")
    failure = mint.failure(mint.start_device, host.url)
    assert failure.code == "configuration" and "browser" in failure.remedy
    assert host.calls == []


def test_a_renewed_login_knows_what_its_host_was(code_hosts, home, mint):
    """At the first login git may have told the host's own words; later nobody does."""
    host = code_hosts("gitea")
    home.configure(f'[oauth "{host.host}"]\n\tclientId = {host.oauth.client_id}\n')
    token = host.oauth.grant()["refresh_token"]
    failure = mint.failure(mint.refresh, host.url, token, account="alice")
    assert failure.code == "configuration" and "provider" in failure.remedy
    assert mint.refresh(host.url, token, account="alice", provider="gitea").account == "alice"
