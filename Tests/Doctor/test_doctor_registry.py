"""Broken logins at registries: each names its cause, and is well once that is mended."""

import base64
import json

import pytest

from Support import ALICE, BOB, Account
from Support.loopback import Reply, as_json

WRONG = Account("alice", "not-her-password")


def test_a_wrong_password(patient, registry):
    address = f"registry:{registry.host}"
    patient.stores(address, ALICE)
    good = patient.asks(address)
    assert good.is_well
    assert good.of("login", "good") == [f"{registry.host} accepts the login"]
    patient.does("remove", "mine", "--yes")
    patient.stores(address, WRONG)
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause == (
        f"{registry.host} refuses the login: HTTP 401 (authentication required)")
    assert "check user name and password" in bad.remedy
    code, text = patient.reads(address)
    assert code == 1
    lines = text.splitlines()
    assert lines[0] == f"registry {registry.host}, outside any scope"
    assert f"  BAD   login       {bad.cause}" in lines
    assert lines[-2:] == [f"most likely cause: {bad.cause}", f"  do: {bad.remedy}"]


def test_a_token_server_that_refuses(patient, signing_registry):
    address, tokens = f"registry:{signing_registry.host}", signing_registry.tokens
    patient.stores(address, ALICE)
    good = patient.asks(address)
    assert good.is_well
    assert good.of("login", "good") == [f"its token server, {tokens.host}, accepts the login"]
    asked = tokens.requests[-1]
    assert asked.query == {"service": "bed", "account": "alice"}
    patient.does("edit", "mine", "--stdin", input=WRONG.password)
    patient.keeps(WRONG.password)
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause == (
        f"its token server, {tokens.host}, refuses the login: HTTP 401 (who is that?)")


def test_a_token_server_that_gives_anybody_a_token(patient, signing_registry):
    address, tokens = f"registry:{signing_registry.host}", signing_registry.tokens
    patient.stores(address, WRONG)
    tokens.is_open = True
    try:
        bad = patient.asks(address)
    finally:
        tokens.is_open = False
    # Without a login one gets in; that one is refused all the same.
    assert any("gives anybody a token" in text for text in bad.of("token server", "good"))
    assert (bad.code, bad.state) == (1, "bad")
    assert "refuses the login: HTTP 401" in bad.cause


def test_a_token_server_that_passes_over_logins(patient, scripted_registry):
    host, token = scripted_registry.host, scripted_registry.token
    patient.stores(f"registry:{host}", WRONG)
    scripted_registry.tamper = lambda request, reply: (
        as_json({"token": token}) if request.path == "/token" else reply)
    found = patient.asks(f"registry:{host}")
    assert (found.code, found.state) == (0, "doubtful"), found
    assert found.cause == (
        f"nobody can say whether its token server, {host}, accepts the login: it gives anybody a "
        "token")
    assert found.of("login", "good") == []
    answer = patient.home.keyfob(
        "login", f"registry:{host}", "--username", "alice", "--token-stdin", input="whatever\n")
    assert (answer.code, b"nobody can say whether" in answer.err) == (0, True), answer


def test_a_token_server_that_knows_logins_and_others(patient, scripted_registry):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    # It refuses what is made up, so what it takes is good.
    scripted_registry.tamper = lambda request, reply: (
        as_json({"token": scripted_registry.token})
        if request.path == "/token" and "Authorization" not in request.headers else reply)
    good = patient.asks(address)
    assert good.is_well and any("anybody a token" in text for text in good.of("token server"))
    names = [each.query.get("account") for each in scripted_registry.requests
             if each.path == "/token"]
    assert names[:2] == [None, "alice"] and names[2].startswith("keyfob-"), names
    # What its tokens grant tells it as well, and nothing is made up.
    anybodys = unsigned({"sub": "", "access": []})
    scripted_registry.token = unsigned({"sub": "4711", "access": []})
    scripted_registry.requests.clear()
    scripted_registry.tamper = lambda request, reply: (
        as_json({"token": anybodys})
        if request.path == "/token" and "Authorization" not in request.headers else reply)
    assert patient.asks(address).is_well
    assert len([each for each in scripted_registry.requests if each.path == "/token"]) == 2


def test_a_right_that_is_missing(patient, signing_registry):
    host = signing_registry.host
    patient.stores(f"registry:{host}", ALICE)
    good = patient.asks(f"registry:{host}/team/app")
    assert good.code == 0
    assert good.of("scopes") == ["repository:team/app:pull"]
    assert signing_registry.tokens.requests[-1].query["scope"] == "repository:team/app:pull"
    bad = patient.asks(f"registry:{host}/team/secret")
    assert bad.of("login", "good"), bad
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause.startswith("the login is good, but may not pull from team/secret: HTTP 401")


def test_an_identity_token(patient, signing_registry):
    address, tokens = f"registry:{signing_registry.host}", signing_registry.tokens
    tokens.identity_tokens = {"idtoken-that-is-good"}
    patient.stores(address, Account("<token>", "idtoken-that-is-good"))
    assert patient.asks(address).is_well
    form = tokens.requests[-1].form
    assert (form["grant_type"], form["service"]) == ("refresh_token", "bed")
    tokens.identity_tokens = set()
    assert "refuses the login" in patient.asks(address).cause


def test_tokens_that_the_registry_does_not_take(patient, scripted_registry):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    assert patient.asks(address).is_well
    scripted_registry.tamper = lambda request, reply: (
        as_json({"token": "another"}) if request.path == "/token" and reply.status == 200
        else reply)
    bad = patient.asks(address)
    assert bad.code == 1
    assert "accepts the login, but " in bad.cause and "does not take its tokens" in bad.cause


@pytest.mark.parametrize("realm, problem", [
    ("http://10.1.2.3/token", "is not HTTPS"),
    ("https://169.254.169.254/token", "is at 169.254.169.254"),
    ("https://user:word@example.com/token", "is no URL"),
    ("https://example.com/\x1b[2Jtoken", "is no URL"),
    ("ftp://example.com/token", "is no URL"),
    ("", "is no URL"),
])
def test_a_realm_that_no_login_goes_to(patient, scripted_registry, realm, problem):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    scripted_registry.realm = realm
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause.startswith(f"the registry's token server {problem}"), bad
    assert "\x1b" not in bad.cause
    assert scripted_registry.logins == []


def test_a_token_server_elsewhere_that_is_no_trouble(patient, scripted_registry, elsewhere):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    # A registry of this machine's may name another server of it: its token is what is wrong.
    scripted_registry.realm = f"{elsewhere.url}/token"
    assert patient.asks(address).cause == (
        f"its token server, {elsewhere.host}, answers without a token")
    assert len(elsewhere.requests) == 2


def test_a_redirect_is_named_and_not_followed(patient, scripted_registry, elsewhere):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    scripted_registry.tamper = lambda request, reply: (
        Reply(307, b"", {"Location": f"{elsewhere.url}/{ALICE.password}"})
        if request.path == "/token" else reply)
    bad = patient.asks(address)
    assert bad.code == 1
    assert f"redirects to {elsewhere.host}: HTTP 307" in bad.cause
    assert elsewhere.requests == []


def test_a_registry_that_lets_anybody_in(patient, scripted_registry):
    address = f"registry:{scripted_registry.host}"
    scripted_registry.is_open = True
    nothing = patient.asks(address)
    assert (nothing.code, nothing.state) == (0, "doubtful")
    assert nothing.cause.endswith("; to read, nothing is needed")
    patient.stores(address, WRONG)
    found = patient.asks(address)
    assert (found.code, found.state) == (0, "doubtful")
    assert found.cause == (
        f"nobody can say whether {scripted_registry.host} accepts the login: it lets in whoever "
        "comes")
    assert any("proves nothing of a login" in text for text in found.of("challenge"))
    scripted_registry.is_open = False
    assert patient.asks(address).code == 1


def test_a_host_that_shows_what_was_sent_to_it(patient, scripted_registry):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, BOB)
    scripted_registry.tamper = lambda request, reply: as_json(
        {"message": f"{request.headers.get('Authorization', '')} is {BOB.password}"},
        reply.status, **{k: v for k, v in reply.headers.items() if k != "Content-Type"})
    bad = patient.asks(address)
    assert bad.cause == (
        f"its token server, {scripted_registry.host}, refuses the login: HTTP 401")


def test_a_token_that_shows_what_it_was_given_for(patient, scripted_registry):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)

    def token_of(subject):
        return unsigned({"sub": subject, "access": [
            {"type": "repository", "name": subject, "actions": ["pull"]}]})

    scripted_registry.token = token_of("somebody")
    assert patient.asks(address).of("scopes") == ["repository:somebody:pull"]
    scripted_registry.token = token_of(ALICE.password)
    found = patient.asks(address)
    assert found.is_well and found.of("scopes") == []


def unsigned(claims):
    """A JWT that nobody signed."""
    parts = ({"alg": "none"}, claims, {})
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in parts)


def test_other_states_of_a_registry(patient, scripted_registry, git_server):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    for status, problem in [
        (429, "was asked too often"), (503, "is out of order"), (403, "denies access"),
    ]:
        scripted_registry.tamper = lambda request, reply: as_json({}, status)
        bad = patient.asks(address)
        assert (bad.code, problem in bad.cause) == (1, True), bad
    scripted_registry.tamper = lambda request, reply: reply
    assert patient.asks(address).is_well
    # What is no registry at all.
    assert patient.asks(f"registry:{git_server.host}").of("connection", "bad") == [
        f"{git_server.host} is no registry: /v2/ is not there (HTTP 404)"]


def test_a_host_that_wants_a_login_for_whatever_is_asked(patient, scripted_registry):
    """Nobody said whether it is a registry: what it answers has to say so."""
    basic = {"WWW-Authenticate": 'Basic realm="all"'}
    host = scripted_registry.host

    def told():
        answer = patient.home.keyfob("doctor", host)
        assert answer.code == 1, answer
        return answer.err.decode()

    scripted_registry.tamper = lambda request, reply: Reply(401, b"log in", basic)
    assert f"{host} is no registry: this is about git:{host}" in told()
    scripted_registry.tamper = lambda request, reply: Reply(
        401, b"log in", {**basic, "Docker-Distribution-Api-Version": "registry/2.0"})
    assert f"{host} answers as a registry: this is about registry:{host}" in told()
    scripted_registry.tamper = lambda request, reply: as_json(
        {"errors": [{"code": "UNAUTHORIZED", "message": "log in"}]}, 401, **basic)
    assert f"{host} answers as a registry" in told()
    # Whoever says that it is one is believed.
    patient.stores(f"registry:{host}", ALICE)
    scripted_registry.tamper = lambda request, reply: Reply(401, b"log in", basic)
    found = patient.asks(f"registry:{host}")
    assert found.of("challenge", "good") and "refuses the login" in found.cause
