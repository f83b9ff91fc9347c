"""docker's list of a store with thousands of logins: complete, and nothing that is not docker's."""

import os
import subprocess

import pytest

from sealed_layout import ADMIN, DOCKER, GIT, GIT_LOGIN, REGISTRY, Binding
from sealed_writer import Description, Draft, Keys, key_file

LOGINS = 2000
SCOPES = (b"", b"acme", b"acme/work", b"other")


def credential(number):
    """At its host or at a path of its own, in each scope in turn."""
    host = b"r%d.example.com" % (number // 8)
    path = b"team/app%d" % number if number % 2 else b""
    return Description(
        os.urandom(16), b"login-%d" % number, [(b"password", b"canary %d" % number)],
        [Binding(REGISTRY, host, path)], username=b"user-%d" % number, currency=number + 1,
        origin=DOCKER, scope=SCOPES[number // 2 % 4])


def others():
    """What docker is not told of: wildcards, git's bindings, git's logins."""
    return [
        Description(os.urandom(16), b"seed", [(b"password", b"canary")], [
            Binding(REGISTRY, b"*.wild.example.com"), Binding(GIT, b"git.example.com"),
            Binding(REGISTRY, b"seed.example.com")], username=b"bot", origin=ADMIN),
        Description(os.urandom(16), b"login", [(b"password", b"canary")],
                    [Binding(GIT, b"git.example.com")], username=b"bot", origin=GIT_LOGIN),
    ]


@pytest.fixture
def stocked(admin):
    return stock(admin, [*map(credential, range(LOGINS)), *others()])


def stock(admin, descriptions):
    keys = Keys.fresh()
    draft = Draft.of(descriptions, keys)
    state = admin.home.path / ".local/state/keyfob"
    write(admin.home.credentials, draft.sealed())
    write(state / "key", key_file(keys.catalogue))
    write(state / "anchor", draft.anchor())
    assert admin.json("keyfob store fsck") == {"ok": True, "problems": []}
    return admin


def write(path, content):
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)


def expected(scope):
    """For each address, who answers: the login of the nearest scope that encloses this one. No two
    logins share both."""
    answers = {"seed.example.com": (-1, "bot")}
    for number in range(LOGINS):
        where = SCOPES[number // 2 % 4]
        parts = where.split(b"/") if where else []
        if (scope.split(b"/") if scope else [])[:len(parts)] != parts:
            continue
        address = f"r{number // 8}.example.com" + (f"/team/app{number}" if number % 2 else "")
        if answers.get(address, (-1,))[0] < len(parts):
            answers[address] = (len(parts), f"user-{number}")
    return {address: username for address, (_, username) in answers.items()}


@pytest.mark.parametrize("scope", SCOPES, ids=["none", "outer", "inner", "other"])
def test_the_list_is_complete_and_right(scope, stocked):
    if scope:
        stocked.home.env["KEYFOB_SCOPE"] = scope.decode()
    listed = stocked.docker_list()
    assert listed == expected(scope)
    # What is listed is what is answered.
    for address in [*list(listed)[:8], *list(listed)[-8:]]:
        assert stocked.docker_get(address).username == listed[address]


def test_the_scopes_differ():
    """The control of the expectation above: it holds hundreds, and others for each scope."""
    lists = [expected(scope) for scope in SCOPES]
    assert [len(each) for each in lists] == [501, 751, 1001, 751]
    assert len({tuple(sorted(each.items())) for each in lists}) == 4


def test_many_paths_of_one_host_cost_about_what_many_hosts_do(admin):
    def seconds(address):
        stock(admin, [Description(
            os.urandom(16), b"login-%d" % number, [(b"password", b"x")],
            [Binding(REGISTRY, *address(number))], username=b"u", origin=DOCKER)
            for number in range(LOGINS)])
        assert len(admin.docker_list()) == LOGINS
        helper = subprocess.Popen(
            [admin.home.prefix / "bin/docker-credential-keyfob", "list"], env=admin.home.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(helper.pid, 0)
        assert status == 0
        return used.ru_utime

    hosts = seconds(lambda number: (b"r%d.example.com" % number, b""))
    paths = seconds(lambda number: (b"r.example.com", b"team/p%d" % number))
    # Each compared with each, it is some fifty times as much.
    assert paths < 5 * hosts + 0.1
