"""What AWS refuses, or cannot do: the user reads in one line what, to whom, and what to do next.

botocore, AWS's own client, fails in the same places, and gets its token where there is no fault.
"""

import time

import pytest

from Support.aws_behaviour import body, delayed, dropped, error, first, hanging, xml
from refused_user import RefusedUser, user  # noqa: F401
from token_user import TOKEN

ENABLE = "enable the region eu-west-1 for the account"
KEY = "use its current access key: this one was rotated or deleted, or belongs to another AWS" \
      " partition"
LATER = "try again later; https://health.aws.amazon.com tells more"
PERMIT = "allow ecr:GetAuthorizationToken for this identity in IAM"
LOOK_UP = "look this error up in AWS's documentation of ecr:GetAuthorizationToken"
RENEW = "renew these temporary keys: their time is over"
SECRET = "enter the secret access key again: it is not the one of this access key id"
THROTTLED = "too much was asked in a short time; try again later"


@pytest.fixture
def fault(user, fake_aws, aws_token):
    """Has the fake go wrong, after both clients got a token from it; then it counts anew."""

    def arrange(behaviour):
        assert isinstance(aws_token(user.home.env), tuple)
        assert user.token().endswith(fake_aws.key.id)
        user.forget()
        fake_aws.on(TOKEN, behaviour)

    return arrange


@pytest.fixture
def mends(user, fake_aws, aws_token):
    """Nothing stays behind of a fault that is over."""

    def check():
        fake_aws.on(TOKEN, None)
        assert user.token().endswith(fake_aws.key.id)
        assert isinstance(aws_token(user.home.env), tuple)

    return check


@pytest.mark.parametrize("make, code, remedy", [
    (error, "AccessDeniedException", PERMIT),
    (error, "ExpiredTokenException", RENEW),
    (error, "InvalidSignatureException", SECRET),
    (error, "UnrecognizedClientException", KEY),
    (error, "OptInRequired", ENABLE),
    (error, "InvalidParameterException", LOOK_UP),
    (error, "MadeUpException", LOOK_UP),
    (xml, "AccessDenied", PERMIT),
    (xml, "ExpiredToken", RENEW),
    (xml, "SignatureDoesNotMatch", SECRET),
    (xml, "InvalidClientTokenId", KEY),
    (xml, "RegionDisabledException", ENABLE),
    (xml, "ValidationError", LOOK_UP),
])
def test_a_refusal(user, fake_aws, aws_token, fault, mends, make, code, remedy):
    fault(make(code, "It was made up" if code == "MadeUpException" else None))
    assert aws_token(user.home.env) == code
    fake_aws.forget()
    told = user.refusal()
    assert told.startswith(
        f"{fake_aws.host} refused ecr:GetAuthorizationToken for access key {fake_aws.key.id} of"
        f" the environment: {code} (")
    assert told.endswith(f"); {remedy}"), told
    assert fake_aws.count(TOKEN) == 1, "it was asked again, though that cannot help"
    assert user.refused_refresh(1) == told
    mends()


@pytest.mark.parametrize("make, code, status, remedy", [
    (error("ThrottlingException"), "ThrottlingException", 1, THROTTLED),
    (error("TooManyRequestsException"), "TooManyRequestsException", 1, THROTTLED),
    (xml("Throttling"), "Throttling", 1, THROTTLED),
    (body(b"", status=429), "429", 4, THROTTLED),
    (error("ServerException"), "ServerException", 4, LATER),
    (error("ServiceUnavailable"), "ServiceUnavailable", 4, LATER),
    (xml("InternalFailure", status=500), "InternalFailure", 4, LATER),
    (body(b"", status=502), "502", 4, LATER),
    (body(b"<html>", "text/html", status=503), "503", 4, LATER),
    (body(b"", status=504), "504", 4, LATER),
])
def test_an_outage(user, fake_aws, aws_token, fault, mends, make, code, status, remedy):
    fault(first(1, make))
    assert aws_token(user.home.env) == code
    assert isinstance(aws_token(user.home.env), tuple)
    # Twice is got over.
    fake_aws.forget()
    fake_aws.on(TOKEN, first(2, make))
    assert user.token() == f"token-3-of-{fake_aws.key.id}"
    assert fake_aws.count(TOKEN) == 3
    user.forget()
    # For good is not, and is not asked about for ever.
    fake_aws.forget()
    fake_aws.on(TOKEN, make)
    told = user.refusal()
    assert fake_aws.count(TOKEN) == 3
    verb, shown = ("failed at" if status == 4 else "refused"), code.replace("429", "HTTP 429")
    assert told.startswith(
        f"{fake_aws.host} {verb} ecr:GetAuthorizationToken for access key {fake_aws.key.id} of"
        " the environment: "), told
    assert shown in told and told.endswith(f"; {remedy}"), told
    assert user.refused_refresh(status) == told
    mends()


def test_pauses_between_attempts_differ(user, fake_aws):
    """Those who failed together do not come back together."""
    fake_aws.on(TOKEN, error("ThrottlingException"))
    pauses = []
    for _ in range(4):
        fake_aws.forget()
        user.refusal()
        one, two, three = fake_aws.times(TOKEN)
        pauses += [(two - one) / 0.2, (three - two) / 0.4]
    assert max(pauses) < 2 and max(pauses) - min(pauses) > 0.1, pauses


class TestMoto:
    """The same from a server that checks keys, policies and roles by itself."""

    @pytest.fixture
    def user(self, aws_home):
        return RefusedUser(aws_home)

    @pytest.fixture
    def role(self, user, moto):
        """Makes a profile that assumes a role with the builder's key: variables to use it by."""

        def assume(role):
            folder = user.home.path / ".aws"
            folder.mkdir(exist_ok=True)
            (folder / "config").write_text(
                f"[profile it]\nrole_arn = {role.arn}\nsource_profile = keys\n[profile keys]\n"
                f"aws_access_key_id = {moto.builder.key_id}\n"
                f"aws_secret_access_key = {moto.builder.secret}\n")
            return {**dict.fromkeys(moto.builder.environment), "AWS_PROFILE": "it"}

        return assume

    def _fails(self, user, aws_token, code, **env):
        """What the user is told where botocore fails with that code."""
        used = {**user.home.env, **env}
        used = {name: value for name, value in used.items() if value is not None}
        assert aws_token(used) == code
        told = user.refusal(**env)
        assert f": {code} (" in told, told
        return told

    @pytest.mark.parametrize("changed, code, remedy", [
        ({"AWS_SECRET_ACCESS_KEY": "not-the-secret-of-this-key"}, "SignatureDoesNotMatch", SECRET),
        ({"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7NOBODYS"}, "InvalidClientTokenId", KEY),
        ({"AWS_SESSION_TOKEN": "made-up-and-long-enough"}, "InvalidClientTokenId", KEY),
    ], ids=["secret", "id", "session"])
    def test_a_wrong_key(self, user, moto, aws_proxy, aws_token, changed, code, remedy):
        assert isinstance(aws_token(user.home.env), tuple) and user.token()
        user.forget()
        aws_proxy.forget()
        told = self._fails(user, aws_token, code, **changed)
        key = changed.get("AWS_ACCESS_KEY_ID", moto.builder.key_id)
        assert f"for access key {key} of the environment: " in told, told
        assert told.endswith(f"; {remedy}"), told
        assert aws_proxy.count(TOKEN) == 2, "one is botocore's"
        assert user.token().endswith(moto.builder.key_id)

    def test_a_user_without_a_policy(self, user, moto, aws_token):
        told = self._fails(user, aws_token, "AccessDenied", **moto.stranger.environment)
        assert f"for access key {moto.stranger.key_id} of the environment: " in told, told
        assert told.endswith(f"; {PERMIT}"), told
        assert user.token().endswith(moto.builder.key_id)

    def test_a_role_that_is_closed(self, user, moto, aws_proxy, aws_token, role):
        told = self._fails(user, aws_token, "AccessDenied", **role(moto.closed))
        assert f"refused sts:AssumeRole for access key {moto.builder.key_id}" in told, told
        assert moto.closed.arn in told.split("; ")[-1], told
        assert aws_proxy.counts() == {"sts:AssumeRole": 2}, "one is botocore's"
        assert user.token(**role(moto.deployer))

    def test_a_role_that_may_do_nothing(self, user, moto, aws_proxy, aws_token, role):
        told = self._fails(user, aws_token, "AccessDenied", **role(moto.powerless))
        assert f"for role {moto.powerless.arn} through the profile it: " in told, told
        assert told.endswith(f"; {PERMIT}"), told
        assert aws_proxy.counts() == {"sts:AssumeRole": 2, TOKEN: 2}, "half is botocore's"
        assert user.token(**role(moto.deployer))


def test_nobodys_key(user, fake_aws, aws_token):
    none = dict.fromkeys(fake_aws.key.environment)
    keyless = {name: value for name, value in user.home.env.items() if name not in none}
    assert aws_token(keyless) == "NoCredentialsError"
    told = user.refusal(**none)
    assert told.startswith("there are no AWS credentials here: "), told
    assert "; run `keyfob add --kind access-key` or `aws configure`" in told, told
    assert user.refused_refresh(4, **none) == told
    assert fake_aws.counts() == {} and user.token()


# The network.

def test_nobody_listens(user, fake_aws, aws_token):
    assert isinstance(aws_token(user.home.env), tuple) and user.token()
    user.forget()
    fake_aws.stop()
    assert aws_token(user.home.env) == "EndpointConnectionError"
    told = user.refusal()
    assert told.startswith(f"{fake_aws.host} cannot be reached: "), told
    assert told.endswith("; see whether the network, its proxy (HTTPS_PROXY) or VPN is up"), told
    assert user.refused_refresh(4) == told


def test_a_name_without_an_address(user, aws_token):
    lost = {"AWS_ENDPOINT_URL": "https://ecr.nowhere.invalid"}
    assert aws_token({**user.home.env, **lost}) == "EndpointConnectionError"
    told = user.refusal(**lost)
    assert told == ("no address is known for ecr.nowhere.invalid:443; see whether the network, its"
                    " DNS and the region's name are right")
    assert user.refused_refresh(4, **lost) == told
    assert user.token()


def test_a_server_that_hangs_up(user, fake_aws, aws_token, fault, mends):
    fault(dropped)
    assert aws_token(user.home.env) == "ConnectionClosedError"
    fake_aws.forget()
    told = user.refusal()
    assert told.startswith(f"{fake_aws.host} closed the connection unanswered; see "), told
    assert fake_aws.count(TOKEN) == 3
    mends()


def test_a_server_that_is_slow(user, fake_aws, aws_token, fault):
    user.home.configure("[aws]\n\ttimeout = 3\n")
    fault(delayed(1))
    assert isinstance(aws_token(user.home.env), tuple)
    fake_aws.forget()
    started = time.monotonic()
    assert user.token() == f"token-1-of-{fake_aws.key.id}"
    assert time.monotonic() - started >= 1


def test_a_server_that_hangs(user, fake_aws, aws_token, fault, mends):
    user.home.configure("[aws]\n\ttimeout = 1\n")
    fault(hanging)
    assert aws_token(user.home.env, timeouts=1) == "ReadTimeoutError"
    fake_aws.forget()
    started = time.monotonic()
    told = user.refusal()
    assert 0.9 < time.monotonic() - started < 10
    assert told.startswith(f"{fake_aws.host} did not answer within "), told
    assert told.endswith("; see whether the network, its proxy (HTTPS_PROXY) or VPN is up"), told
    assert fake_aws.count(TOKEN) == 1, "it was asked again when the time was over"
    mends()
