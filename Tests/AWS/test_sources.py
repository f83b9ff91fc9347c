"""Where AWS credentials are found, and which are used: the helper beside botocore."""

import pytest

from beside_botocore import keys, pair, profiles  # noqa: F401
from Support.aws_moto import ACCOUNT, ECR_HOST
from token_user import TOKEN


@pytest.fixture
def others(fake_aws):
    """More keys that may get tokens."""
    return [fake_aws.add_key() for _ in range(2)]


def by(key, region="eu-west-1"):
    return [(TOKEN, ("a session" if key.token else key.id, region))]


# The environment.

def test_keys_of_the_environment(pair, fake_aws):
    assert pair.succeed(**fake_aws.key.environment) == by(fake_aws.key)
    wrong = {**fake_aws.key.environment, "AWS_SECRET_ACCESS_KEY": "the secret of another key"}
    told = pair.fail("InvalidSignatureException", **wrong)
    assert "InvalidSignatureException" in told and "enter the secret access key again" in told


@pytest.mark.parametrize("variable", ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"])
def test_a_session_of_the_environment(pair, fake_aws, variable):
    session = fake_aws.add_key(lifetime=3600)
    environment = session.environment
    environment[variable] = environment.pop("AWS_SESSION_TOKEN")
    assert pair.succeed(**environment) == by(session)
    environment[variable] += "x"
    told = pair.fail("UnrecognizedClientException", **environment)
    assert f"for access key {session.id} of the environment" in told
    assert session.token not in told
    del environment[variable]
    pair.fail("UnrecognizedClientException", **environment)


def test_a_session_that_ended(pair, fake_aws):
    session = fake_aws.add_key(lifetime=-10)
    told = pair.fail("ExpiredTokenException", **session.environment)
    assert "ExpiredTokenException" in told and "renew these temporary keys" in told


def test_a_session_that_says_when_it_ends(pair, fake_aws):
    environment = fake_aws.key.environment
    assert pair.succeed(**environment, AWS_CREDENTIAL_EXPIRATION="2099-01-01T00:00:00Z")
    # Whether that is over is AWS's to say: its clock may be another one.
    assert pair.user.token(**environment, AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_half_a_key(pair, fake_aws, profiles, others, missing):
    profiles(credentials=keys(others[0]))
    environment = fake_aws.key.environment
    del environment[missing]
    [there] = environment
    if missing == "AWS_ACCESS_KEY_ID":
        # botocore takes the profile's; a secret that stands alone is a mistake all the same.
        told = pair.user.refusal(**environment)
    else:
        told = pair.fail("PartialCredentialsError", **environment)
    assert told == f"{there} is set without {missing}; set both or none"


def test_empty_variables_are_as_if_not_set(pair, profiles, others):
    profiles(credentials=keys(others[0]))
    empty = dict.fromkeys(
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"], "")
    assert pair.succeed(**empty) == by(others[0])


def test_nothing_anywhere(pair):
    assert "there are no AWS credentials here" in pair.fail("NoCredentialsError")


# Profiles.

def test_keys_in_credentials(pair, profiles, others, fake_aws):
    profiles(credentials=keys(others[0]) + keys(others[1], "another"))
    assert pair.succeed() == by(others[0])
    assert pair.succeed(AWS_PROFILE="another") == by(others[1])


def test_keys_in_config(pair, profiles, others):
    profiles(config=keys(others[0], "profile it"))
    assert pair.succeed() == by(others[0])


def test_credentials_before_config(pair, profiles, others):
    profiles(config=keys(others[0], "profile it"), credentials=keys(others[1]))
    assert pair.succeed() == by(others[1])


def test_a_session_in_credentials(pair, profiles, fake_aws):
    session = fake_aws.add_key(lifetime=3600)
    profiles(credentials=keys(session))
    assert pair.succeed() == by(session)
    profiles(credentials=keys(session).replace("session_token", "another_token"))
    told = pair.fail("UnrecognizedClientException")
    assert f"access key {session.id} of the profile it" in told


def test_half_a_key_in_a_profile(pair, profiles, others):
    profiles(credentials=f"[it]\naws_access_key_id = {others[0].id}\n")
    told = pair.fail("PartialCredentialsError")
    assert "aws_secret_access_key" in told and "profile it" in told


def test_the_default_profile(pair, profiles, others):
    profiles(config=keys(others[0], "default"))
    assert pair.succeed(AWS_PROFILE=None) == by(others[0])


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_by_a_variable(pair, profiles, others, variable):
    profiles(credentials=keys(others[0], "default") + keys(others[1], "named"))
    assert pair.succeed(AWS_PROFILE=None) == by(others[0])
    assert pair.succeed(**{"AWS_PROFILE": None, variable: "named"}) == by(others[1])


def test_a_profile_that_is_not_there(pair, profiles, others):
    profiles(credentials=keys(others[0]))
    assert pair.fail("ProfileNotFound", AWS_PROFILE="nobody") == (
        "there is no AWS profile nobody in ~/.aws/config or ~/.aws/credentials; make it with"
        " `aws configure --profile nobody`, or correct AWS_PROFILE")


def test_files_elsewhere(pair, profiles, others):
    profiles(credentials=keys(others[0]))
    elsewhere = pair.user.home.root / "elsewhere"
    elsewhere.write_text(keys(others[1]))
    assert pair.succeed(AWS_SHARED_CREDENTIALS_FILE=elsewhere) == by(others[1])
    elsewhere.write_text(keys(others[1], "profile it"))
    assert pair.succeed(
        AWS_CONFIG_FILE=elsewhere, AWS_SHARED_CREDENTIALS_FILE="/dev/null") == by(others[1])


def test_a_file_that_cannot_be_followed(pair, profiles, others):
    profiles(config="[profile it\n", credentials=keys(others[0]))
    assert "~/.aws/config line 1" in pair.fail("ConfigParseError")


def test_a_changed_file_ends_the_token(pair, profiles, others):
    for key in (others[0], others[1], others[0]):
        profiles(credentials=keys(key))
        assert pair.user.token().endswith(key.id)


# Endpoints.

def test_an_endpoint_of_the_profiles_own(pair, profiles, others, fake_aws):
    profiles(f"[profile it]\nservices = here\n[services here]\necr =\n  endpoint_url ="
             f" {fake_aws.url}\n", keys(others[0]))
    nowhere = "http://127.0.0.1:9"
    assert pair.succeed(AWS_ENDPOINT_URL=None) == by(others[0])
    for variable in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECR"):
        told = pair.fail("EndpointConnectionError", **{variable: nowhere})
        assert "127.0.0.1:9 cannot be reached" in told, told
    both = {"AWS_ENDPOINT_URL": nowhere, "AWS_ENDPOINT_URL_ECR": fake_aws.url}
    assert pair.succeed(**both) == by(others[0])
    assert pair.succeed(
        AWS_ENDPOINT_URL=None, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="false") == by(others[0])


# The order.

def test_environment_before_profile(pair, profiles, others, fake_aws):
    profiles(credentials=keys(others[0]))
    assert pair.succeed() == by(others[0])
    assert pair.succeed(**fake_aws.key.environment) == by(fake_aws.key)


def test_keyfobs_mapping_before_environment(pair, profiles, others, fake_aws):
    profiles(credentials=keys(others[0]) + keys(others[1], "mapped"))
    user = pair.user
    assert user.token(**fake_aws.key.environment).endswith(fake_aws.key.id)
    user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = mapped\n')
    assert user.token(ECR_HOST, **fake_aws.key.environment).endswith(others[1].id)
    assert user.token(ECR_HOST).endswith(others[1].id)


def test_profile_before_container_before_instance(pair, profiles, others, fake_aws):
    pair.user.home.configure("[aws]\n\tmetadata = always\n")
    profiles(credentials=keys(others[0]))
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path}
    instance = {
        "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake_aws.url}
    assert pair.succeed(**container, **instance) == by(others[0])
    profiles("[profile it]\nregion = eu-west-1\n")
    assert [each[0] for each in pair.succeed(**container, **instance)] == [
        "container:GetCredentials", TOKEN]
    assert [each[0] for each in pair.succeed(**instance)] == [
        "imds:GetToken", "imds:ListRoles", "imds:GetRoleCredentials", TOKEN]
