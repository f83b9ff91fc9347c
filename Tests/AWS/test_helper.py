"""docker-credential-keyfob on ECR's hosts: what reaches AWS, and what clients are told."""

import json

import pytest

from Support.aws_behaviour import error
from Support.aws_moto import ACCOUNT, ECR_HOST
from token_user import (  # noqa: F401
    CHINESE_HOST, GALLERY, NO_CREDENTIALS, OTHER_ACCOUNT, OTHER_HOST, PUBLIC_TOKEN, TOKEN,
    keyless, scopes, user,
)


@pytest.fixture
def starts(home, counting):
    """How often keyfob-mint was started."""
    home.prefix = counting
    log = home.root / "starts"
    log.touch()
    home.env["MINT_STARTS"] = str(log)
    return lambda: log.read_text().count("\n")


# A home without a past.

def test_the_first_get_mints_and_the_next_ones_do_not(user, fake_aws, starts):
    key = fake_aws.key
    answer = user.home.docker("get", ECR_HOST)
    assert (answer.code, answer.err) == (0, b"")
    assert json.loads(answer.out) == {
        "ServerURL": ECR_HOST, "Username": "AWS", "Secret": f"token-1-of-{key.id}"}
    assert fake_aws.counts() == {TOKEN: 1} and starts() == 1
    [request] = fake_aws.requests()
    assert (request.method, request.target) == ("POST", "/")
    assert request.document == {"registryIds": [ACCOUNT]}

    assert user.home.docker("get", ECR_HOST) == answer
    assert fake_aws.counts() == {TOKEN: 1} and starts() == 1

    assert user.docker_list() == {}, "a token is no login"
    assert not user.home.credentials.exists(), "a store came into being"
    assert not (user.home.path / ".ecr").exists()
    left = [data for data in user.files().values()
            if key.secret.encode() in data or b"token-1-of-" in data]
    assert not left, "a secret lies in the open"


def test_a_broken_cache_costs_a_call_and_nothing_else(user, fake_aws):
    user.token()
    [cache] = user.home.path.rglob("tokens.keyfob")
    cache.write_bytes(cache.read_bytes()[:40])
    assert user.token().startswith("token-2-of-")
    assert user.token().startswith("token-2-of-")


def test_a_token_is_of_its_registry_alone(user, fake_aws):
    assert user.token() != user.token(OTHER_HOST)
    assert [each.document["registryIds"] for each in fake_aws.requests(TOKEN)] == [
        [ACCOUNT], [OTHER_ACCOUNT]]
    assert user.token(ECR_HOST.replace("eu-west-1", "eu-west-2")).startswith("token-3-of-")
    assert user.token().startswith("token-1-of-")


def test_another_key_in_the_environment_gets_its_own_token(user, fake_aws):
    other = fake_aws.add_key()
    assert user.token().endswith(fake_aws.key.id)
    assert user.token(**other.environment).endswith(other.id)
    assert user.token().endswith(fake_aws.key.id)
    assert fake_aws.count(TOKEN) == 2


def test_git_is_given_no_token(user, fake_aws):
    assert user.git_get(ECR_HOST) is None and fake_aws.counts() == {}
    assert user.token() and user.git_get(ECR_HOST) is None


# Hosts.

@pytest.mark.parametrize("host, region", [
    ("dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1"),
    ("dkr.ecr.ap-southeast-2.amazonaws.com", "ap-southeast-2"),
    ("dkr.ecr.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
    ("dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ("dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ("dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
    ("dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
    ("dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"),
    ("dkr.ecr.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"),
    ("dkr.ecr-fips.us-east-2.amazonaws.com", "us-east-2"),
    ("dkr.ecr-fips.us-gov-east-1.amazonaws.com", "us-gov-east-1"),
    ("dkr-ecr.eu-central-1.on.aws", "eu-central-1"),
    ("dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn", "cn-northwest-1"),
    ("dkr-ecr-fips.us-west-1.on.aws", "us-west-1"),
])
def test_every_form_of_host_is_asked_for_in_its_region(user, fake_aws, host, region):
    assert user.token(f"{ACCOUNT}.{host}") == f"token-1-of-{fake_aws.key.id}"
    assert scopes(fake_aws) == [(region, "ecr")]


@pytest.mark.parametrize("address", [
    f"https://{ECR_HOST}", f"https://{ECR_HOST}/", f"https://{ECR_HOST}/v2/", f"{ECR_HOST}/v1/",
    f"{ECR_HOST}:443", f"https://{ECR_HOST}:443/v2/", ECR_HOST.upper(), f"{ECR_HOST}\n",
])
def test_every_way_to_write_a_host_is_that_host(user, fake_aws, address):
    token = user.token()
    assert user.token(address) == token
    assert fake_aws.counts() == {TOKEN: 1}
    user.forget(address)
    assert user.token(address) != token and scopes(fake_aws) == [("eu-west-1", "ecr")] * 2


EUROPE = f"{ACCOUNT}.dkr.ecr.eusc-de-east-1.amazonaws.eu"
ISO = f"{ACCOUNT}.dkr.ecr.us-iso-east-1.c2s.ic.gov"
FIPS = f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com"
DUAL = f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws"


@pytest.mark.parametrize("stranger, control", [
    # Something around the name.
    (f"{ECR_HOST}.evil.com", ECR_HOST),
    (f"{ECR_HOST}.cn", CHINESE_HOST),
    (f"{ECR_HOST}m", ECR_HOST),
    (f"a.{ECR_HOST}", ECR_HOST),
    (f"x{ECR_HOST}", ECR_HOST),
    (f"-{ECR_HOST}", ECR_HOST),
    (f"evil.com/{ECR_HOST}", f"{ECR_HOST}/evil.com"),
    (f"https://{ECR_HOST}@evil.com", f"https://{ECR_HOST}/@evil.com"),
    (f"https://evil.com?{ECR_HOST}", f"https://{ECR_HOST}/"),
    (f"https://evil.com#@{ECR_HOST}", f"https://{ECR_HOST}/"),
    (f"https://evil.com\\@{ECR_HOST}", f"https://{ECR_HOST}/"),
    (f"{ECR_HOST}%2eevil.com", ECR_HOST),
    # Not where registries are.
    (f"http://{ECR_HOST}", f"https://{ECR_HOST}"),
    (f"{ECR_HOST}:80", f"{ECR_HOST}:443"),
    (f"{ECR_HOST}:8443", f"{ECR_HOST}:443"),
    # No account.
    (f"0{ECR_HOST}", ECR_HOST),
    (ECR_HOST[1:], ECR_HOST),
    (f"a{ECR_HOST[1:]}", ECR_HOST),
    (f"{ACCOUNT}-dkr.ecr.eu-west-1.amazonaws.com", ECR_HOST),
    (f"٣{ECR_HOST[1:]}", ECR_HOST),
    # Other labels.
    (ECR_HOST.replace(".ecr.", ".ecs."), ECR_HOST),
    (ECR_HOST.replace(".ecr.", ".ecrx."), ECR_HOST),
    (ECR_HOST.replace("dkr.ecr", "dkr_ecr"), ECR_HOST),
    (ECR_HOST.replace("dkr.ecr", "d\u212ar.ecr"), ECR_HOST.replace("dkr", "dKr")),
    (FIPS.replace("ecr-fips", "ecr-fipsy"), FIPS),
    (FIPS.replace("ecr-fips", "ecr.fips"), FIPS),
    (ECR_HOST.removeprefix(f"{ACCOUNT}.dkr."), ECR_HOST),
    ("api.ecr.eu-west-1.amazonaws.com", ECR_HOST),
    # No region.
    (ECR_HOST.replace("eu-west-1", "eu-west"), ECR_HOST),
    (ECR_HOST.replace("eu-west-1", "xy-west-1"), ECR_HOST),
    (ECR_HOST.replace("eu-west-1", "eu-west-1.evil"), ECR_HOST),
    (ECR_HOST.replace("eu-west-1", "eu-west-1a"), ECR_HOST),
    (ECR_HOST.replace("eu-west-1.", ""), ECR_HOST),
    (ECR_HOST.replace("eu-west-1.", "."), ECR_HOST),
    # Another partition's region, another partition's domain.
    (ECR_HOST.replace("eu-west-1", "cn-north-1"), CHINESE_HOST),
    (CHINESE_HOST.replace("cn-north-1", "eu-west-1"), CHINESE_HOST),
    (EUROPE.replace("eusc-de-east-1", "eu-west-1"), EUROPE),
    (EUROPE.replace(".eu", ".com"), EUROPE),
    (ISO.replace("us-iso-", "us-isob-"), ISO),
    (ISO.replace("c2s.ic.gov", "amazonaws.com"), ISO),
    (ECR_HOST.replace("amazonaws.com", "on.aws"), DUAL),
    (DUAL.replace("on.aws", "amazonaws.com"), DUAL),
    (DUAL.replace("on.aws", "api.aws"), DUAL),
    (ECR_HOST.replace("amazonaws", "xamazonaws"), ECR_HOST),
    (ECR_HOST.replace(".amazonaws", "-amazonaws"), ECR_HOST),
    # ECR Public.
    (f"{GALLERY}.evil.com", GALLERY),
    (f"x{GALLERY}", GALLERY),
    (f"a.{GALLERY}", GALLERY),
    (f"{GALLERY}:5000", GALLERY),
    (f"http://{GALLERY}", f"https://{GALLERY}"),
    ("gallery.ecr.aws", GALLERY),
    ("ecr-public.us-east-1.amazonaws.com", "ecr-public.aws.com"),
])
def test_nobody_is_asked_about_a_stranger(user, fake_aws, starts, stranger, control):
    assert user.misses(stranger)
    assert fake_aws.counts() == {} and starts() == 0
    assert user.token(control).endswith(fake_aws.key.id)
    assert fake_aws.counts().total() == 1 and starts() == 1


def test_erase_where_nothing_is_does_nothing(user, fake_aws, starts):
    for _ in range(2):
        assert user.home.docker("erase", ECR_HOST) == (0, b"", b"")
    assert fake_aws.counts() == {} and starts() == 0


def test_erase_forgets_the_tokens_of_its_host_alone(user, fake_aws):
    token = user.token(OTHER_HOST)
    user.token()
    user.forget()
    assert user.token(OTHER_HOST) == token and fake_aws.count(TOKEN) == 2
    assert user.token().startswith("token-3-of-")


# ECR Public, and no credentials.

@pytest.mark.parametrize("host", [GALLERY, "ecr-public.aws.com"])
def test_the_gallerys_tokens_come_from_its_one_region(user, fake_aws, host):
    assert user.token(host, AWS_REGION="eu-central-1") == f"token-1-of-{fake_aws.key.id}"
    assert scopes(fake_aws, PUBLIC_TOKEN) == [("us-east-1", "ecr-public")]
    assert fake_aws.requests()[0].document == {}


def test_the_gallery_serves_everybody_and_a_registry_does_not(keyless, fake_aws, starts):
    assert keyless.misses(GALLERY)
    assert keyless.refusal() == NO_CREDENTIALS
    assert fake_aws.counts() == {} and starts() == 2
    # Anonymous pulls do not depend on anything that could be written.
    assert keyless.misses(GALLERY, XDG_STATE_HOME="/proc/nowhere")


@pytest.mark.parametrize("host", [GALLERY, ECR_HOST])
@pytest.mark.parametrize("code, name", [
    ("AccessDeniedException", "AccessDenied"), ("ExpiredTokenException", "ExpiredToken"),
    ("InvalidSignatureException", "InvalidSignature"),
])
def test_credentials_that_fail_are_an_error_everywhere(user, fake_aws, host, code, name):
    action = PUBLIC_TOKEN if host == GALLERY else TOKEN
    fake_aws.on(action, error(code))
    told = user.refusal(host)
    assert name in told and action in told, told
    assert f"access key {fake_aws.key.id} of the environment" in told
    fake_aws.on(action, None)
    assert user.token(host).endswith(fake_aws.key.id)


@pytest.mark.parametrize("host", [GALLERY, ECR_HOST])
def test_half_a_key_is_an_error_everywhere(user, host):
    told = user.refusal(host, AWS_SECRET_ACCESS_KEY=None)
    assert told == "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY; set both or none"
