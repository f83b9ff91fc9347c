"""What an administrator says about registries: their names, their keys, their profiles, limits."""

import time

import pytest

from Support import Account
from Support.aws_behaviour import hanging
from Support.aws_moto import ACCOUNT, ECR_HOST
from Support.aws_signature import access_key_id, authorization
from token_user import (  # noqa: F401
    CHINESE_HOST, GALLERY, NAMED, NO_CREDENTIALS, OTHER_ACCOUNT, OTHER_HOST, PUBLIC_TOKEN, TOKEN,
    TokenUser, keyless, login, scopes, user,
)


class TestCustomName:
    @pytest.fixture
    def named(self, user):
        user.home.configure(f'[aws "{NAMED}"]\n\tregistry = {CHINESE_HOST}\n')
        return user

    def test_stands_for_a_registry(self, named, fake_aws):
        assert named.token(NAMED) == f"token-1-of-{fake_aws.key.id}"
        assert named.token(f"https://{NAMED.upper()}/v2/") == f"token-1-of-{fake_aws.key.id}"
        [request] = fake_aws.requests(TOKEN)
        assert request.document == {"registryIds": [ACCOUNT]}
        assert scopes(fake_aws) == [("cn-north-1", "ecr")]

    @pytest.mark.parametrize("stranger", [
        "example.com", f"a.{NAMED}", f"{NAMED}:5000", f"http://{NAMED}", f"{NAMED}.evil.com"])
    def test_stands_for_itself_alone(self, named, fake_aws, stranger):
        assert named.misses(stranger) and fake_aws.counts() == {}
        assert named.token(NAMED)

    def test_is_written_in_any_case(self, user, fake_aws):
        user.home.configure(f'[AWS "{NAMED.upper()}"]\n\tRegistry = {ECR_HOST}\n')
        assert user.token(NAMED).endswith(fake_aws.key.id)

    def test_may_have_a_port(self, user, fake_aws):
        user.home.configure(f'[aws "{NAMED}:5000"]\n\tregistry = {ECR_HOST}\n')
        assert user.misses(NAMED)
        assert user.token(f"{NAMED}:5000").endswith(fake_aws.key.id)

    def test_must_stand_for_a_registry(self, user):
        user.home.configure(f'[aws "{NAMED}"]\n\tregistry = {ECR_HOST}.evil.com\n')
        assert user.refusal(NAMED) == (
            f"~/.config/keyfob/config, line 2: `{ECR_HOST}.evil.com` is not the host of an ECR"
            " registry; write one such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com")

    def test_keeps_a_login_as_registries_do(self, named, fake_aws):
        named.docker_store(NAMED, Account("AWS", login(1500000000)))
        assert named.token(NAMED) == f"token-1-of-{fake_aws.key.id}"
        named.docker_store(NAMED, Account("AWS", login(4102444800)))
        assert named.token(NAMED) == login(4102444800)
        named.forget(NAMED)
        assert named.token(NAMED) == f"token-2-of-{fake_aws.key.id}"


class TestAccessKey:
    """A key that is stored in Keyfob and bound to the registry."""

    @pytest.fixture
    def key(self, fake_aws):
        return fake_aws.add_key()

    @pytest.fixture
    def add(self, user, key):
        def add(options, secret=key.secret):
            user.does(f"keyfob add own --kind access-key --access-key-id {key.id} {options}"
                      " --stdin", secret)
        return add

    def test_is_used_before_what_the_environment_has(self, user, fake_aws, key, add):
        add(f"--bind registry:{ECR_HOST}")
        assert user.token() == f"token-1-of-{key.id}"
        assert user.token(OTHER_HOST) == f"token-2-of-{fake_aws.key.id}"
        assert user.token() == f"token-1-of-{key.id}"
        assert user.docker_list() == {}, "no client can use the key itself"
        user.does("keyfob remove own --yes")
        assert user.token() == f"token-3-of-{fake_aws.key.id}"

    def test_is_all_it_takes(self, keyless, fake_aws, key, add):
        add(f"--bind registry:{ECR_HOST}")
        assert keyless.token() == f"token-1-of-{key.id}"
        assert keyless.refusal(OTHER_HOST) == NO_CREDENTIALS

    def test_answers_under_a_name_of_ones_own(self, user, fake_aws, key, add):
        add(f"--bind registry:{NAMED} --account {OTHER_ACCOUNT} --region us-gov-west-1")
        assert user.token(NAMED) == f"token-1-of-{key.id}"
        assert scopes(fake_aws) == [("us-gov-west-1", "ecr")]
        assert fake_aws.requests()[0].document == {"registryIds": [OTHER_ACCOUNT]}
        assert user.misses(f"a.{NAMED}")

    def test_answers_for_every_registry_of_a_wildcard(self, user, fake_aws, key, add):
        add("--bind 'registry:*.dkr.ecr.eu-west-1.amazonaws.com'")
        for number, host in enumerate((ECR_HOST, OTHER_HOST), 1):
            assert user.token(host) == f"token-{number}-of-{key.id}"
        assert user.token(CHINESE_HOST).endswith(fake_aws.key.id)

    def test_that_changed_has_no_token_yet(self, user, fake_aws, key, add):
        add(f"--bind registry:{ECR_HOST}", secret="not the secret of this key")
        told = user.refusal()
        assert "InvalidSignatureException" in told and f"access key {key.id} (own)" in told, told
        user.does("keyfob edit own --stdin", key.secret)
        assert user.token().endswith(key.id)
        user.does("keyfob edit own --stdin", "not the secret of this key")
        assert "InvalidSignatureException" in user.refusal()

    def test_comes_with_its_session_token(self, user, fake_aws):
        session = fake_aws.add_key(lifetime=3600)
        user.home.root.joinpath("token").write_text(session.token)
        answer = user.home.run(
            "sh", "-c", f'keyfob add own --kind access-key --access-key-id {session.id} --stdin'
            f' --session-token-fd 7 --bind registry:{ECR_HOST} 7<"$1"', "sh",
            user.home.root / "token", input=session.secret)
        assert answer.code == 0, answer
        assert user.token() == f"token-1-of-{session.id}"

    def test_answers_for_the_gallery(self, user, fake_aws, key, add):
        add(f"--bind registry:{GALLERY}")
        assert user.token(GALLERY) == f"token-1-of-{key.id}"
        assert scopes(fake_aws, PUBLIC_TOKEN) == [("us-east-1", "ecr-public")]

    def test_assumes_its_role(self, aws_home, aws_proxy, moto):
        user, key, role = TokenUser(aws_home), moto.builder, moto.deployer
        user.does(f"keyfob add own --kind access-key --access-key-id {key.key_id} --region"
                  f" us-west-2 --role-arn {role.arn} --external-id team/42 --session-name pull"
                  f" --bind registry:{ECR_HOST} --stdin", key.secret)
        assert user.token().startswith("token-1-of-ASIA")
        [asked] = aws_proxy.requests("sts:AssumeRole")
        assert access_key_id(asked) == key.key_id
        assert authorization(asked)["region"] == "us-west-2"
        wanted = {"RoleArn": role.arn, "ExternalId": "team/42", "RoleSessionName": "pull"}
        assert wanted.items() <= asked.form.items()
        user.does("keyfob edit own --mfa-serial GAHT12345678")
        assert user.refusal() == (
            f"role {role.arn} wants a code of the MFA device GAHT12345678;"
            " run `keyfob refresh` with the registry's address on a terminal; it asks for the code")
        assert aws_proxy.count("sts:AssumeRole") == 1
        user.does(f"keyfob edit own --mfa-serial '' --role-arn {moto.closed.arn}")
        told = user.refusal()
        assert f"sts:AssumeRole for access key {key.key_id} (own): AccessDenied" in told, told


class TestMapping:
    """Accounts and hosts to profiles."""

    @pytest.fixture
    def profiles(self, user, fake_aws):
        """Names of profiles, and the keys in them."""
        keys = {name: fake_aws.add_key() for name in ("build", "other")}
        folder = user.home.path / ".aws"
        folder.mkdir()
        (folder / "credentials").write_text("".join(
            f"[{name}]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"
            for name, key in keys.items()))
        return keys

    def test_by_account(self, user, fake_aws, profiles):
        user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = build\n')
        assert user.token().endswith(profiles["build"].id)
        assert user.token(CHINESE_HOST).endswith(profiles["build"].id)
        assert user.token(OTHER_HOST).endswith(fake_aws.key.id)
        assert user.token(AWS_PROFILE="other").endswith(profiles["build"].id)
        assert user.token(GALLERY).endswith(fake_aws.key.id)

    def test_by_host_first(self, user, fake_aws, profiles):
        user.home.configure(
            f'[aws "{ACCOUNT}"]\n\tprofile = build\n[aws "{ECR_HOST}"]\n\tprofile = other\n'
            f'[aws "{GALLERY}"]\n\tprofile = build\n')
        assert user.token().endswith(profiles["other"].id)
        assert user.token(CHINESE_HOST).endswith(profiles["build"].id)
        assert user.token(GALLERY).endswith(profiles["build"].id)

    def test_by_a_name_of_ones_own(self, user, profiles):
        user.home.configure(f'[aws "{NAMED}"]\n\tregistry = {ECR_HOST}\n\tprofile = other\n')
        assert user.token(NAMED).endswith(profiles["other"].id)

    def test_that_changes_serves_no_other_token(self, user, fake_aws, profiles):
        for name in ("build", "other", "build"):
            user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = {name}\n')
            assert user.token().endswith(profiles[name].id)
        assert fake_aws.count(TOKEN) == 2

    def test_to_a_profile_that_is_not_there(self, user, fake_aws, profiles):
        user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = nobody\n')
        assert user.refusal() == (
            "there is no AWS profile nobody in ~/.aws/config or ~/.aws/credentials; make it with"
            " `aws configure --profile nobody`, or correct the `profile` in Keyfob's"
            " configuration")
        assert fake_aws.counts() == {}

    def test_to_a_profile_without_credentials(self, user, fake_aws):
        (user.home.path / ".aws").mkdir()
        (user.home.path / ".aws/config").write_text("[profile empty]\nregion = eu-west-1\n")
        user.home.configure(f'[aws "{ACCOUNT}"]\n\tprofile = empty\n')
        assert user.refusal() == (
            "the AWS profile empty says nothing about credentials; run"
            " `aws configure --profile empty`")
        assert fake_aws.counts() == {}


@pytest.mark.parametrize("line, message", [
    ("metadata = yes", "metadata can only be `auto`, `always` or `never`"),
    ("metadata", "metadata can only be `auto`, `always` or `never`"),
    ("processes = no", "processes can only be `allow` or `never`"),
    ("timeout = 0", "`0` is no time for minting; write a number of seconds, 1 to 300"),
    ("timeout = 301", "`301` is no time for minting; write a number of seconds, 1 to 300"),
    ("timeout = 5s", "`5s` is no time for minting; write a number of seconds, 1 to 300"),
    ("timeout =", "`` is no time for minting; write a number of seconds, 1 to 300"),
])
def test_a_wrong_setting_is_named_with_its_line(user, fake_aws, line, message):
    user.home.configure(f"[aws]\n\t{line}\n")
    assert user.refusal() == f"~/.config/keyfob/config, line 2: {message}"
    assert fake_aws.counts() == {}


@pytest.mark.parametrize("line", [
    "metadata = auto", "metadata = always", "metadata = never", "processes = allow",
    "processes = never", "timeout = 1", "timeout = 300",
])
def test_a_right_setting_is_followed(user, fake_aws, line):
    user.home.configure(f"[aws]\n\t{line}\n")
    assert user.token() == f"token-1-of-{fake_aws.key.id}"


def test_minting_ends_in_time(user, fake_aws):
    user.home.configure("[aws]\n\ttimeout = 1\n")
    fake_aws.on(TOKEN, hanging)
    started = time.monotonic()
    told = user.refusal()
    assert 0.9 < time.monotonic() - started < 10, told
    fake_aws.on(TOKEN, None)
    assert user.token().endswith(fake_aws.key.id)
