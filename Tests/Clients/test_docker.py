"""The docker command line logs in, reads from a registry and logs out through the helper."""

import json

import pytest

from Support import ALICE, BOB, Spy

HUB = "https://index.docker.io/v1/"


@pytest.fixture
def configure(home):
    """Writes a docker configuration and returns the variables that choose it."""

    def write(settings, folder=".docker"):
        path = home.path / folder
        path.mkdir()
        (path / "config.json").write_text(json.dumps(settings))
        return {"DOCKER_CONFIG": str(path)}

    return write


@pytest.fixture
def docker(registry_user, configure):
    """Runs docker with the helper as its credential store."""
    configure({"credsStore": "keyfob"})
    return lambda *args, **options: registry_user.run("docker", *args, **options)


@pytest.fixture
def login(docker, registry):
    def run(account, server=None, **options):
        return docker(
            "login", "--username", account.username, "--password-stdin", server or registry.host,
            input=account.password, **options)

    return run


def seed(home, server, account):
    entry = {"ServerURL": server, "Username": account.username, "Secret": account.password}
    assert home.docker("store", json.dumps(entry)) == (0, b"", b"")


def test_login_stores_the_credential_in_the_helper_and_none_in_config_json(
        home, login, registry, spy, stored):
    answer = login(ALICE)

    assert (answer.code, b"Login Succeeded" in answer.out) == (0, True), answer
    assert spy.requests() == [("store", registry.host)]
    assert stored(registry.host) == ALICE
    written = json.loads((home.path / ".docker/config.json").read_text())
    assert written == {"auths": {registry.host: {}}, "credsStore": "keyfob"}


def test_login_with_a_wrong_password_stores_nothing_and_keeps_what_was_stored(
        login, registry, spy, stored):
    wrong = ALICE._replace(password="wrong")

    assert login(wrong).code == 1
    assert stored(registry.host) is None
    assert login(ALICE).code == 0
    assert login(wrong).code == 1
    assert stored(registry.host) == ALICE
    assert spy.verbs() == ["store"]


def test_login_by_url_is_found_by_host(login, registry, stored):
    assert login(ALICE, f"https://{registry.host}/v2/").code == 0
    assert stored(registry.host) == ALICE


def test_login_as_somebody_else_makes_that_account_the_one_that_answers(
        login, registry, stored):
    for account in (ALICE, BOB, ALICE):
        assert login(account).code == 0
        assert stored(registry.host) == account


def test_manifest_inspect_reaches_the_registry_with_the_stored_credential(
        docker, login, registry, spy):
    refused = docker("manifest", "inspect", registry.image)
    assert (refused.code, spy.requests()[0]) == (1, ("get", registry.host))

    assert login(ALICE).code == 0
    spy.take()
    answer = docker("manifest", "inspect", registry.image)

    assert answer.code == 0, answer
    assert json.loads(answer.out)["schemaVersion"] == 2
    assert set(spy.requests()) == {("get", registry.host)}


def test_logout_erases_every_form_of_the_address_and_nothing_is_left(
        docker, login, registry, spy, stored):
    assert login(ALICE).code == 0
    assert stored(registry.host) == ALICE
    spy.take()

    answer = docker("logout", registry.host)

    assert (answer.code, answer.err) == (0, b"")
    erased = spy.take()
    assert [(call.verb, call.key, call.code) for call in erased] == [
        ("erase", registry.host, 0), ("erase", registry.host, 0),
        ("erase", f"http://{registry.host}", 0), ("erase", f"https://{registry.host}", 0),
    ]
    assert stored(registry.host) is None


def test_logout_from_one_registry_leaves_another_one_logged_in(
        docker, login, registry, stored):
    other = f"127.0.0.1:{registry.port}"
    assert login(ALICE).code == 0
    assert login(BOB, other).code == 0

    assert docker("logout", registry.host).code == 0

    assert stored(registry.host) is None
    assert stored(other) == BOB


def test_logout_succeeds_when_nothing_is_stored(docker, registry, spy):
    answer = docker("logout", registry.host)

    assert (answer.code, answer.err) == (0, b"")
    assert [call.code for call in spy.take()] == [0] * 4


def test_logout_from_the_hub_erases_its_login_and_no_other_entry_under_it(
        home, docker, spy, stored):
    token = BOB._replace(password="an access token")
    seed(home, HUB, ALICE)
    seed(home, f"{HUB}access-token", token)
    for alias in (HUB, "docker.io", "index.docker.io", "registry-1.docker.io"):
        assert stored(alias) == ALICE

    answer = docker("logout")

    assert (answer.code, answer.err) == (0, b"")
    calls = spy.requests()
    assert calls[-1] == ("erase", HUB)
    # Docker asks for a refresh token first since it can log in by browser; older ones do not.
    assert calls[:-1] in ([], [("get", f"{HUB}refresh-token")])
    assert stored(HUB) is None
    assert stored(f"{HUB}access-token") == token


def test_a_link_of_its_own_name_gives_a_registry_a_second_account(
        registry_user, configure, registry, stored):
    link = "docker-credential-keyfob-work"
    registry_user.link(link, "docker-credential-keyfob")
    registry_user.configure('[link "work"]\n    scope = acme/work\n')
    spy = Spy(registry_user, link)
    private = configure({"credHelpers": {registry.host: "keyfob"}}, "private")
    work = configure({"credHelpers": {registry.host: "keyfob-work"}}, "work")

    def docker(*args, **options):
        return registry_user.run("docker", *args, **options).code

    def login(account, config):
        return docker("login", "-u", account.username, "--password-stdin", registry.host,
                      input=account.password, **config)

    def inspect(config):
        return docker("manifest", "inspect", registry.image, **config)

    assert login(ALICE, private) == 0
    assert stored(registry.host, link) == ALICE, "a scope sees what encloses it"
    assert login(BOB, work) == 0
    assert [call.program for call in spy.take()] == ["docker-credential-keyfob", link]

    with registry.only(ALICE):
        assert (inspect(private), inspect(work)) == (0, 1)
    with registry.only(BOB):
        assert (inspect(private), inspect(work)) == (1, 0)

    assert docker("logout", registry.host, **work) == 0
    assert stored(registry.host) == ALICE


def test_a_link_without_its_section_is_an_error_that_docker_shows(
        registry_user, configure, registry):
    registry_user.link("docker-credential-keyfob-work", "docker-credential-keyfob")
    work = configure({"credHelpers": {registry.host: "keyfob-work"}}, "work")

    def inspect():
        return registry_user.run("docker", "manifest", "inspect", registry.image, **work)

    refused = registry_user.docker("get", registry.host, "docker-credential-keyfob-work")
    assert refused.code == 1
    assert refused.out.count(b"\n") == 1 and b"work" in refused.out
    assert inspect().code == 1

    registry_user.configure('[link "work"]\n    scope = acme/work\n')
    login = registry_user.run(
        "docker", "login", "-u", ALICE.username, "--password-stdin", registry.host,
        input=ALICE.password, **work)
    assert login.code == 0, login
    assert inspect().code == 0


def test_logging_out_of_a_port_leaves_the_host_logged_in(home):
    for server, name in (("reg.example", "host"), ("reg.example:80", "port")):
        login = {"ServerURL": server, "Username": name, "Secret": f"secret of the {name}"}
        assert home.docker("store", json.dumps(login)).code == 0
    # What `docker logout reg.example:80` sends.
    for key in ("reg.example:80", "reg.example:80", "http://reg.example:80",
                "https://reg.example:80"):
        assert home.docker("erase", key).code == 0
    assert home.docker("get", "reg.example:80").code == 1
    assert json.loads(home.docker("get", "reg.example").out)["Username"] == "host"
    for key in ("reg.example", "http://reg.example", "https://reg.example"):
        assert home.docker("erase", key).code == 0
    assert home.docker("get", "reg.example").code == 1
