"""A working directory that is gone, where folders have scopes: whose login it is to be cannot be
known, so none is stored for everybody."""

import json
import shlex

import pytest

from Support import Account

BOT = Account("bot", "canary of the bot")
LOGIN = json.dumps({"ServerURL": "r.io", "Username": BOT.username, "Secret": BOT.password})


@pytest.fixture
def in_lost_folder(admin):
    """Runs the docker helper in a folder that was there when its shell entered it."""

    def run(verb, input, **env):
        helper = shlex.join([str(admin.home.program("docker-credential-keyfob")), verb])
        script = f'mkdir "$HOME/lost" && cd "$HOME/lost" && rmdir "$HOME/lost" && exec {helper}'
        return admin.home.run("sh", "-c", script, input=input, **env)

    return run


@pytest.fixture
def scoped(admin):
    folder = admin.home.path / "acme"
    folder.mkdir()
    admin.home.configure(f'[scope "acme"]\n\tpath = {folder}\n')
    return admin


def test_a_store_fails_instead_of_being_everybodys(scoped, in_lost_folder):
    answer = in_lost_folder("store", LOGIN)
    assert (answer.code, answer.err) == (1, b""), answer
    assert answer.out.startswith(b"keyfob: ") and answer.out.count(b"\n") == 1, answer
    assert BOT.password.encode() not in answer.out
    assert scoped.names() == [] and scoped.docker_get("r.io") is None


def test_nobody_elses_is_answered_there(scoped, in_lost_folder):
    scoped.docker_store("r.io", BOT)
    assert scoped.docker_get("r.io") == BOT
    answer = in_lost_folder("get", "r.io")
    assert answer.code == 1 and answer.out.count(b"\n") == 1, answer
    assert BOT.password.encode() not in answer.out + answer.err


def test_a_scope_that_is_named_needs_no_folder(scoped, in_lost_folder):
    assert in_lost_folder("store", LOGIN, KEYFOB_SCOPE="acme") == (0, b"", b"")
    assert scoped.docker_get("r.io", KEYFOB_SCOPE="acme") == BOT
    assert scoped.docker_get("r.io") is None


def test_without_scopes_of_folders_it_works_as_anywhere(admin, in_lost_folder):
    assert in_lost_folder("store", LOGIN) == (0, b"", b"")
    assert admin.docker_get("r.io") == BOT
    assert BOT.password.encode() in in_lost_folder("get", "r.io").out
