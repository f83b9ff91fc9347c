"""Whoever changes what decides whose token it is gets that one's token, never the one before."""

import re
from pathlib import Path

import pytest

from Support.aws_fake import FakeAWS
from Support.aws_moto import ACCOUNT, ECR_HOST
from Support.ecr_user import TOKEN, ECRUser

SOURCE = Path(__file__).parents[2] / "Sources/Tokens/AWSVariable.swift"
#: A value for each variable that is read, one that nothing else in these tests uses.
CHANGED = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7NOBODYS",
    "AWS_SECRET_ACCESS_KEY": "another",
    "AWS_SESSION_TOKEN": "another",
    "AWS_SECURITY_TOKEN": "another",
    "AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00Z",
    "AWS_PROFILE": "default",
    "AWS_DEFAULT_PROFILE": "default",
    "AWS_REGION": "us-west-2",
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token",
    "AWS_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/another",
    "AWS_ROLE_SESSION_NAME": "another",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/another",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/another",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "another",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nowhere/token",
    "AWS_EC2_METADATA_DISABLED": "TRUE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_ECR_PUBLIC": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:9",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
    "AWS_USE_FIPS_ENDPOINT": "false",
    "AWS_USE_DUALSTACK_ENDPOINT": "false",
    "AWS_STS_REGIONAL_ENDPOINTS": "regional",
    "AWS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt",
}
#: Those with which AWS cannot be asked, or does not know whoever asks.
REFUSED = {
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECR"}


@pytest.fixture
def user(home, fake_aws):
    return ECRUser(home, fake_aws)


@pytest.fixture
def other_aws():
    with FakeAWS() as server:
        yield server


class Files:
    """AWS's files in a home, in which two keys of the fake's are profiles: `one` and `other`."""

    def __init__(self, user):
        self._user = user
        for name in user.aws.key.environment:
            del user.home.env[name]
        self.one, self.other = user.aws.key, user.aws.add_key()
        self._folder = user.home.path / ".aws"
        self._folder.mkdir()
        self.write("credentials", self.profile("one", self.one),
                   self.profile("other", self.other))

    def write(self, name, *sections):
        path = self._folder / name
        path.write_text("".join(sections))
        return path

    def profile(self, name, key):
        return (f"[{name}]\naws_access_key_id = {key.id}\n"
                f"aws_secret_access_key = {key.secret}\n")


@pytest.fixture
def files(user):
    return Files(user)


class TestVariables:
    def test_are_all_those_that_are_read(self):
        cases = re.findall(r'^ *case \w+ = "(\w+)"$', SOURCE.read_text(), re.MULTILINE)
        assert cases == list(CHANGED)

    @pytest.mark.parametrize("name", CHANGED)
    def test_each_makes_another_token(self, user, name):
        user.home.configure("[aws]\n\ttimeout = 2\n")
        assert user.has(1)
        changed = {name: CHANGED[name]}
        if name in REFUSED:
            answer = user.get(**changed)
            assert answer.code == 1 and b"token-" not in answer.out, answer
        else:
            assert user.has(2, **changed)
            assert user.has(2, **changed)
        calls = user.calls
        assert user.has(1) and user.calls == calls

    @pytest.mark.parametrize("name", ["HOME", "AWS_MAX_ATTEMPTS", "PWD"])
    def test_others_do_not(self, user, tmp_path, name):
        """The control, but for HOME: another one has other files."""
        assert user.has(1)
        assert user.has(2 if name == "HOME" else 1, **{name: str(tmp_path / "tmp")})

    def test_a_key_makes_its_own_token(self, user):
        other = user.aws.add_key()
        assert user.has(1)
        assert user.has(2, key=other, **other.environment)
        assert user.has(1) and user.has(2, key=other, **other.environment)
        assert user.calls == 2

    def test_an_endpoint_makes_its_own_token(self, user, other_aws):
        assert user.has(1)
        there = other_aws.environment()
        assert user.has(1, key=other_aws.key, **there)
        assert user.has(1) and user.has(1, key=other_aws.key, **there)
        assert (user.calls, other_aws.count(TOKEN)) == (1, 1)

    def test_a_session_makes_its_own_token(self, user):
        sessions = [user.aws.add_key(lifetime=3600) for _ in range(2)]
        for number, key in enumerate(sessions, 1):
            assert user.has(number, key=key, **key.environment)
        for number, key in enumerate(sessions, 1):
            assert user.has(number, key=key, **key.environment)
        assert user.calls == 2


class TestProfiles:
    def test_each_makes_its_own_token(self, user, files):
        assert user.has(1, key=files.one, AWS_PROFILE="one")
        assert user.has(2, key=files.other, AWS_PROFILE="other")
        assert user.has(1, key=files.one, AWS_PROFILE="one")
        assert user.has(2, key=files.other, AWS_PROFILE="other")
        assert user.calls == 2

    def test_named_by_our_own_configuration(self, user, files):
        user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = one\n')
        assert user.has(1, key=files.one)
        user.home.configure(f'[aws "{ECR_HOST}"]\n\tprofile = other\n')
        assert user.has(2, key=files.other)
        user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = one\n')
        assert user.has(1, key=files.one) and user.calls == 2

    def test_another_key_in_the_same_profile(self, user, files):
        user.home.env["AWS_PROFILE"] = "it"
        files.write("credentials", files.profile("it", files.one))
        assert user.has(1, key=files.one)
        files.write("credentials", files.profile("it", files.other))
        assert user.has(2, key=files.other)
        assert user.has(2, key=files.other) and user.calls == 2
        files.write("credentials", files.profile("it", files.one))
        assert user.has(3, key=files.one)

    @pytest.mark.parametrize("name", ["config", "credentials"])
    def test_a_byte_of_a_file(self, user, files, name):
        user.home.env["AWS_PROFILE"] = "one"
        config = files.write("config", "[profile one]\nregion = eu-west-1\n")
        assert user.has(1, key=files.one)
        path = config.with_name(name)
        kept = path.read_bytes()
        path.write_bytes(kept + b"#")
        assert user.has(2, key=files.one)
        path.write_bytes(kept + b";")
        assert user.has(3, key=files.one)
        path.touch()
        assert user.has(3, key=files.one) and user.calls == 3

    @pytest.mark.parametrize("name", ["config", "credentials"])
    def test_a_file_that_comes_or_goes(self, user, files, name):
        user.home.env["AWS_PROFILE"] = "one"
        there = files.write("config", "[profile one]\nregion = eu-west-1\n").with_name(name)
        away = there.with_name("away")
        files.write("credentials", files.profile("one", files.one))
        assert user.has(1, key=files.one)
        there.rename(away)
        answer = user.get()
        assert b"token-1-" not in answer.out
        assert (answer.code, user.calls) == ((1, 1) if name == "credentials" else (0, 2))
        away.rename(there)
        calls = user.calls
        # Nobody wrote over the first token where there was no other.
        assert user.has(1 if name == "credentials" else 3, key=files.one)
        assert user.calls == (calls if name == "credentials" else 3)

    def test_the_output_of_a_program_is_asked_for_when_a_token_is_made(self, user, files):
        """It may say something else each time: what decides is the file that names it."""
        user.home.env["AWS_PROFILE"] = "it"
        for number, key in enumerate((files.one, files.other), 1):
            answer = (f'{{"Version": 1, "AccessKeyId": "{key.id}", '
                      f'"SecretAccessKey": "{key.secret}"}}')
            program = user.home.root / f"program-{number}"
            program.write_text(f"#!/bin/sh\necho '{answer}'\n")
            program.chmod(0o755)
            files.write("config", f"[profile it]\ncredential_process = {program}\n")
            assert user.has(number, key=key)
            assert user.has(number, key=key) and user.calls == number


class TestWebIdentity:
    @pytest.fixture
    def web(self, home, moto, aws_proxy):
        token = home.root / "web-identity"
        token.write_text(aws_proxy.web_identity)
        home.env.update(aws_proxy.environment({
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": moto.deployer.arn}))
        return token

    @staticmethod
    def get(home, **env):
        answer = home.docker("get", ECR_HOST, **env)
        assert answer.err == b"", answer
        return answer

    def test_a_role_makes_its_own_token(self, home, moto, aws_proxy, web):
        first = self.get(home)
        second = self.get(home, AWS_ROLE_ARN=moto.chained.arn)
        assert b"token-1-of-" in first.out and b"token-2-of-" in second.out
        assert self.get(home) == first
        assert self.get(home, AWS_ROLE_ARN=moto.chained.arn) == second
        powerless = self.get(home, AWS_ROLE_ARN=moto.powerless.arn)
        assert powerless.code == 1 and b"AccessDenied" in powerless.out
        assert aws_proxy.count("sts:AssumeRoleWithWebIdentity") == 3

    def test_a_byte_of_the_token_file(self, home, aws_proxy, web):
        assert b"token-1-of-" in self.get(home).out
        web.write_text(aws_proxy.web_identity[:-1])
        refused = self.get(home)
        assert refused.code == 1 and b"InvalidIdentityToken" in refused.out
        # A new one, such as a cluster writes from time to time.
        aws_proxy.web_identity = "another-web-identity"
        web.write_text(aws_proxy.web_identity)
        assert b"token-2-of-" in self.get(home).out

    def test_another_token_file(self, home, aws_proxy, web):
        first = self.get(home)
        other = web.with_name("other")
        other.write_text(aws_proxy.web_identity)
        assert b"token-2-of-" in self.get(home, AWS_WEB_IDENTITY_TOKEN_FILE=str(other)).out
        assert self.get(home) == first


class TestContainers:
    @pytest.fixture
    def container(self, user):
        for name in user.aws.key.environment:
            del user.home.env[name]
        user.home.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = (
            user.aws.url + user.aws.container_path)
        return user

    def test_another_one_makes_its_own_token(self, container, other_aws):
        first = container.get()
        assert b"token-1-of-ASIA" in first.out
        there = other_aws.url + other_aws.container_path
        # The other container's keys are nobody's here.
        other = container.get(AWS_CONTAINER_CREDENTIALS_FULL_URI=there)
        assert other.code == 1 and b"UnrecognizedClientException" in other.out
        assert container.get() == first
        gone = container.get(AWS_CONTAINER_CREDENTIALS_FULL_URI=container.aws.url + "/v2/another")
        assert gone.code == 1 and b"token-" not in gone.out
        assert container.get() == first

    def test_a_byte_of_its_authorization(self, container):
        aws, home = container.aws, container.home
        file = home.root / "authorization"
        file.write_text("first")
        home.env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = str(file)
        aws.container_token = "first"
        assert b"token-1-of-ASIA" in container.get().out
        file.write_text("First")
        refused = container.get()
        assert refused.code == 1 and b"token-" not in refused.out
        aws.container_token = "First"
        assert b"token-2-of-ASIA" in container.get().out
