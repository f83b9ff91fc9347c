"""skopeo, podman, buildah and docker on a registry that lets in with the minted token alone, where
nobody ever logged in."""

import json
import secrets
import tempfile
from functools import partial

import pytest

from Support import Spy
from Support.aws_behaviour import error
from Support.aws_moto import ECR_HOST
from Support.token_registry import TokenRegistry
from token_user import NO_CREDENTIALS, TOKEN, keyless, user  # noqa: F401


@pytest.fixture
def registry(tmp_path, certificate, fake_aws):
    """A registry for the next tokens that are minted, which are as long as AWS's are."""
    fake_aws.password = secrets.token_urlsafe(1800)
    with TokenRegistry(tmp_path, password=fake_aws.password, certificate=certificate) as server:
        yield server


@pytest.fixture
def member(user, registry, certificate):
    """The user, whose clients trust the registry and ask the helper about it."""
    home = user.home
    home.configure(f'[aws "{registry.host}"]\n\tregistry = {ECR_HOST}\n')
    authentication = home.path / "auth.json"
    authentication.write_text(json.dumps({"credHelpers": {registry.host: "keyfob"}}))
    (home.path / ".docker").mkdir()
    (home.path / ".docker/config.json").write_text(json.dumps({"credsStore": "keyfob"}))
    home.env.update(certificate.environment(), REGISTRY_AUTH_FILE=str(authentication))
    return user


@pytest.fixture
def fetch(member, registry):
    """Has a client read the image, from what it is asked for to its own exit code and words."""
    with tempfile.TemporaryDirectory(prefix="keyfob-") as root:
        storage = ("--storage-driver", "vfs", "--root", f"{root}/images", "--runroot",
                   f"{root}/run")
        lines = {
            "skopeo": ("skopeo", "--insecure-policy", "inspect", f"docker://{registry.image}"),
            "podman": ("podman", *storage, "--tmpdir", f"{root}/tmp", "pull", registry.image),
            "buildah": ("buildah", *storage, "pull", "--policy", "always", registry.image),
            "docker": ("docker", "manifest", "inspect", registry.image),
        }
        yield lambda client, **env: member.home.run(*lines[client], timeout=30, **env)


ALL = pytest.mark.parametrize("client", ["skopeo", "podman", "buildah", "docker"])


@ALL
def test_reads_without_a_login(fetch, member, registry, fake_aws, client):
    spy = Spy(member.home)
    answer = fetch(client)
    assert answer.code == 0, answer
    assert set(spy.requests()) == {("get", registry.host)}
    assert fake_aws.counts() == {TOKEN: 1}
    assert registry.admitted > 0 and registry.refused == 0
    assert not member.home.credentials.exists()

    # The registry wants another password now: it was no open door.
    admitted, registry.password = registry.admitted, secrets.token_urlsafe(1800)
    refused = fetch(client)
    assert refused.code > 0, refused
    assert registry.admitted == admitted and registry.refused > 0
    assert fake_aws.password.encode() not in refused.out + refused.err

    # The next token is that password.
    fake_aws.password = registry.password
    member.forget(registry.host)
    assert fetch(client).code == 0 and fake_aws.counts() == {TOKEN: 2}


@pytest.mark.parametrize("client", ["skopeo", "podman", "buildah"])
def test_says_why_there_is_no_token(fetch, fake_aws, client):
    """docker's `manifest` keeps to itself what a helper says."""
    fake_aws.on(TOKEN, error("AccessDeniedException"))
    refused = fetch(client)
    assert refused.code > 0
    told = refused.out + refused.err
    assert b"AccessDenied" in told and b"allow ecr:GetAuthorizationToken" in told, told
    fake_aws.on(TOKEN, None)
    assert fetch(client).code == 0


def test_says_that_there_are_no_credentials(fetch, keyless):
    refused = fetch("skopeo")
    assert refused.code > 0 and NO_CREDENTIALS.split(":")[0].encode() in refused.err, refused


def test_docker_login_with_the_minted_token_keeps_nothing(member, registry, fake_aws):
    """`aws ecr get-login-password | docker login`, as people are used to."""
    docker = partial(member.home.run, "docker")
    minted = member.token(registry.host)
    line = ("login", "--username", "AWS", "--password-stdin", registry.host)
    spy = Spy(member.home)
    answer = docker(*line, input=minted)
    assert (answer.code, b"Login Succeeded" in answer.out) == (0, True), answer
    assert spy.requests() == [("store", registry.host)]
    assert not member.home.credentials.exists() and member.docker_list() == {}

    # With another token it is a login, until that ends.
    registry.password = secrets.token_urlsafe(1800)
    assert docker(*line, input=registry.password).code == 0
    assert member.docker_list() == {registry.host: "AWS"}
    assert member.token(registry.host) == registry.password != minted
    assert fake_aws.counts() == {TOKEN: 1}

    assert docker("logout", registry.host).code == 0
    assert member.docker_list() == {}
    assert member.token(registry.host) == minted and fake_aws.counts() == {TOKEN: 2}
