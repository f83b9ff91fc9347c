"""What the fake hands sessions out by: botocore, AWS's own client, gets them or is refused."""

import json
import time
from hashlib import sha1

import pytest

from Support.aws_behaviour import body, error, hanging
from Support.aws_moto import REGION
from Support.loopback import Request

TOKEN = "ecr:GetAuthorizationToken"


class TestSSO:
    @pytest.fixture
    def cached(self, tmp_path):
        """The file with the access token, as `aws sso login` leaves it."""
        return tmp_path / f".aws/sso/cache/{sha1(b'office').hexdigest()}.json"

    @pytest.fixture
    def signed_in(self, fake_aws, aws_settings, cached):
        """An environment in which somebody has signed in; keywords change what is cached."""

        def write(ends=3600, **changed):
            environment = aws_settings(
                "[profile it]\nsso_session = office\nsso_account_id = 123456789012\n"
                "sso_role_name = Builder\n[sso-session office]\nsso_region = eu-west-1\n"
                "sso_start_url = https://office.awsapps.example/start\n")
            cached.parent.mkdir(parents=True, exist_ok=True)
            cached.write_text(json.dumps({
                "startUrl": "https://office.awsapps.example/start", "region": "eu-west-1",
                "accessToken": fake_aws.sso_token, "expiresAt": _iso(ends),
                "clientId": fake_aws.sso_client, "clientSecret": fake_aws.sso_client_secret,
                "registrationExpiresAt": _iso(86400),
                "refreshToken": fake_aws.sso_refresh_token, **changed}))
            return fake_aws.environment(environment)

        return write

    def test_gives_the_credentials_of_a_role(self, fake_aws, aws_token, signed_in):
        assert aws_token(signed_in())[0].startswith("token-1-of-ASIA")
        assert fake_aws.counts() == {"sso:GetRoleCredentials": 1, TOKEN: 1}
        assert aws_token(signed_in(accessToken="old")) == "UnauthorizedSSOTokenError"
        environment = signed_in()
        fake_aws.sso_role = "Other"
        assert aws_token(environment) == "ForbiddenException"

    def test_refreshes_once_for_each_refresh_token(self, fake_aws, aws_token, signed_in, cached):
        spent = fake_aws.sso_refresh_token
        assert isinstance(aws_token(signed_in(ends=-60)), tuple)
        assert fake_aws.counts() == {
            "sso-oidc:CreateToken": 1, "sso:GetRoleCredentials": 1, TOKEN: 1}
        kept = json.loads(cached.read_text())
        assert kept["accessToken"] == fake_aws.sso_token
        assert kept["refreshToken"] == fake_aws.sso_refresh_token != spent
        assert aws_token(signed_in(ends=-60, refreshToken=spent)) == "TokenRetrievalError"

    @pytest.mark.parametrize("changed, code", [
        ({"grantType": "password"}, "UnsupportedGrantTypeException"),
        ({"clientSecret": "another"}, "InvalidClientException"),
        ({"refreshToken": "another"}, "InvalidGrantException"),
        ({}, None),
    ])
    def test_refuses_as_aws_does(self, fake_aws, reference, changed, code):
        answer = reference.call("sso-oidc", "CreateToken", {
            "clientId": fake_aws.sso_client, "clientSecret": fake_aws.sso_client_secret,
            "grantType": "refresh_token", "refreshToken": fake_aws.sso_refresh_token, **changed,
        }, endpoint=fake_aws.url, region=REGION)
        assert answer.get("error") == code


class TestContainer:
    def test_gives_a_session(self, fake_aws, aws_token):
        environment = {
            **fake_aws.environment({}),
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path}
        assert aws_token(environment)[0].startswith("token-1-of-ASIA")
        assert fake_aws.counts() == {"container:GetCredentials": 1, TOKEN: 1}
        fake_aws.container_path = "/moved"
        assert aws_token(environment) == "CredentialRetrievalError"

    def test_wants_its_authorization(self, fake_aws, reference, tmp_path):
        fake_aws.container_token = "Bearer right"
        document = tmp_path / "token"
        document.write_text("Bearer right")
        where = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path}

        def ask(**more):
            return reference.credentials(environment={**where, **more})
        right = ask(AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer right")
        assert right["value"]["method"] == "container-role"
        assert ask(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(document))["ok"]
        assert not ask(AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer wrong")["ok"]
        assert not ask()["ok"]

    @pytest.mark.parametrize("variable, value", [
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ""),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]"),
    ])
    def test_has_the_addresses_of_ecs_and_eks(
            self, fake_aws, reference, metadata_network, variable, value):
        environment = {variable: value + fake_aws.container_path}
        found = reference.credentials(environment=environment, within=metadata_network.within)
        assert found["value"]["method"] == "container-role"
        assert found["value"]["AccessKeyId"].startswith("ASIA")


class TestMetadata:
    """EC2's metadata service, of which version 2 alone is answered."""

    def _environment(self, fake_aws):
        return {
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake_aws.url}

    def test_gives_a_session(self, fake_aws, reference, aws_token):
        environment = self._environment(fake_aws)
        found = reference.credentials(environment=environment)
        assert found["value"]["method"] == "iam-role"
        assert fake_aws.counts() == {
            "imds:GetToken": 1, "imds:ListRoles": 1, "imds:GetRoleCredentials": 1}
        assert isinstance(aws_token(fake_aws.environment(environment)), tuple)

    @pytest.mark.parametrize("fault", [
        lambda fake: setattr(fake, "imds_role", None),
        lambda fake: setattr(fake, "imds_problem", ("AssumeRoleUnauthorizedAccess", "It cannot.")),
        lambda fake: fake.on("imds:GetToken", body(b"another", "text/plain")),
        lambda fake: fake.on("imds:ListRoles", hanging),
        lambda fake: fake.on("imds:GetRoleCredentials", error("Unavailable", "later", 503)),
    ])
    def test_has_nothing(self, fake_aws, reference, fault):
        environment = self._environment(fake_aws)
        assert reference.credentials(environment=environment)["value"]
        fault(fake_aws)
        assert reference.credentials(environment=environment) == {"ok": True, "value": None}

    def test_is_at_its_address(self, fake_aws, reference, metadata_network):
        for mode in ("IPv4", "IPv6"):
            environment = {
                "AWS_EC2_METADATA_DISABLED": "false",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": mode}
            found = reference.credentials(
                environment=environment, within=metadata_network.within)
            assert found["value"]["method"] == "iam-role"

    @pytest.mark.parametrize("headers, status", [
        ({"X-aws-ec2-metadata-token-ttl-seconds": "60"}, 200),
        ({"X-aws-ec2-metadata-token-ttl-seconds": "60", "X-Forwarded-For": "10.0.0.1"}, 403),
        ({"X-aws-ec2-metadata-token-ttl-seconds": "99999"}, 400),
        ({}, 400),
    ])
    def test_gives_tokens_to_who_asks_rightly(self, fake_aws, headers, status):
        assert fake_aws.ask(Request("PUT", "/latest/api/token", headers))[0] == status
        assert fake_aws.ask(Request("GET", "/latest/api/token", headers))[0] == 405

    def test_answers_to_its_tokens_alone(self, fake_aws):
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        given = fake_aws.ask(Request("PUT", "/latest/api/token", ttl))[1].decode()
        for token, status in ((given, 200), (given[::-1], 401), (None, 401)):
            headers = {"X-aws-ec2-metadata-token": token} if token else {}
            answer = fake_aws.ask(Request("GET", "/latest/meta-data/placement/region", headers))
            assert answer[0] == status

    def test_says_that_there_is_no_role(self, fake_aws):
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        token = fake_aws.ask(Request("PUT", "/latest/api/token", ttl))[1].decode()
        roles = Request("GET", "/latest/meta-data/iam/security-credentials/",
                        {"X-aws-ec2-metadata-token": token})
        assert fake_aws.ask(roles)[:2] == (200, b"builder")
        fake_aws.imds_role = None
        assert fake_aws.ask(roles)[0] == 404


def _iso(ahead):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))
