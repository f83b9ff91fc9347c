"""IAM Identity Center's logins, as `aws sso login` leaves them: the helper beside botocore."""

import calendar
import hashlib
import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from beside_botocore import pair, profiles  # noqa: F401
from Support.aws_behaviour import error
from Support.aws_moto import ACCOUNT, ECR_HOST, REGION
from token_user import TOKEN

START = "https://office.awsapps.example/start"
SESSION = f"[sso-session office]\nsso_region = {REGION}\nsso_start_url = {START}\n"
ROLE = f"sso_account_id = {ACCOUNT}\nsso_role_name = Builder\n"
PROFILE = f"[profile it]\nsso_session = office\n{ROLE}{SESSION}"
LEGACY = f"[profile it]\n{ROLE}sso_region = {REGION}\nsso_start_url = {START}\n"
CREATE = "sso-oidc:CreateToken"
FINAL = (TOKEN, ("a session", REGION))


class Login:
    """The file with the login's token."""

    def __init__(self, home, fake, name):
        self.path = home.path / f".aws/sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json"
        self.path.parent.mkdir(parents=True)
        self._fake = fake

    def write(self, ends=3600, **changed):
        """Writes it as good for so many seconds more; a None takes a member away."""
        value = {
            "startUrl": START, "region": REGION, "accessToken": self._fake.sso_token,
            "expiresAt": _iso(ends), "clientId": self._fake.sso_client,
            "clientSecret": self._fake.sso_client_secret,
            "registrationExpiresAt": "2099-01-01T00:00:00Z",
            "refreshToken": self._fake.sso_refresh_token, **changed}
        self.path.write_text(
            json.dumps({name: value for name, value in value.items() if value is not None}))

    def read(self):
        return json.loads(self.path.read_text())


@pytest.fixture
def login(home, fake_aws, profiles):
    profiles(PROFILE)
    file = Login(home, fake_aws, "office")
    file.write()
    return file


@pytest.fixture
def legacy(home, fake_aws, profiles):
    profiles(LEGACY)
    file = Login(home, fake_aws, START)
    file.write(clientId=None, clientSecret=None, registrationExpiresAt=None, refreshToken=None)
    return file


def role(fake):
    return "sso:GetRoleCredentials", None, {
        "x-amz-sso_bearer_token": fake.sso_token, "account_id": ACCOUNT, "role_name": "Builder"}


@pytest.mark.parametrize("kind", ["login", "legacy"])
def test_gives_the_credentials_of_a_role(pair, fake_aws, request, kind):
    file = request.getfixturevalue(kind)
    before = file.path.read_bytes()
    assert pair.succeed() == [role(fake_aws), FINAL]
    assert file.path.read_bytes() == before
    fake_aws.sso_role = "Other"
    told = pair.fail("ForbiddenException")
    assert "ForbiddenException" in told and fake_aws.sso_token not in told, told


def test_that_is_not_there_any_more(pair, fake_aws, login):
    login.write(accessToken="the token of another day")
    told = pair.fail("UnauthorizedSSOTokenError")
    assert "UnauthorizedException" in told and "aws sso login" in told, told
    assert "another day" not in told
    login.path.unlink()
    told = pair.fail("SSOTokenLoadError")
    assert told == "the profile it has no login; run `aws sso login --profile it`"
    login.write()
    assert pair.succeed()


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b'{"accessToken": 1}', b"\xff" * 100, b'{"accessToken": "x"}'])
def test_that_is_damaged_is_none(pair, login, content):
    login.path.write_bytes(content)
    assert pair.user.refusal() == (
        "the profile it has no login; run `aws sso login --profile it`")
    login.write()
    assert pair.user.token()


@pytest.mark.parametrize("ends", [60, -60])
def test_is_renewed_when_it_ends(pair, fake_aws, login, ends):
    kept = []
    for ask in (pair.keyfob, pair.botocore):
        login.write(ends)
        login.path.chmod(0o644)
        spent = fake_aws.sso_refresh_token
        calls, answer = pair.traced(ask)
        assert answer and calls == [
            (CREATE, None, {
                "clientId": fake_aws.sso_client, "clientSecret": fake_aws.sso_client_secret,
                "grantType": "refresh_token", "refreshToken": spent}),
            role(fake_aws), FINAL]
        kept.append(login.read())
        assert kept[-1]["accessToken"] == fake_aws.sso_token
        assert kept[-1]["refreshToken"] == fake_aws.sso_refresh_token != spent
        assert stat.S_IMODE(login.path.stat().st_mode) == 0o600
        # The next one needs no other.
        assert pair.traced(ask)[0] == [role(fake_aws), FINAL]
    ours, theirs = kept
    assert set(ours) == set(theirs)
    assert [each.name for each in login.path.parent.iterdir()] == [login.path.name]
    for name in ("startUrl", "region", "clientId", "clientSecret", "registrationExpiresAt"):
        assert ours[name] == theirs[name]
    assert abs(_seconds(ours["expiresAt"]) - _seconds(theirs["expiresAt"])) < 30


@pytest.mark.parametrize("ends", [60, -60])
def test_is_renewed_once_for_all_who_want_it(pair, fake_aws, login, ends):
    """A refresh token is good for one renewal."""
    login.write(ends)
    hosts = [ECR_HOST.replace(ACCOUNT, str(number) * 12) for number in range(1, 7)]
    with ThreadPoolExecutor(len(hosts)) as pool:
        assert all(pool.map(pair.user.token, hosts))
    assert fake_aws.count(CREATE) == 1
    assert login.read()["refreshToken"] == fake_aws.sso_refresh_token


def test_that_cannot_be_renewed_wants_a_person(pair, fake_aws, login):
    login.write(-60, refreshToken="a refresh token that was used")
    told = pair.fail("TokenRetrievalError")
    assert "InvalidGrantException" in told and "was used" not in told, told
    assert told.endswith("run `aws sso login --profile it`")
    before = login.path.read_bytes()
    assert "aws sso login" in pair.user.refusal() and login.path.read_bytes() == before
    login.write(-60)
    assert pair.user.token()


@pytest.mark.parametrize("changed", [
    {"refreshToken": None}, {"clientId": None}, {"clientSecret": None},
    {"registrationExpiresAt": None}, {"registrationExpiresAt": "2020-01-01T00:00:00Z"}])
def test_that_has_nothing_to_be_renewed_with_wants_a_person(pair, fake_aws, login, changed):
    login.write(-60, **changed)
    told = pair.fail("TokenRetrievalError")
    assert told == (
        "the profile it has a login that expired at <time>; run `aws sso login --profile it`")
    assert fake_aws.counts() == {}
    # What is left of it is good.
    login.write(60, **changed)
    assert pair.succeed() == [role(fake_aws), FINAL]


def test_is_used_to_its_end_while_it_cannot_be_renewed(pair, fake_aws, login):
    fake_aws.on(CREATE, error("ServiceUnavailable", status=503))
    login.write(60)
    assert pair.user.token().startswith("token-1-of-ASIA")
    login.write(-60)
    told = pair.user.refusal()
    assert "CreateToken" in told and "aws sso login" not in told, told
    fake_aws.on(CREATE, None)
    assert pair.user.token()


def test_without_a_session_is_never_renewed(pair, fake_aws, legacy):
    legacy.write(-60)
    told = pair.fail("UnauthorizedSSOTokenError")
    assert "expired" in told and told.endswith("run `aws sso login --profile it`")
    assert fake_aws.counts() == {}
    legacy.write(60)
    assert pair.succeed() == [role(fake_aws), FINAL]


@pytest.mark.parametrize("config, code, words", [
    (PROFILE.replace("[sso-session office]", "[sso-session home]"), "InvalidConfigError",
     "has office as its `sso_session`, which is not there"),
    (PROFILE.replace(f"sso_start_url = {START}\n", ""), "InvalidConfigError", "sso_start_url"),
    (PROFILE.replace(ROLE, f"{ROLE}sso_region = us-east-1\n"), "InvalidConfigError",
     "has another `sso_region` than [sso-session office]"),
    (LEGACY.replace(f"sso_region = {REGION}\n", ""), "InvalidConfigError", "sso_region"),
    (PROFILE.replace(f"sso_account_id = {ACCOUNT}\n", ""), "InvalidConfigError",
     "sso_account_id"),
])
def test_that_is_half_configured_is_an_error(pair, fake_aws, login, profiles, config, code, words):
    profiles(config)
    told = pair.fail(code)
    assert words in told, told
    assert fake_aws.counts() == {}
    profiles(PROFILE)
    assert pair.succeed()


def _iso(ahead):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))


def _seconds(moment):
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))
