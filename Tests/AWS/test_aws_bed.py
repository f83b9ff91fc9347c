"""What stands for AWS in the tests is itself tested, with AWS's own client: botocore.

Each part must let botocore in where AWS would, and keep it out where AWS would.
"""

import base64
import json
import time
from datetime import datetime, timezone

import pytest

from Support.aws_behaviour import error
from Support.aws_fake import FakeAWS
from Support.aws_moto import ECR_HOST, REGION
from Support.ecr_login_peer import ECRLoginPeer
from Support.loopback import Request
from Support.processes import SYSTEM_PATH, finish, required
from Support.token_registry import TokenRegistry

TOKEN = "ecr:GetAuthorizationToken"


@pytest.fixture
def assume(reference, moto, aws_proxy):
    """Assumes a role as the builder: the environment of its session, or the error."""

    def ask(role, **parameters):
        answer = reference.call(
            "sts", "AssumeRole", {"RoleArn": role.arn, "RoleSessionName": "bed", **parameters},
            environment=moto.builder.environment, region=REGION, endpoint=aws_proxy.url)
        return _session(answer["value"]["Credentials"]) if answer["ok"] else answer["error"]

    return ask


def _session(keys):
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SESSION_TOKEN": keys["SessionToken"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}


class TestMoto:
    def test_knows_who_may_get_a_token(self, moto, aws_proxy, aws_token):
        before = time.time()
        password, ends = aws_token(aws_proxy.environment(moto.builder.environment))
        assert password == f"token-1-of-{moto.builder.key_id}"
        assert before + 12 * 3600 <= ends <= time.time() + 12 * 3600
        assert aws_token(aws_proxy.environment(moto.stranger.environment)) == "AccessDenied"
        assert aws_proxy.count(TOKEN) == 2

    def test_alone_gives_tokens_that_ended_long_ago(self, moto, aws_token):
        alone = {**moto.builder.environment, "AWS_ENDPOINT_URL": moto.url}
        assert aws_token(alone) == ("123456789012-auth-token", 1420070400)

    @pytest.mark.parametrize("changed, refusal", [
        ({"AWS_SECRET_ACCESS_KEY": "another"}, "SignatureDoesNotMatch"),
        ({"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7NOBODYS"}, "InvalidClientTokenId"),
        ({"AWS_SESSION_TOKEN": "made-up"}, "InvalidClientTokenId"),
    ])
    def test_checks_keys(self, moto, aws_proxy, aws_token, changed, refusal):
        environment = aws_proxy.environment(moto.builder.environment)
        assert isinstance(aws_token(environment), tuple)
        assert aws_token({**environment, **changed}) == refusal

    def test_checks_who_assumes_a_role(self, moto, aws_proxy, aws_token, assume):
        session = assume(moto.deployer)
        assert isinstance(aws_token(aws_proxy.environment(session)), tuple)
        changed = {**session, "AWS_SESSION_TOKEN": session["AWS_SESSION_TOKEN"][::-1]}
        assert aws_token(aws_proxy.environment(changed)) == "InvalidClientTokenId"
        assert assume(moto.closed) == "AccessDenied"
        assert aws_token(aws_proxy.environment(assume(moto.powerless))) == "AccessDenied"
        assert aws_proxy.count("sts:AssumeRole") == 3

    def test_lets_roles_follow_roles(self, moto, aws_proxy, aws_token, aws_settings):
        text = (
            f"[profile it]\nrole_arn = {moto.chained.arn}\nsource_profile = middle\n"
            f"[profile middle]\nrole_arn = {{}}\nsource_profile = user\n[profile user]\n"
            f"aws_access_key_id = {moto.builder.key_id}\n"
            f"aws_secret_access_key = {moto.builder.secret}\n")
        environment = aws_proxy.environment(aws_settings(text.format(moto.deployer.arn)))
        assert isinstance(aws_token(environment), tuple)
        assert aws_proxy.count("sts:AssumeRole") == 2
        aws_settings(text.format(moto.closed.arn))
        assert aws_token(environment) == "AccessDenied"


class TestProxy:
    def test_gives_tokens_as_it_is_told(self, moto, aws_proxy, aws_token):
        aws_proxy.password, aws_proxy.lifetime = "chosen", -60
        password, ends = aws_token(aws_proxy.environment(moto.second.environment))
        assert password == "chosen" and time.time() - 70 < ends < time.time() - 50

    def test_wants_the_code_of_a_mfa_device(self, moto, aws_proxy, assume):
        device = "arn:aws:iam::123456789012:mfa/builder"
        aws_proxy.wanted[moto.deployer.arn] = {"SerialNumber": device, "TokenCode": "314159"}
        assert isinstance(assume(moto.deployer, SerialNumber=device, TokenCode="314159"), dict)
        assert assume(moto.deployer, SerialNumber=device, TokenCode="271828") == "AccessDenied"
        assert assume(moto.deployer) == "AccessDenied"

    def test_wants_an_external_id(self, moto, aws_proxy, assume):
        aws_proxy.wanted[moto.deployer.arn] = {"ExternalId": "ours"}
        assert isinstance(assume(moto.deployer, ExternalId="ours"), dict)
        assert assume(moto.deployer, ExternalId="yours") == "AccessDenied"
        assert assume(moto.deployer) == "AccessDenied"

    def test_knows_one_web_identity(self, moto, aws_proxy, aws_token, tmp_path):
        document = tmp_path / "token"
        environment = aws_proxy.environment({
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(document), "AWS_ROLE_ARN": moto.deployer.arn,
            "AWS_ROLE_SESSION_NAME": "bed"})
        document.write_text(aws_proxy.web_identity)
        assert isinstance(aws_token(environment), tuple)
        [asked] = aws_proxy.requests("sts:AssumeRoleWithWebIdentity")
        assert "Authorization" not in asked.headers
        document.write_text("somebody-else")
        assert aws_token(environment) == "InvalidIdentityToken"

    def test_serves_the_keys_of_a_process(self, moto, aws_proxy, aws_token, aws_settings, tmp_path):
        keys = tmp_path / "keys"
        keys.write_text(json.dumps({
            "Version": 1, "AccessKeyId": moto.builder.key_id,
            "SecretAccessKey": moto.builder.secret}))
        environment = aws_proxy.environment(
            aws_settings(f"[profile it]\ncredential_process = cat {keys}\n"))
        assert isinstance(aws_token(environment), tuple)
        keys.unlink()
        assert aws_token(environment) == "CredentialRetrievalError"

    def test_goes_wrong_by_action(self, moto, aws_proxy, aws_token, assume):
        environment = aws_proxy.environment(moto.builder.environment)
        aws_proxy.on("sts:AssumeRole", error("ExpiredToken"))
        assert assume(moto.deployer) == "ExpiredToken"
        assert isinstance(aws_token(environment), tuple)
        aws_proxy.on("sts:AssumeRole", None)
        aws_proxy.on(TOKEN, error("ThrottlingException"))
        assert isinstance(assume(moto.deployer), dict)
        assert aws_token(environment) == "ThrottlingException"

    def test_is_gone_when_it_is_stopped(self, moto, aws_proxy, aws_token):
        environment = aws_proxy.environment(moto.builder.environment)
        assert isinstance(aws_token(environment), tuple)
        aws_proxy.stop()
        assert aws_token(environment) == "EndpointConnectionError"


class TestFakeRegistry:
    def test_gives_a_token(self, fake_aws, aws_token, reference):
        password, ends = aws_token(fake_aws.environment())
        assert password == f"token-1-of-{fake_aws.key.id}"
        assert abs(ends - time.time() - 12 * 3600) < 30
        fake_aws.password, fake_aws.lifetime = "chosen", 600
        password, ends = aws_token(fake_aws.environment())
        assert password == "chosen" and abs(ends - time.time() - 600) < 30

    def test_names_the_registries(self, fake_aws, reference):
        accounts = ["111111111111", "222222222222"]
        answer = reference.call(
            "ecr", "GetAuthorizationToken", {"registryIds": accounts}, region="us-east-2",
            environment=fake_aws.environment())
        assert [each["proxyEndpoint"] for each in answer["value"]["authorizationData"]] == [
            f"https://{account}.dkr.ecr.us-east-2.amazonaws.com" for account in accounts]

    @pytest.mark.parametrize("service, region", [("ecr", REGION), ("ecr-public", "us-east-1")])
    def test_checks_keys(self, fake_aws, aws_token, service, region):
        where = {"service": service, "region": region}
        environment = fake_aws.environment()
        assert isinstance(aws_token(environment, **where), tuple)
        wrong = {**environment, "AWS_SECRET_ACCESS_KEY": "another"}
        assert aws_token(wrong, **where) == "InvalidSignatureException"
        unknown = {**environment, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7NOBODYS"}
        assert aws_token(unknown, **where) == "UnrecognizedClientException"
        bogus = {**environment, "AWS_SESSION_TOKEN": "made-up"}
        assert aws_token(bogus, **where) == "UnrecognizedClientException"
        powerless = {**environment, **fake_aws.add_key(allowed=False).environment}
        assert aws_token(powerless, **where) == "AccessDeniedException"
        assert fake_aws.counts() == {f"{service}:GetAuthorizationToken": 5}

    def test_serves_the_public_registry_from_its_region_alone(self, fake_aws, aws_token):
        public = {"service": "ecr-public"}
        assert isinstance(aws_token(fake_aws.environment(), region="us-east-1", **public), tuple)
        elsewhere = aws_token(fake_aws.environment(), region=REGION, **public)
        assert elsewhere == "InvalidSignatureException"

    def test_checks_sessions(self, fake_aws, aws_token):
        session = {**fake_aws.environment(), **fake_aws.add_key(lifetime=600).environment}
        assert isinstance(aws_token(session), tuple)
        over = {**fake_aws.environment(), **fake_aws.add_key(lifetime=-1).environment}
        assert aws_token(over) == "ExpiredTokenException"
        changed = {**session, "AWS_SESSION_TOKEN": session["AWS_SESSION_TOKEN"][::-1]}
        assert aws_token(changed) == "UnrecognizedClientException"

    @pytest.mark.parametrize("skew, words", [
        (240, None), (-240, None), (360, "Signature expired: "),
        (-360, "Signature not yet current: "), (10 * 365 * 86400, "Signature expired: "),
    ])
    def test_checks_dates_by_its_own_clock(self, fake_aws, reference, skew, words):
        fake_aws.skew = skew
        answer = reference.call(
            "ecr", "GetAuthorizationToken", environment=fake_aws.environment(), region=REGION)
        assert answer["ok"] == (words is None)
        if words:
            assert answer["error"] == "InvalidSignatureException" and answer["status"] == 400
            assert answer["text"].startswith(words)
        dated = fake_aws.ask(Request("GET", "/", {}))[2]["Date"]
        dated = datetime.strptime(dated, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=timezone.utc)
        assert abs(dated.timestamp() - time.time() - skew) < 5

    def test_checks_what_is_signed(self, fake_aws):
        request = fake_aws.token_request()
        assert self._send(fake_aws, request)[0] == 200
        request.body = b'{"registryIds": ["999999999999"]}'
        assert self._send(fake_aws, request) == (400, "InvalidSignatureException")
        request = fake_aws.token_request()
        request.headers["X-Amz-Security-Token"] = "slipped-in"
        assert self._send(fake_aws, request) == (400, "UnrecognizedClientException")
        request = fake_aws.token_request()
        request.headers["X-Amz-Slipped-In"] = "not signed"
        assert self._send(fake_aws, request) == (400, "InvalidSignatureException")
        request = fake_aws.token_request(service="sts")
        assert self._send(fake_aws, request) == (400, "InvalidSignatureException")
        del request.headers["Authorization"]
        assert self._send(fake_aws, request) == (400, "MissingAuthenticationTokenException")
        request.headers["Authorization"] = "AWS4-HMAC-SHA256 nothing"
        assert self._send(fake_aws, request) == (400, "IncompleteSignatureException")

    @staticmethod
    def _send(server, request):
        status, content, _ = server.ask(request)
        return status, json.loads(content).get("__type")


class TestTLS:
    @pytest.mark.parametrize("address, name", [("127.0.0.1", "right"), ("127.0.0.2", "wrong")])
    def test_is_for_one_name(self, certificate, aws_token, address, name):
        with FakeAWS(certificate=certificate, address=address) as server:
            trusting = {**server.environment(), "AWS_CA_BUNDLE": str(certificate.certificate)}
            got = aws_token(trusting)
            assert isinstance(got, tuple) if name == "right" else got == "SSLError"
            assert aws_token(server.environment()) == "SSLError"
            assert server.count(TOKEN) == (name == "right")


class TestTokenRegistry:
    @pytest.mark.parametrize("secure", [False, True])
    def test_lets_one_token_in(self, certificate, tmp_path, secure):
        password = "p" * 2500 + "!"
        where = {"certificate": certificate} if secure else {}
        with TokenRegistry(tmp_path, password=password, **where) as registry:
            def inspect(login):
                return _skopeo(
                    registry, login, tmp_path, certificate.environment() if secure else None)
            assert json.loads(inspect(f"AWS:{password}").out)["RepoTags"] == ["1"]
            assert registry.admitted > 0 and registry.refused == 0
            assert inspect(f"AWS:{password[:-1]}?").code != 0
            assert inspect(f"alice:{password}").code != 0
            assert registry.refused > 0
            registry.password = "another"
            assert inspect("AWS:another").code == 0


def test_peer_answers_from_its_cache(tmp_path):
    peer = ECRLoginPeer(tmp_path)
    answer = peer.get_without_network()
    assert answer.code == 0 and json.loads(answer.out) == {
        "ServerURL": ECR_HOST, "Username": "AWS", "Secret": peer.password}
    assert "Using cached token" in peer.log.read_text()
    peer.cache.unlink()
    peer.environment["AWS_MAX_ATTEMPTS"] = "1"
    assert peer.get_without_network().code == 1


def _skopeo(registry, login, folder, trust):
    logins = folder / "auth.json"
    logins.write_text(json.dumps(
        {"auths": {registry.host: {"auth": base64.b64encode(login.encode()).decode()}}}))
    return finish(
        [required("skopeo"), "inspect", "--authfile", logins,
         *([] if trust else ["--tls-verify=false"]), f"docker://{registry.image}"],
        env={"PATH": SYSTEM_PATH, "HOME": str(folder), **(trust or {})})
