"""`keyfob setup podman`, judged by podman, skopeo and buildah."""

import base64
import json
import tempfile

import pytest

from Support import ALICE

CLIENTS = pytest.mark.parametrize("program", ["podman", "skopeo", "buildah"])


@pytest.fixture
def client(registry_user, registry):
    """Runs a client with image storage of its own: logs in, and reads from the registry."""
    with tempfile.TemporaryDirectory(prefix="keyfob-") as root:
        storage = ("--storage-driver", "vfs", "--root", f"{root}/i", "--runroot", f"{root}/r")
        options = {
            "skopeo": ("--insecure-policy",), "podman": (*storage, "--tmpdir", f"{root}/t"),
            "buildah": storage,
        }

        def run(program, verb):
            account = ("-u", ALICE.username, "--password-stdin", registry.host)
            arguments = {
                "login": ("login", *account), "logout": ("logout", registry.host),
                "read": ("inspect", f"docker://{registry.image}") if program == "skopeo"
                else ("pull", registry.image),
            }[verb]
            return registry_user.run(
                program, *options[program], *arguments, timeout=60,
                input=ALICE.password if verb == "login" else b"").code

        yield run


@pytest.fixture
def own_store(home):
    """The file that the clients write logins to by themselves."""
    return home.root / "run/containers/auth.json"


@pytest.fixture
def drop_in(home):
    return home.path / ".config/containers/registries.conf.d/99-keyfob.conf"


@CLIENTS
def test_one_command_makes_a_client_log_in_read_and_log_out_through_keyfob(
        setup, client, program, spy, home, registry, own_store):
    setup("podman")
    assert client(program, "read") != 0
    spy.take()

    assert client(program, "login") == 0
    assert spy.requests()[-1] == ("store", registry.host)
    assert not own_store.exists()
    assert client(program, "read") == 0
    assert set(spy.requests()) == {("get", registry.host)}
    assert client(program, "logout") == 0
    assert home.docker("list").out == b"{}\n"


@CLIENTS
def test_after_undo_a_client_keeps_its_own_file_again(setup, client, program, spy, own_store):
    setup("podman")
    setup("podman", "--undo")
    spy.take()
    assert client(program, "login") == 0
    assert spy.calls() == [] and "auth" in own_store.read_text()


@CLIENTS
def test_the_folder_is_found_wherever_other_configuration_is(
        setup, client, program, spy, home, own_store):
    home.env["XDG_CONFIG_HOME"] = str(home.path / "elsewhere")
    registries = home.path / "registries.conf"
    registries.write_text('credential-helpers = ["containers-auth.json"]\n')
    home.env["CONTAINERS_REGISTRIES_CONF"] = str(registries)
    setup("podman")
    assert client(program, "login") == 0
    assert "store" in spy.verbs() and not own_store.exists()


def test_a_second_setup_changes_nothing_and_undo_takes_the_file_away(setup, drop_in, files):
    setup("podman")
    assert 'credential-helpers = ["keyfob"]' in drop_in.read_text().splitlines()
    first = files()
    assert b"Nothing to change" in setup("podman").out
    assert files() == first
    setup("podman", "--undo")
    assert not drop_in.exists()


def test_a_dry_run_says_the_same_and_changes_nothing(report, files):
    before = files()
    planned = report("podman", "--dry-run")
    assert files() == before
    assert report("podman") == planned
    assert files() != before


def test_a_file_that_was_changed_since_is_left_alone(setup, drop_in):
    setup("podman")
    drop_in.write_text('credential-helpers = ["keyfob", "mine"]\n')
    assert b"was changed since setup" in setup("podman", "--undo").err
    assert "mine" in drop_in.read_text()


def test_logins_in_the_clients_own_files_are_named_without_their_secrets(
        setup, report, own_store, home):
    secret = base64.b64encode(b"carol:hidden").decode()
    docker, user = home.path / ".docker/config.json", home.path / ".config/containers/auth.json"
    for path, content in (
            (own_store, {"auths": {"a.example.com": {"auth": secret}}}),
            (user, {"auths": {"docker.io": {"auth": secret}}, "credHelpers": {"gcr.io": "gcloud"}}),
            (docker, {"auths": {"https://index.docker.io/v1/": {"auth": secret}}})):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content))

    answer = setup("podman", "--dry-run")
    assert secret.encode() not in answer.out + answer.err
    assert [tuple(login.values()) for login in report("podman")["unseenLogins"]] == [
        ("a.example.com", "run `podman login a.example.com` again",
         f"in plain text (base64) in {own_store}"),
        ("docker.io", "run `podman login docker.io` again", f"in plain text (base64) in {user}"),
        ("gcr.io", "run `podman login gcr.io` again",
         f"held by docker-credential-gcloud, as {user} says"),
        ("https://index.docker.io/v1/", "run `podman login docker.io` again",
         f"in plain text (base64) in {docker}"),
    ]


def test_a_file_of_logins_that_cannot_be_read_is_said_and_stops_nothing(report, own_store, drop_in):
    own_store.parent.mkdir()
    own_store.write_text("{")
    unseen = report("podman")["unseenLogins"]
    assert [login["address"] for login in unseen] == ["every registry"]
    assert f"{own_store}, line 1, column 2" in unseen[0]["where"]
    assert drop_in.exists()


@pytest.mark.parametrize("text", [
    'credential-helpers = ["old"]\n', "# x\r\ncredential-helpers=[ 'old', ]\r\n[[registry]]\r\n",
    'unqualified-search-registries = ["a"]\n credential-helpers = [\n  # "no"\n  "old"\n]\n'])
def test_the_helper_before_is_asked_for_its_logins(report, home, program, text):
    registries = home.path / ".config/containers/registries.conf"
    registries.parent.mkdir(parents=True)
    registries.write_text(text)
    program("docker-credential-old", "echo '{\"b.example.com\": \"carol\"}'")
    unseen = report("podman")["unseenLogins"]
    assert [login["where"] for login in unseen] == ["held by docker-credential-old"]


def test_a_file_that_comes_later_and_names_other_helpers_is_noticed(setup, drop_in, client, spy):
    assert setup("podman").err == b""
    other = drop_in.with_name("zz.conf")
    other.write_text('credential-helpers = ["containers-auth.json"]\n')
    assert f"{other} names other credential helpers and comes later" in setup("podman").err.decode()
    assert client("skopeo", "login") == 0 and spy.calls() == [], "so it does win"

    other.rename(drop_in.with_name("10-other.conf"))
    assert setup("podman").err == b""
    assert client("skopeo", "login") == 0 and "store" in spy.verbs()
