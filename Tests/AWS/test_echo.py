"""A server that sends back what it was sent, or a part of it, in what it says about an error."""

import base64
import hashlib
import json
import os
import time

import pytest

from Support.aws_behaviour import body, error, xml
from Support.loopback import Reply
from refused_user import user  # noqa: F401
from token_user import TOKEN


@pytest.fixture
def session(user, fake_aws):
    """The variables of a session's key."""
    key = fake_aws.add_key(lifetime=3600)
    user.secrets += [key.secret, key.token]
    user.home.env.update(key.environment)
    return key


@pytest.mark.parametrize("part", [
    lambda request: request.headers["Authorization"],
    lambda request: request.headers["Authorization"].split("Signature=")[1],
    lambda request: f"Signature={request.headers['Authorization'].split('=')[-1][:20]}",
    lambda request: request.headers["X-Amz-Security-Token"],
    lambda request: request.headers["X-Amz-Security-Token"][100:120],
    lambda request: "The Canonical String should have been\n'POST\n/\n\nx-amz-security-token:"
    + request.headers["X-Amz-Security-Token"],
], ids=["authorization", "signature", "part-of-it", "session", "part-of-session", "canonical"])
@pytest.mark.parametrize("make", [error, xml])
def test_what_was_sent_is_not_repeated(user, fake_aws, session, part, make):
    sent = []

    def echo(exchange):
        signature = exchange.request.headers["Authorization"].split("Signature=")[1]
        sent.append(signature)
        return make("AccessDenied", part(exchange.request), 400)(exchange)
    fake_aws.on(TOKEN, echo)
    told = user.refusal()
    assert ": AccessDenied; " in told, told
    assert sent and not any(each[:12] in told for each in sent), told
    fake_aws.on(TOKEN, lambda exchange: make(
        "AccessDenied", "Credential=" + session.id, 400)(exchange))
    assert f": AccessDenied (Credential={session.id}); " in user.refusal()


@pytest.mark.parametrize("header", [False, True])
def test_what_was_sent_is_no_code(user, fake_aws, session, header):
    def echo(exchange):
        token = exchange.request.headers["X-Amz-Security-Token"][:64]
        if header:
            return Reply(400, b"{}", {"x-amzn-ErrorType": token})
        return body(json.dumps({"__type": token}).encode(), status=400)(exchange)
    fake_aws.on(TOKEN, echo)
    assert ": HTTP 400; " in user.refusal()


def test_a_containers_token_is_not_repeated(user, fake_aws):
    token = "Bearer " + _secret()
    user.secrets.append(token)
    container = {
        **dict.fromkeys(fake_aws.key.environment),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": token}
    action = "container:GetCredentials"
    for say in (lambda request: request.headers["Authorization"], lambda request: "no"):
        fake_aws.on(action, lambda exchange: body(json.dumps(
            {"code": "AccessDenied", "message": say(exchange.request)}).encode(),
            status=401)(exchange))
        told = user.refusal(**container)
        assert f"the container credential service {fake_aws.host} gave no credentials:" \
            " AccessDenied" in told, told
    assert told.endswith(" AccessDenied (no)"), told
    fake_aws.on(action, None)
    fake_aws.container_token = token
    assert user.token(**container)


def test_a_web_identity_is_not_repeated(user, fake_aws):
    identity = user.home.root / "identity"
    identity.write_text(_secret())
    user.secrets.append(identity.read_text())
    web = {
        **dict.fromkeys(fake_aws.key.environment), "AWS_WEB_IDENTITY_TOKEN_FILE": identity,
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/deployer"}
    for say in (lambda form: form["WebIdentityToken"], lambda form: "no"):
        fake_aws.on("container:GetCredentials", lambda exchange: error(
            "InvalidIdentityToken", say(exchange.request.form))(exchange))
        told = user.refusal(**web)
        assert "InvalidIdentityToken" in told, told
    assert "InvalidIdentityToken (no); " in told, told


@pytest.mark.parametrize("action, secret, code", [
    ("sso:GetRoleCredentials", "sso_token", "ForbiddenException"),
    ("sso-oidc:CreateToken", "sso_client_secret", "InvalidClientException"),
    ("sso-oidc:CreateToken", "sso_refresh_token", "InvalidGrantException"),
])
def test_a_login_is_not_repeated(user, fake_aws, action, secret, code):
    user.secrets += [
        fake_aws.sso_token, fake_aws.sso_client_secret, fake_aws.sso_refresh_token]
    profile = {**dict.fromkeys(fake_aws.key.environment), "AWS_PROFILE": "it"}
    _log_in(user, fake_aws, ends=3600 if action.startswith("sso:") else -60)
    for say in (getattr(fake_aws, secret), "no"):
        fake_aws.on(action, error(code, f"{say} is not known"))
        told = user.refusal(**profile)
        assert f":{action.split(':')[1]} for " in told, told
        assert code in told, told
    assert f": {code} (no is not known)" in told, told
    fake_aws.on(action, None)
    assert user.token(**profile)


def _log_in(user, fake_aws, ends):
    """What `aws sso login` leaves behind."""
    folder = user.home.path / ".aws"
    (folder / "sso/cache").mkdir(parents=True)
    (folder / "config").write_text(
        "[profile it]\nsso_session = office\nsso_account_id = 123456789012\n"
        "sso_role_name = Builder\n[sso-session office]\nsso_region = eu-west-1\n"
        "sso_start_url = https://office.awsapps.example/start\n")
    (folder / f"sso/cache/{hashlib.sha1(b'office').hexdigest()}.json").write_text(json.dumps({
        "accessToken": fake_aws.sso_token, "expiresAt": _iso(ends),
        "clientId": fake_aws.sso_client, "clientSecret": fake_aws.sso_client_secret,
        "registrationExpiresAt": _iso(86400), "refreshToken": fake_aws.sso_refresh_token}))


def _secret():
    return base64.b64encode(os.urandom(90)).decode()


def _iso(ahead):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))
