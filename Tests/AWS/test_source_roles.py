"""Roles that are assumed with keys, sessions and web identities: the helper beside botocore."""

import pytest

from beside_botocore import keys, profiles, role_pair  # noqa: F401
from Support.aws_behaviour import edited
from Support.aws_moto import ACCOUNT, REGION
from token_user import TOKEN

ASSUME = "sts:AssumeRole"
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
BASE = "source_profile = base\n"
FINAL = (TOKEN, ("a session", REGION))


@pytest.fixture
def pair(role_pair):
    return role_pair


def assumes(role, source, region=REGION, **sent):
    who = source if source == "a session" else source.key_id
    return ASSUME, (who, region), {"Action": "AssumeRole", "RoleArn": role.arn, **sent}


def profile(role, more="", name="it"):
    return f"[profile {name}]\nrole_arn = {role.arn}\n{more}"


def test_a_role_with_another_profiles_keys(pair, profiles, moto):
    profiles(profile(moto.deployer, BASE), keys(moto.builder, "base"))
    assert pair.succeed() == [assumes(moto.deployer, moto.builder), FINAL]
    profiles(profile(moto.deployer, BASE), keys(moto.stranger, "base"))
    told = pair.fail("AccessDenied")
    assert f"sts:AssumeRole for access key {moto.stranger.key_id} of the profile base" in told
    assert "AccessDenied" in told and moto.deployer.arn in told
    profiles(profile(moto.powerless, BASE), keys(moto.builder, "base"))
    told = pair.fail("AccessDenied")
    assert f"for role {moto.powerless.arn} through the profile it: AccessDenied" in told


def test_a_role_with_the_profiles_own_keys(pair, profiles, moto):
    profiles(profile(moto.deployer, "source_profile = it\n"), keys(moto.builder))
    assert pair.succeed() == [assumes(moto.deployer, moto.builder), FINAL]


def test_a_role_with_a_roles_session(pair, profiles, moto):
    profiles(profile(moto.chained, "source_profile = middle\n")
             + profile(moto.deployer, BASE, "middle"), keys(moto.builder, "base"))
    assert pair.succeed() == [
        assumes(moto.deployer, moto.builder), assumes(moto.chained, "a session"), FINAL]
    profiles(profile(moto.closed, "source_profile = middle\n")
             + profile(moto.deployer, BASE, "middle"), keys(moto.builder, "base"))
    told = pair.fail("AccessDenied")
    assert f"for role {moto.deployer.arn} through the profile middle: AccessDenied" in told


def test_roles_in_a_circle(pair, profiles, moto, aws_proxy):
    profiles(profile(moto.chained, "source_profile = other\n")
             + profile(moto.deployer, "source_profile = it\n", "other"))
    told = pair.fail("InfiniteLoopConfigError")
    assert "it → other → it" in told, told
    assert aws_proxy.counts() == {}


@pytest.mark.parametrize("more, code, words", [
    ("source_profile = nobody\n", "InvalidConfigError", ["nobody", "source_profile"]),
    ("source_profile = empty\n[profile empty]\nregion = eu-west-1\n", "InvalidConfigError",
     ["empty", "source_profile"]),
    ("", "PartialCredentialsError", ["neither `source_profile` nor `credential_source`"]),
    ("source_profile = base\ncredential_source = Environment\n", "InvalidConfigError",
     ["both `source_profile` and `credential_source`"]),
    ("credential_source = Elsewhere\n", "InvalidConfigError", ["Elsewhere"]),
    ("credential_source = EcsContainer\n", "CredentialRetrievalError", ["container"]),
])
def test_a_role_with_nobodys_credentials(pair, profiles, moto, aws_proxy, more, code, words):
    profiles(profile(moto.deployer, more), keys(moto.builder, "base"))
    told = pair.fail(code)
    assert all(word in told for word in words), told
    assert aws_proxy.counts() == {}


def test_what_a_profile_says_about_its_role(pair, profiles, moto, aws_proxy):
    arn = moto.deployer.arn
    aws_proxy.wanted[arn] = {
        "ExternalId": "team/42", "RoleSessionName": "build@ci", "DurationSeconds": "1800"}
    named = "external_id = team/42\nrole_session_name = build@ci\nduration_seconds = 1800\n"
    profiles(profile(moto.deployer, BASE + named), keys(moto.builder, "base"))
    assert pair.succeed() == [assumes(
        moto.deployer, moto.builder, ExternalId="team/42", DurationSeconds="1800"), FINAL]
    profiles(profile(moto.deployer, BASE + named.replace("team/42", "team/43")),
             keys(moto.builder, "base"))
    assert "AccessDenied" in pair.fail("AccessDenied")


def test_the_profiles_region_is_that_of_sts(pair, profiles, moto, aws_proxy):
    profiles(profile(moto.deployer, BASE + "region = us-west-2\n"), keys(moto.builder, "base"))
    assert pair.user.token()
    [asked] = aws_proxy.requests(ASSUME)
    assert "/us-west-2/sts/" in asked.headers["Authorization"]


@pytest.mark.parametrize("region", ["evil.com/x", "evil.com#", "x@evil.com", "a.b", ".."])
def test_a_region_is_no_host(pair, profiles, moto, aws_proxy, reference, region):
    profiles(profile(moto.deployer, BASE), keys(moto.builder, "base"))
    env = {"AWS_ENDPOINT_URL": None, "AWS_ENDPOINT_URL_ECR": aws_proxy.url}
    told = pair.user.refusal(**env, AWS_REGION=region)
    assert told.startswith(f"`{region}` is no name of an AWS region"), told
    assert reference.call("sts", "GetCallerIdentity", region=region)["error"] == (
        "InvalidRegionError")
    assert aws_proxy.counts() == {}
    assert pair.succeed(**env, AWS_ENDPOINT_URL_STS=aws_proxy.url, AWS_REGION=REGION)


def test_a_role_that_wants_a_code(pair, profiles, moto, aws_proxy):
    """botocore would ask for it; in the middle of a pull nobody is there."""
    device = f"arn:aws:iam::{ACCOUNT}:mfa/me"
    config = profile(moto.deployer, f"{BASE}mfa_serial = {device}\n")
    profiles(config, keys(moto.builder, "base"))
    assert pair.user.refusal() == (
        f"role {moto.deployer.arn} wants a code of the MFA device {device};"
        " run `keyfob refresh` with the registry's address on a terminal; it asks for the code")
    assert aws_proxy.counts() == {}
    profiles(config.replace("mfa_serial", "no_serial"), keys(moto.builder, "base"))
    assert pair.user.token()


# `credential_source`.

@pytest.fixture
def session(moto, reference, aws_proxy, fake_aws):
    """The fake's containers and instances hand out a session that moto knows, of deployer."""
    answer = reference.call(
        "sts", "AssumeRole", {"RoleArn": moto.deployer.arn, "RoleSessionName": "it"},
        environment=aws_proxy.environment(moto.builder.environment), region=REGION)
    given = answer["value"]["Credentials"]
    names = {"AccessKeyId": given["AccessKeyId"], "SecretAccessKey": given["SecretAccessKey"],
             "Token": given["SessionToken"]}
    for action in ("container:GetCredentials", "imds:GetRoleCredentials"):
        fake_aws.on(action, edited(lambda value: value.update(names)))


def test_a_role_with_the_environments_keys(pair, profiles, moto, aws_proxy):
    """botocore uses the keys themselves, as the helper does unless it is told of the profile."""
    profiles(profile(moto.deployer, "credential_source = Environment\n"))
    environment = moto.builder.environment
    assert pair.succeed(**environment) == [(TOKEN, (moto.builder.key_id, REGION))]
    pair.user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = it\n')
    aws_proxy.forget()
    assert pair.user.token(**environment).startswith("token-1-of-ASIA")
    assert aws_proxy.counts() == {ASSUME: 1, TOKEN: 1}
    assert "takes its credentials from the environment, which has none" in pair.user.refusal()


def test_a_role_with_the_containers_session(pair, profiles, moto, fake_aws, session):
    profiles(profile(moto.chained, "credential_source = EcsContainer\n"))
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path}
    assert pair.succeed(**container) == [
        ("container:GetCredentials", None, {}), assumes(moto.chained, "a session"), FINAL]


def test_a_role_with_the_instances_session(pair, profiles, moto, fake_aws, session):
    profiles(profile(moto.chained, "credential_source = Ec2InstanceMetadata\n"))
    instance = {
        "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake_aws.url}
    calls = pair.succeed(**instance)
    assert calls[-2:] == [assumes(moto.chained, "a session"), FINAL]
    assert [each[0] for each in calls[:-2]] == [
        "imds:GetToken", "imds:ListRoles", "imds:GetRoleCredentials"]
    told = pair.fail(
        "CredentialRetrievalError", **{**instance, "AWS_EC2_METADATA_DISABLED": "true"})
    assert "must not be asked" in told
    fake_aws.imds_role = None
    assert "this EC2 instance has no role" in pair.fail("CredentialRetrievalError", **instance)


# Web identities.

@pytest.fixture
def identity(home, aws_proxy):
    """The file with the token of a web identity."""
    path = home.root / "identity"
    path.write_text(aws_proxy.web_identity)
    return path


def comes_as(role, identity):
    return WEB_IDENTITY, None, {
        "Action": "AssumeRoleWithWebIdentity", "RoleArn": role.arn,
        "WebIdentityToken": identity.read_text()}


def test_a_web_identity_of_the_environment(pair, moto, identity, profiles):
    environment = {
        "AWS_WEB_IDENTITY_TOKEN_FILE": identity, "AWS_ROLE_ARN": moto.deployer.arn,
        "AWS_ROLE_SESSION_NAME": "pod"}
    assert pair.succeed(**environment) == [comes_as(moto.deployer, identity), FINAL]
    # It comes after keys of the environment, and before a profile.
    keyed = pair.succeed(**environment, **moto.builder.environment)
    assert keyed == [(TOKEN, (moto.builder.key_id, REGION))]
    profiles(credentials=keys(moto.builder))
    assert pair.succeed(**environment) == [comes_as(moto.deployer, identity), FINAL]
    identity.write_text("a token of nobody")
    told = pair.fail("InvalidIdentityToken", **environment)
    assert "InvalidIdentityToken" in told and "a token of nobody" not in told
    pair.fail("InvalidConfigError", **{**environment, "AWS_ROLE_ARN": None})


def test_a_web_identity_of_a_profile(pair, moto, identity, profiles):
    profiles(profile(moto.deployer, f"web_identity_token_file = {identity}\n"))
    assert pair.succeed() == [comes_as(moto.deployer, identity), FINAL]
    identity.write_text("a token of nobody")
    assert "InvalidIdentityToken" in pair.fail("InvalidIdentityToken")
    identity.unlink()
    told = pair.user.refusal()
    assert told.startswith(f"there is no web identity token in {identity}"), told


def test_a_web_identity_that_changes_is_read_anew(pair, moto, identity, aws_proxy):
    environment = {
        "AWS_WEB_IDENTITY_TOKEN_FILE": identity, "AWS_ROLE_ARN": moto.deployer.arn}
    tokens = [pair.user.token(**environment), pair.user.token(**environment)]
    assert tokens[0] == tokens[1] and aws_proxy.count(WEB_IDENTITY) == 1
    aws_proxy.web_identity = "next-web-identity"
    identity.write_text(aws_proxy.web_identity)
    assert pair.user.token(**environment) != tokens[0]
    assert aws_proxy.count(WEB_IDENTITY) == 2


def test_a_role_with_a_web_identitys_session(pair, moto, identity, profiles):
    profiles(profile(moto.chained, "source_profile = pod\n")
             + profile(moto.deployer, f"web_identity_token_file = {identity}\n", "pod"))
    assert pair.succeed() == [
        comes_as(moto.deployer, identity), assumes(moto.chained, "a session"), FINAL]
