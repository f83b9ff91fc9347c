"""keyfob-mint tries logins at git hosts of every kind, and says what is wrong with them."""

import itertools
import time

import pytest
from mint_program import Login

from Support.loopback import Elsewhere, as_json

DAY = 86_400


@pytest.fixture
def place(code_hosts, home):
    """Makes a host of a provider's kind."""
    def make(provider, **settings):
        host = code_hosts(provider)
        home.configure(host.configuration(client=False, **settings))
        return host
    return make


def reply(host, body, status, **headers):
    """Makes the host's API answer like this, whoever asks."""
    host.tamper = lambda endpoint, request, _: as_json(body, status, **headers)


@pytest.mark.parametrize("provider, scope", [
    ("github", "repo"), ("gitea", "read:user"), ("forgejo", "read:user"), ("bitbucket", "x"),
])
def test_a_token_is_taken_and_says_whose_it_is(place, mint, provider, scope):
    host = place(provider)
    token = host.book.give("alice", scopes=(scope,))
    for login in (Login("alice", token), Login(None, token), Login("alice", token, "Bearer")):
        assert mint.verify(host.url_of(), login)[:3] == ("accepted", None, "alice")
    refused = mint.verify(host.url_of(), Login("alice", token[:-1] + "x"))
    assert refused.outcome == "refused" and refused.problem.code == "refused"


def test_github_says_what_a_token_may_do_and_until_when(place, mint):
    host = place("github")
    token = host.book.give("alice", lifetime=30 * DAY, scopes=("repo", "gist"))
    found = mint.verify(host.url, Login("alice", token))
    assert found.scopes == ["repo", "gist"]
    assert abs(found.expires - time.time() - 30 * DAY) < 60

    public = host.book.give("alice", scopes=("public_repo",))
    found = mint.verify(host.url, Login("alice", public))
    assert found.outcome == "accepted" and "public repositories alone" in found.problem.problem

    useless = host.book.give("alice", scopes=("read:user",))
    found = mint.verify(host.url, Login("alice", useless))
    assert found.outcome == "refused" and "read:user" in found.problem.problem
    assert "scope repo" in found.problem.remedy


def test_github_takes_no_password_and_wants_single_sign_on(place, mint):
    host = place("github")
    host.passwords["alice"] = "correct horse"
    found = mint.verify(host.url, Login("alice", "correct horse"))
    assert found.outcome == "refused"
    assert "password any more" in found.problem.problem and "token" in found.problem.remedy

    token = host.book.give("alice", scopes=("repo",), wants_sso=True)
    found = mint.verify(host.url, Login("alice", token))
    assert found.outcome == "refused" and "single sign-on" in found.problem.problem
    assert f"{host.url}/orgs/acme/sso?a=1" in found.problem.remedy
    host.book.tokens[token].wants_sso = False
    assert mint.verify(host.url, Login("alice", token)).outcome == "accepted"


def test_a_token_that_may_not_ask_about_itself_is_good(place, mint):
    host = place("gitea")
    token = host.book.give("alice", scopes=("write:repository",))
    found = mint.verify(host.url, Login("alice", token))
    assert found.outcome == "accepted" and host.count("user", status=403) == 1
    reply(host, {"message": "user is suspended"}, 403)
    found = mint.verify(host.url, Login("alice", token))
    assert found.outcome == "refused" and "user is suspended" in found.problem.problem


def test_gitlab_tells_tokens_by_their_kind(place, mint):
    host = place("gitlab")
    personal = host.book.give("alice", lifetime=30 * DAY, scopes=("write_repository",))
    found = mint.verify(host.url, Login("alice", personal))
    assert (found.outcome, found.problem, found.scopes) == (
        "accepted", None, ["write_repository"])
    assert 28 * DAY < found.expires - time.time() < 31 * DAY

    reading = host.book.give("alice", scopes=("read_repository",))
    found = mint.verify(host.url, Login("alice", reading))
    assert found.outcome == "accepted" and "can pull, not push" in found.problem.problem
    assert mint.verify(host.url, Login("x", host.book.give(scopes=("read_user",)))).outcome == (
        "refused")

    oauth = host.oauth.grant("alice")["access_token"]
    assert mint.verify(host.url, Login("oauth2", oauth)).outcome == "accepted"

    deploy = host.book.give("alice", "gldt-aBcDeFgHiJkLmNoPqRsT", scopes=("read_repository",))
    login = Login("gitlab+deploy-token-1", deploy)
    assert mint.verify(host.url, login).outcome == "unchecked"
    assert mint.verify(host.url_of(), login).outcome == "accepted"
    assert mint.verify(host.url_of(), login._replace(secret="gldt-other")).outcome == "refused"

    host.passwords["alice"] = "correct horse"
    assert mint.verify(host.url_of(), Login("alice", "correct horse")).outcome == "accepted"


def test_an_expired_token_is_called_so(place, mint):
    host = place("gitlab")
    login = Login("alice", host.book.give("alice", scopes=("api",)))
    assert mint.verify(host.url, login).outcome == "accepted"
    reply(host, {"error": "invalid_token", "error_description": "Token is expired."}, 401)
    found = mint.verify(host.url, login)
    assert (found.outcome, found.problem.code) == ("refused", "expired")
    reply(host, {"error": "insufficient_scope", "scope": "api read_user"}, 403)
    assert mint.verify(host.url, login).outcome == "accepted"


def test_bitbucket_ended_app_passwords_and_lists_what_is_granted(place, mint):
    host = place("bitbucket")
    login = Login("alice", host.book.give("alice"))
    reply(host, {}, 410)
    found = mint.verify(host.url, login)
    assert (found.outcome, found.problem.code) == ("refused", "expired")
    assert "API token" in found.problem.remedy
    error = {"message": "lack privilege scopes", "detail": {"granted": ["repository:write"]}}
    reply(host, {"error": error}, 403)
    found = mint.verify(host.url, login)
    assert (found.outcome, found.scopes) == ("accepted", ["repository:write"])
    error["detail"]["granted"] = ["pullrequest"]
    assert mint.verify(host.url, login).outcome == "refused"
    del error["detail"]
    found = mint.verify(host.url, login)
    assert found.outcome == "refused" and "lack privilege scopes" in found.problem.problem


def test_azure_knows_who_is_nobody(place, mint):
    host = place("azure")
    login = Login("x", "p" * 52)
    user = {"descriptor": "Microsoft.IdentityModel.Claims.ClaimsIdentity;alice",
            "properties": {"Account": {"$value": "alice@example.com"}}}
    reply(host, {"authenticatedUser": user}, 200)
    assert mint.verify(host.url, login)[:3] == ("accepted", None, "alice@example.com")
    user["descriptor"] = "System:PublicAccess;aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
    assert mint.verify(host.url, login).outcome == "refused"
    for status in (203, 302, 401):
        reply(host, {}, status, Location="https://spsprodeus24.vssps.visualstudio.com/_signin")
        assert mint.verify(host.url, login).outcome == "refused"


def test_any_host_is_asked_as_git_asks(place, mint):
    host = place("generic")
    host.passwords["alice"] = "hunter2"
    good, bad = Login("alice", "hunter2"), Login("alice", "hunter3")
    assert mint.verify(host.url_of(), good).outcome == "accepted"
    assert mint.verify(host.url_of(), bad).outcome == "refused"
    assert mint.verify(host.url_of("alice/private.git"), good).outcome == "accepted"

    # Everybody may read this one: that says nothing, but not everybody may write.
    assert mint.verify(host.url_of("open/app.git"), good).outcome == "accepted"
    assert mint.verify(host.url_of("open/app.git"), bad).outcome == "refused"

    found = mint.verify(host.url_of("bob/private.git"), good)
    assert found.outcome == "accepted" and found.problem.code == "notFound"
    found = mint.verify(host.url, good)
    assert found.outcome == "unchecked" and "none is named" in found.problem.problem

    token = host.book.give("alice", scopes=("nothing",))
    found = mint.verify(host.url_of(), Login("alice", token))
    assert found.outcome == "refused" and "does not let it read team/app.git" in (
        found.problem.problem)
    token = host.book.give("alice")
    assert mint.verify(host.url_of(), Login("alice", token, "Bearer")).outcome == "accepted"
    host.book.revoke(token)
    assert mint.verify(host.url_of(), Login("alice", token, "Bearer")).outcome == "refused"


def test_a_challenge_tells_the_service(code_hosts, mint):
    host = code_hosts("gitea")
    token = host.book.give("alice")
    login = Login("alice", token)
    assert mint.verify(host.url, login, ['Basic realm="Gitea"']).account == "alice"
    assert mint.verify(host.url, login).outcome == "unchecked"


def test_nobody_can_say(place, mint, home, certificate):
    host = place("gitea")
    login = Login("alice", host.book.give("alice"))
    assert mint.verify(host.url, login).outcome == "accepted"

    for body, status, headers, words in (
            ({}, 503, {}, "cannot say now"), ({}, 429, {}, "cannot say now"),
            ({"a": 1}, 200, {}, "not its API's"), ({}, 404, {}, "not its API's"),
            ({}, 302, {"Location": "https://evil.example/x"}, "evil.example")):
        reply(host, body, status, **headers)
        found = mint.verify(host.url, login)
        assert found.outcome == "unchecked" and words in found.problem.problem

    mint.env = {**home.env, "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
                "GIT_SSL_CAINFO": "/etc/ssl/certs/ca-certificates.crt"}
    found = mint.verify(host.url, login)
    assert found.outcome == "unchecked" and "prove who it is" in found.problem.problem
    host.stop()
    found = mint.verify(host.url, login)
    assert found.outcome == "unchecked" and "cannot be reached" in found.problem.problem


def test_a_redirect_takes_no_login_elsewhere(place, mint, certificate):
    host = place("gitea")
    with Elsewhere(certificate=certificate) as elsewhere:
        reply(host, {}, 302, Location=elsewhere.url)
        found = mint.verify(host.url, Login("alice", host.book.give("alice")))
        assert found.outcome == "unchecked" and elsewhere.host in found.problem.problem
        assert elsewhere.requests == []


EVIL = "a\r\nhost=evil.example\x1b[2J\x00b"


@pytest.mark.parametrize("provider", ["github", "gitlab", "gitea", "bitbucket", "azure", "generic"])
def test_a_hosts_words_are_made_safe(place, mint, provider):
    host = place(provider)
    token = host.book.give("alice")
    values = (EVIL, "x" * 65_536, [EVIL, token, {}], token)
    for value, status in itertools.product(values, (200, 403)):
        fields = ("login", "message", "error", "error_description", "username", "scopes", "scope",
                  "account_id", "expires_at", "resource_owner_id")
        body = {name: value for name in fields} | {"authenticatedUser": {"descriptor": value}}
        reply(host, body, status)
        found = mint.verify(host.url_of(), Login("alice", token))
        texts = [found.account or "", *(found.scopes or []),
                 *((found.problem.problem, found.problem.remedy or "") if found.problem else ())]
        for text in texts:
            assert text.isprintable() and len(text) < 2000 and token[8:] not in text
