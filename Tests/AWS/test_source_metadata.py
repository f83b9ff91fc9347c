"""Sessions that containers and EC2 instances are given: the helper beside botocore."""

import time

import pytest

from beside_botocore import pair, within  # noqa: F401
from Support.aws_behaviour import body, error, first, hanging
from Support.aws_moto import REGION
from Support.processes import required
from token_user import NO_CREDENTIALS, TOKEN

CONTAINER = "container:GetCredentials"
METADATA = ["imds:GetToken", "imds:ListRoles", "imds:GetRoleCredentials"]
FINAL = (TOKEN, ("a session", REGION))

# What the kernel tells of the machine, replaced: DIRECTORY FILE TEXT COMMAND...
_MACHINE = (
    'mount -t tmpfs none /sys && mkdir -p "/sys/$1" && printf %s "$3" >"/sys/$1/$2" && shift 3'
    ' && exec "$@"')


@pytest.fixture
def inside(pair, metadata_network):
    """Both clients in the network in which the fake has AWS's own addresses."""
    pair.within = metadata_network.within
    within(pair.user.home, metadata_network.within)
    pair.user.home.env["AWS_ENDPOINT_URL"] = "http://169.254.170.2"
    return pair


class TestContainer:
    @pytest.fixture
    def where(self, fake_aws):
        return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path}

    def test_gives_a_session(self, pair, fake_aws, where):
        assert pair.succeed(**where) == [(CONTAINER, None, {}), FINAL]
        fake_aws.container_path = "/moved"
        told = pair.fail("CredentialRetrievalError", **where)
        assert f"service {fake_aws.host} gave no credentials: InvalidIdInRequest" in told, told

    def test_wants_its_authorization(self, pair, fake_aws, where):
        fake_aws.container_token = "Bearer right"
        right = {**where, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer right"}
        assert pair.succeed(**right)[0] == (CONTAINER, None, {"Authorization": "Bearer right"})
        wrong = {**where, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer of-nothing"}
        told = pair.fail("CredentialRetrievalError", **wrong)
        assert "AccessDenied" in told and "of-nothing" not in told, told
        pair.fail("CredentialRetrievalError", **where)

    def test_wants_the_authorization_that_is_in_the_file_now(self, pair, fake_aws, where):
        file = pair.user.home.root / "authorization"
        where.update({
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer other"})
        for token in ("Bearer first", "Bearer second"):
            fake_aws.container_token = token
            file.write_text(token)
            assert pair.succeed(**where)[0] == (CONTAINER, None, {"Authorization": token})
        file.write_text("Bearer first")
        told = pair.fail("CredentialRetrievalError", **where)
        assert "AccessDenied" in told and "Bearer" not in told, told

    @pytest.mark.parametrize("token", ["Bearer a\r\nX-Other: 1", "Bearer a\nX-Other: 1"])
    def test_is_sent_no_other_header(self, pair, fake_aws, where, token):
        file = pair.user.home.root / "authorization"
        file.write_text(token)
        file_named = {**where, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file}
        assert pair.fail("ValueError", **file_named) == (
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE leads to a token that is not one line; see who"
            " writes the token")
        named = {**where, "AWS_CONTAINER_AUTHORIZATION_TOKEN": token}
        assert "is not one line" in pair.fail("ValueError", **named)
        assert fake_aws.counts() == {}
        file.write_text("Bearer a")
        assert pair.succeed(**file_named)

    @pytest.mark.parametrize("variable, value", [
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ""),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.2"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]"),
    ])
    def test_has_the_addresses_of_ecs_and_eks(self, inside, fake_aws, variable, value):
        where = {variable: value + fake_aws.container_path}
        assert inside.succeed(**where) == [(CONTAINER, None, {}), FINAL]

    @pytest.mark.parametrize("host", [
        "169.254.169.254", "[fd00:ec2::254]", "169.254.170.2.evil.com", "10.0.0.1",
        "user@10.0.0.1", "127.0.0.1@10.0.0.1", "localhost.evil.com"])
    def test_is_nobody_elses_host(self, inside, fake_aws, host):
        where = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{host}{fake_aws.container_path}"}
        told = inside.fail("ValueError", **where)
        assert told.startswith("AWS_CONTAINER_CREDENTIALS_FULL_URI "), told
        assert fake_aws.counts() == {}

    def test_that_fails_for_a_moment_is_asked_again(self, pair, fake_aws, where):
        fake_aws.on(CONTAINER, first(1, error("Unavailable", "later", 503)))
        assert pair.user.token(**where)
        assert fake_aws.count(CONTAINER) == 2
        fake_aws.on(CONTAINER, error("Unavailable", "later", 503))
        told = pair.fail("CredentialRetrievalError", **where)
        assert "container credential service" in told

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"AccessKeyId": "AKIA"}', b"\xff"])
    def test_that_answers_nonsense_gives_nothing(self, pair, fake_aws, where, content):
        fake_aws.on(CONTAINER, body(content, "application/json"))
        told = pair.user.refusal(**where)
        assert fake_aws.host in told, told
        fake_aws.on(CONTAINER, None)
        assert pair.user.token(**where)


class TestInstance:
    @pytest.fixture
    def where(self, fake_aws):
        return {
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake_aws.url}

    @pytest.fixture
    def always(self, pair):
        pair.user.home.configure("[aws]\n\tmetadata = always\n")
        return pair

    def test_gives_a_session(self, always, fake_aws, where):
        calls = always.succeed(**where)
        assert [each[0] for each in calls] == [*METADATA, TOKEN] and calls[-1] == FINAL
        [put] = fake_aws.requests("imds:GetToken")
        assert put.method == "PUT"

    def test_is_asked_by_version_two_alone(self, always, fake_aws, where):
        fake_aws.on("imds:GetToken", error("Forbidden", "no", 403))
        told = always.user.refusal(**where)
        assert "IMDSv2" in told, told
        assert fake_aws.counts() == {"imds:GetToken": 1}
        fake_aws.on("imds:GetToken", body(b"not a token of ours", "text/plain"))
        told = always.fail("NoCredentialsError", **where)
        assert "EC2 metadata service" in told and "401" in told, told
        fake_aws.on("imds:GetToken", None)
        assert always.succeed(**where)

    def test_without_a_role_has_nothing(self, always, fake_aws, where):
        fake_aws.imds_role = None
        assert "this EC2 instance has no role" in always.fail("NoCredentialsError", **where)
        assert always.user.misses("public.ecr.aws", **where)

    def test_that_says_why_it_has_nothing(self, always, fake_aws, where):
        fake_aws.imds_problem = ("AssumeRoleUnauthorizedAccess", "EC2 cannot assume the role")
        told = always.fail("NoCredentialsError", **where)
        assert "AssumeRoleUnauthorizedAccess (EC2 cannot assume the role)" in told, told
        fake_aws.imds_problem = None
        assert always.succeed(**where)

    @pytest.mark.parametrize("action", METADATA)
    def test_that_does_not_answer_is_left_after_a_second(self, always, fake_aws, where, action):
        fake_aws.on(action, hanging)
        started = time.monotonic()
        told = always.user.refusal(**where)
        assert 0.9 < time.monotonic() - started < 10, told
        assert "EC2 metadata service" in told, told
        assert fake_aws.count(action) == 1
        fake_aws.on(action, None)
        assert always.user.token(**where)

    def test_that_is_turned_off_is_not_asked(self, always, fake_aws, where):
        for value in ("true", "TRUE", "True"):
            off = {**where, "AWS_EC2_METADATA_DISABLED": value}
            assert always.fail("NoCredentialsError", **off) == NO_CREDENTIALS
        always.user.home.configure("[aws]\n\tmetadata = never\n")
        assert always.user.refusal(**where) == NO_CREDENTIALS
        assert fake_aws.counts() == {}
        always.user.home.configure("[aws]\n\tmetadata = always\n")
        assert always.user.token(**where)

    @pytest.mark.parametrize("mode, endpoint", [
        (None, None), ("IPv4", None), ("IPv6", None), ("ipv6", None),
        (None, "http://169.254.169.254/"), (None, "http://[fd00:ec2::254]")])
    def test_is_at_its_address(self, inside, always, where, mode, endpoint):
        where = {
            **where, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": mode,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}
        assert inside.succeed(**where)[-1] == FINAL

    @pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
    def test_no_proxy_stands_between(self, inside, always, fake_aws, where, variable):
        """Nor before a container's: what they hand out is for this machine alone."""
        del where["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
        proxy = {"http_proxy": "http://127.0.0.1:9", variable: "http://127.0.0.1:9"}
        assert inside.user.token(**where, **proxy)
        assert fake_aws.counts() == {**dict.fromkeys(METADATA, 1), TOKEN: 1}
        told = inside.user.refusal(
            **where, **proxy, AWS_ENDPOINT_URL="https://api.ecr.eu-west-1.amazonaws.com")
        assert "127.0.0.1 port 9" in told, "the proxy means nothing"
        assert fake_aws.counts() == {**dict.fromkeys(METADATA, 2), TOKEN: 1}

    @pytest.mark.parametrize("folder, file, text, is_instance", [
        ("hypervisor", "uuid", "ec2e1916-9099-7caf-fd21-012345abcdef\n", True),
        ("class/dmi/id", "sys_vendor", "Amazon EC2\n", True),
        ("class/dmi/id", "board_asset_tag", "i-0123456789abcdef0\n", True),
        # Root alone can read it.
        ("class/dmi/id", "product_uuid", "ec2e1916-9099-7caf-fd21-012345abcdef\n", False),
        ("hypervisor", "uuid", "00000000-0000-0000-0000-000000000000\n", False),
        ("class/dmi/id", "sys_vendor", "QEMU\n", False),
        ("class", "something", "else", False),
    ])
    def test_is_asked_where_the_machine_is_one(
            self, pair, fake_aws, where, folder, file, text, is_instance):
        user = pair.user
        within(user.home, [
            required("unshare"), "--mount", "--map-root-user", "--", "sh", "-c", _MACHINE, "sh",
            folder, file, text])
        if is_instance:
            assert user.token(**where).startswith("token-1-of-ASIA")
            assert user.refusal(**{**where, "AWS_EC2_METADATA_DISABLED": "true"}) == NO_CREDENTIALS
        else:
            assert user.refusal(**where) == NO_CREDENTIALS
            assert fake_aws.counts() == {}
            user.home.configure("[aws]\n\tmetadata = always\n")
            assert user.token(**where)
