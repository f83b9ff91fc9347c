"""skopeo, podman and buildah log in, fetch and log out through the helper."""

import json
import tempfile

import pytest

from Support import ALICE, BOB


@pytest.fixture
def storage():
    """Options for private image storage; podman takes no folder whose name is over 50 bytes."""
    with tempfile.TemporaryDirectory(prefix="keyfob-") as root:
        yield ("--storage-driver", "vfs", "--root", f"{root}/images", "--runroot", f"{root}/run")


@pytest.fixture
def client(registry_user, registry, storage):
    """Runs a client whose auth.json names the helper for the registry, with private storage."""
    authentication = registry_user.path / "auth.json"
    authentication.write_text(json.dumps({"credHelpers": {registry.host: "keyfob"}}))
    registry_user.env["REGISTRY_AUTH_FILE"] = str(authentication)
    options = {
        "skopeo": ("--insecure-policy",),
        "podman": (*storage, "--tmpdir", f"{registry_user.root}/tmp/podman"),
        "buildah": storage,
    }

    def run(program, *args, **more):
        return registry_user.run(program, *options[program], *args, timeout=30, **more)

    return run


@pytest.fixture
def login(client, registry):
    def run(program, account=ALICE, **options):
        return client(
            program, "login", "-u", account.username, "--password-stdin", registry.host,
            input=account.password, **options)

    return run


ALL = pytest.mark.parametrize("program", ["skopeo", "podman", "buildah"])


@ALL
def test_login_stores_the_credential_in_the_helper_and_none_in_auth_json(
        program, home, login, registry, spy, stored):
    assert login(program).code == 0

    assert spy.requests() == [("get", registry.host), ("store", registry.host)]
    assert stored(registry.host) == ALICE
    written = json.loads((home.path / "auth.json").read_text())
    assert not written.get("auths") and written["credHelpers"] == {registry.host: "keyfob"}


@ALL
def test_login_with_a_wrong_password_stores_nothing(program, login, registry, spy, stored):
    refused = login(program, ALICE._replace(password="wrong"))
    assert refused.code > 0 and b"invalid username/password" in refused.err, refused
    assert "store" not in spy.verbs()
    assert stored(registry.host) is None

    assert login(program).code == 0
    assert stored(registry.host) == ALICE


@ALL
def test_get_login_names_the_account_that_was_stored_last(program, client, login, registry, spy):
    for account in (ALICE, BOB):
        assert login(program, account).code == 0
        spy.take()
        answer = client(program, "login", "--get-login", registry.host)
        assert (answer.code, answer.out) == (0, f"{account.username}\n".encode())
        assert spy.requests() == [("get", registry.host)]


@ALL
def test_logout_erases_the_credential_once(program, client, login, registry, spy, stored):
    assert login(program).code == 0
    assert stored(registry.host) == ALICE
    spy.take()

    answer = client(program, "logout", registry.host)

    assert answer.code == 0, answer
    assert spy.requests().count(("erase", registry.host)) == 1
    assert stored(registry.host) is None


def test_skopeo_inspects_and_copies_with_the_stored_credential(client, login, registry, spy):
    inspect = ("inspect", f"docker://{registry.image}")
    refused = client("skopeo", *inspect)
    assert refused.code > 0 and b"authentication required" in refused.err, refused

    assert login("skopeo").code == 0
    spy.take()
    answer = client("skopeo", *inspect)
    assert answer.code == 0, answer
    assert json.loads(answer.out)["Name"] == f"{registry.host}/team/app"

    pushed = client("skopeo", "copy", registry.layout, f"docker://{registry.host}/team/copied:1")
    assert pushed.code == 0, pushed
    assert set(spy.requests()) == {("get", registry.host)}


@pytest.mark.parametrize("program", ["podman", "buildah"])
def test_pull_fetches_an_image_with_the_stored_credential(program, client, login, registry, spy):
    refused = client(program, "pull", registry.image)
    assert refused.code > 0 and b"authentication required" in refused.err, refused

    assert login(program).code == 0
    spy.take()
    answer = client(program, "pull", registry.image)

    assert answer.code == 0, answer
    assert set(spy.requests()) == {("get", registry.host)}
    images = client(program, "images", "--format", "{{.Name}}" if program == "buildah"
                    else "{{.Repository}}")
    assert images.out.decode().split() == [f"{registry.host}/team/app"]


@pytest.fixture
def podman_by_registries_conf(client, home):
    """podman told of the helper by registries.conf instead of auth.json."""
    del home.env["REGISTRY_AUTH_FILE"]
    settings = home.path / "registries.conf"
    settings.write_text('credential-helpers = ["keyfob"]\n')
    return lambda *args, **options: client(
        "podman", *args, CONTAINERS_REGISTRIES_CONF=settings, **options)


def test_podman_finds_the_helper_through_registries_conf(
        podman_by_registries_conf, home, registry, spy, stored):
    podman = podman_by_registries_conf
    assert podman("login", "-u", ALICE.username, "--password-stdin", registry.host,
                  input=ALICE.password).code == 0
    assert "store" in spy.verbs()
    assert stored(registry.host) == ALICE
    assert not list(home.root.rglob("containers/auth.json")), "podman kept it in its own file"

    assert podman("pull", registry.image).code == 0
    assert spy.requests().count(("get", registry.host)) > 0

    assert podman("logout", registry.host).code == 0
    assert stored(registry.host) is None


def test_podman_logout_from_all_lists_and_erases_every_registry(
        podman_by_registries_conf, home, registry, spy, stored):
    podman = podman_by_registries_conf
    servers = [registry.host, f"127.0.0.1:{registry.port}"]
    for server in servers:
        assert podman("login", "-u", ALICE.username, "--password-stdin", server,
                      input=ALICE.password).code == 0
    kept = {"protocol": "https", "host": "git.example.com", **BOB.attributes()}
    home.git("store", "".join(f"{name}={value}\n" for name, value in kept.items()))
    assert [stored(server) for server in servers] == [ALICE, ALICE]
    spy.take()

    answer = podman("logout", "--all")

    assert answer.code == 0, answer
    calls = spy.requests()
    assert "list" in [verb for verb, _ in calls]
    assert {key for verb, key in calls if verb == "erase"} == set(servers)
    assert [stored(server) for server in servers] == [None, None]
    request = b"protocol=https\nhost=git.example.com\n"
    assert b"username=bob\n" in home.git("get", request).out
