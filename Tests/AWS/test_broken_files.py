"""Files of AWS's tools that cannot be used: each is named in one line, with what is wrong with it.

None of it keeps anybody waiting, and nothing is asked with half of a configuration.
"""

import os
import time

import pytest

from refused_user import RefusedUser
from token_user import TOKEN

ROLE = "arn:aws:iam::123456789012:role/deployer"


@pytest.fixture
def user(home, fake_aws):
    """A user whose key is in the profile `default`."""
    home.env.update(fake_aws.environment({}))
    folder = home.path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        f"[default]\naws_access_key_id = {fake_aws.key.id}\n"
        f"aws_secret_access_key = {fake_aws.key.secret}\n")
    (folder / "config").write_text("[default]\nregion = eu-west-1\n")
    user = RefusedUser(home)
    user.secrets.append(fake_aws.key.secret)
    return user


def fifo(path):
    os.mkfifo(path)


def folder(path):
    path.mkdir()


def two_mebibytes(path):
    path.write_bytes(b"# a comment with 31 characters.\n" * (2 << 15))


def device(path):
    path.symlink_to("/dev/zero")


def loop(path):
    path.symlink_to(path)


@pytest.fixture
def refused(user, fake_aws):
    """What is told at once, without a word to AWS."""

    def ask(**env):
        started = time.monotonic()
        told = user.refusal(**env)
        assert time.monotonic() - started < 10
        assert fake_aws.counts() == {}
        return told

    return ask


@pytest.mark.parametrize("name", ["config", "credentials"])
@pytest.mark.parametrize("make, problem", [
    (fifo, "{} is not a regular file"),
    (folder, "{} is not a regular file"),
    (device, "{} is not a regular file"),
    (two_mebibytes, "{} is longer than 1048576 bytes"),
    (loop, "cannot open {}: Too many levels of symbolic links"),
])
def test_no_file(user, fake_aws, refused, name, make, problem):
    path = user.home.path / ".aws" / name
    content = path.read_text()
    path.unlink()
    make(path)
    assert refused().startswith(problem.format(f"~/.aws/{name}")), refused()
    # It is no matter of the name.
    other = user.home.root / "other"
    make(other)
    variable = {"config": "AWS_CONFIG_FILE", "credentials": "AWS_SHARED_CREDENTIALS_FILE"}[name]
    assert refused(**{variable: other}).startswith(problem.format(other))
    path.rmdir() if path.is_dir() else path.unlink()
    path.write_text(content)
    assert user.token().endswith(fake_aws.key.id)


def test_no_file_is_made_after_a_token(user, fake_aws):
    """The cached token's files are looked at as well, and they must not hold it up."""
    user.token()
    config = user.home.path / ".aws/config"
    config.unlink()
    fifo(config)
    started = time.monotonic()
    assert user.refusal().startswith("~/.aws/config is not a regular file")
    assert time.monotonic() - started < 10 and fake_aws.count(TOKEN) == 1


@pytest.mark.parametrize("name", ["config", "credentials"])
@pytest.mark.parametrize("line, problem", [
    ("[profile build", "begins a section without `]` at its end"),
    ("no setting at all", "has no `=` in it"),
    ("key: value", "has no `=` in it"),
    ("= nothing", "has no name before its `=`"),
])
def test_a_line_that_is_wrong(user, fake_aws, refused, name, line, problem):
    path = user.home.path / ".aws" / name
    content = path.read_text()
    path.write_text(f"{content}# one more\n{line}\n")
    number = content.count("\n") + 2
    assert refused() == (
        f"~/.aws/{name} line {number} {problem}; correct the line: a section is `[profile NAME]`,"
        " a setting `name = value`")
    path.write_text(content)
    assert user.token().endswith(fake_aws.key.id)


@pytest.mark.parametrize("first", ["region = eu-west-1", "  region = eu-west-1"])
def test_a_setting_before_all_sections(user, refused, first):
    (user.home.path / ".aws/config").write_text(f"{first}\n[default]\n")
    assert refused().startswith("~/.aws/config line 1 comes before the first section, `[default]`")


def test_what_stands_on_a_wrong_line_is_not_repeated(user, fake_aws, refused):
    """It may be the secret."""
    user.secrets.append("the-secret-in-the-wrong-place")
    (user.home.path / ".aws/credentials").write_text(
        f"[default]\naws_access_key_id = {fake_aws.key.id}\nthe-secret-in-the-wrong-place\n")
    assert refused().startswith("~/.aws/credentials line 3 has no `=` in it")


def test_a_file_of_any_bytes(user, fake_aws, refused):
    """Text or not, it ends in a line about it, or is passed over."""
    config = user.home.path / ".aws/config"
    for content in (b"\0" * 100, b"\xff\xfe[\0d\0", bytes(range(256)), b"[default]\n\xff=\xff\n",
                    b"\xef\xbb\xbf[default]\n", b"[" * 100_000, b"[default]\r\nregion = x\r\n"):
        config.write_bytes(content)
        answer = user.home.docker("get", "123456789012.dkr.ecr.eu-west-1.amazonaws.com")
        if answer.code:
            assert answer.out.startswith(b"keyfob: ~/.aws/config line 1 ".replace(
                b"~", str(user.home.path).encode())), answer
        else:
            user.forget()
    config.write_text("[default]\n")
    assert user.token().endswith(fake_aws.key.id)


class TestWebIdentity:
    """The file with a token that somebody else writes."""

    @pytest.fixture
    def user(self, aws_home, moto, aws_proxy):
        for name in moto.builder.environment:
            del aws_home.env[name]
        identity = aws_home.root / "identity"
        aws_home.env.update({
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(identity), "AWS_ROLE_ARN": moto.deployer.arn})
        user = RefusedUser(aws_home)
        user.secrets.append(aws_proxy.web_identity)
        return user

    @pytest.mark.parametrize("make, problem", [
        (lambda path: None, "there is no web identity token in {}, which "),
        (lambda path: path.write_text(""), "there is no web identity token in {}, which "),
        (lambda path: path.write_text(" \n\n"), "there is no web identity token in {}, which "),
        (fifo, "{} is not a regular file"),
        (folder, "{} is not a regular file"),
        (two_mebibytes, "{} is longer than 1048576 bytes"),
    ])
    def test_is_none(self, user, aws_proxy, aws_token, make, problem):
        path = user.home.root / "identity"
        make(path)
        assert user.refusal().startswith(problem.format(path))
        assert aws_proxy.counts() == {}
        if path.is_dir():
            path.rmdir()
        elif path.exists():
            path.unlink()
        path.write_text(aws_proxy.web_identity + "\n")
        assert user.token().startswith("token-1-of-ASIA")
        assert aws_proxy.count("sts:AssumeRoleWithWebIdentity") == 1

    def test_is_another(self, user, aws_proxy, aws_token):
        path = user.home.root / "identity"
        path.write_text("somebody-else")
        assert aws_token(user.home.env) == "InvalidIdentityToken"
        assert ": InvalidIdentityToken (" in user.refusal()
        path.write_text(aws_proxy.web_identity)
        assert isinstance(aws_token(user.home.env), tuple) and user.token()
