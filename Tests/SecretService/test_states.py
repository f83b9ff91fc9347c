"""Whatever state the keyring is in: what is not bound is a miss, what is bound is refused with the
state's own words, and everything that takes no secret works."""

import json
import re
import time

import pytest

from scene import BOT, FORGE, REGISTRY
from states import STATES
from Support import Account
from Support.attributes import encode

NEW = "new.example.com"
LOGIN = {"ServerURL": NEW, "Username": "eve", "Secret": "canary of eve"}


@pytest.fixture
def state(request):
    return request.param


@pytest.fixture
def entered(request, state):
    """A scene in the state."""
    scene = request.getfixturevalue("fake_scene" if state.is_fake else "scene")
    state.enter(scene)
    return scene


def in_each(states):
    return pytest.mark.parametrize("state", states, ids=lambda state: state.name, indirect=True)


def assert_says(line, message):
    """That a line is the message, whatever the words for its `<...>` are."""
    pattern = re.sub("<[a-z]+>", ".+", re.escape(message))
    assert re.fullmatch(pattern, line), line


def named(*names):
    return [state for state in STATES if state.name in names]


@in_each(STATES)
def test_a_host_without_a_credential_is_a_miss(entered):
    entered.misses()


@in_each([state for state in STATES if state.is_heard])
def test_a_miss_calls_nobody_on_the_bus(request, state):
    scene = request.getfixturevalue("fake_scene" if state.is_fake else "scene")
    with scene.bus.calls() as control:
        scene.answers()
    assert len(control) > 2, "what is asked for over the bus is seen"
    state.enter(scene)
    with scene.service.calls() as calls:
        scene.misses()
    assert calls == []


@in_each(STATES)
def test_a_bound_host_is_told_the_state(entered, state):
    for line in entered.refusals():
        assert_says(line, state.message)


@in_each(STATES)
def test_the_administrator_is_told_the_state(entered, state):
    code = 1 if "of ci" in state.message else 4
    told = entered.admin.fails(code, "keyfob show ci --reveal")
    assert_says(told, state.administrator or state.message)
    assert "secret-service" in entered.admin.does("keyfob show ci").decode()


@in_each(STATES)
def test_lists_work(entered):
    start = time.monotonic()
    assert entered.admin.docker_list() == {REGISTRY: "bot"}
    assert entered.admin.names() == ["ci"]
    assert f"git:{FORGE}" in entered.admin.does("keyfob list").decode()
    assert time.monotonic() - start < 2


@in_each(STATES)
def test_status_names_store_keyring_and_state(entered, state):
    start = time.monotonic()
    lines = dict(line.split(maxsplit=1)
                 for line in entered.admin.does("keyfob status").decode().splitlines())
    assert time.monotonic() - start < 3
    assert lines["store"] == "secret-service"
    assert state.status in lines["keyring"]
    if state.status not in ("open", "cannot"):
        remedy = state.message.partition("; ")[2]
        assert lines["keyring"].endswith(remedy), "it says what to do"
    report = entered.admin.json("keyfob status")["keyring"]
    assert ("problem" in report) == (state.status != "open")


@in_each([state for state in STATES if state.store])
def test_a_login_that_cannot_be_kept_is_refused(entered, state):
    before = entered.home.credentials.read_bytes()
    code, out, err = entered.home.docker("store", json.dumps(LOGIN))
    assert (code, err) == (1, b"") and out.startswith(b"keyfob: "), out
    assert_says(out.decode().removeprefix("keyfob: ").rstrip("\n"), state.store)
    assert entered.home.credentials.read_bytes() == before


@in_each(named("locked", "absent", "no bus"))
def test_git_is_told_so_as_well(entered, state):
    code, out, err = entered.home.git("store", encode(
        {"protocol": "https", "host": NEW, "username": "eve", "password": "canary of eve"}))
    assert (code, out) == (1, b"")
    assert_says(err.decode().removeprefix("keyfob: ").rstrip("\n"), state.store)


@in_each(named("locked", "absent", "no bus"))
def test_with_a_fallback_the_file_takes_it(entered, state):
    entered.home.configure("[keyfob]\n\tstore = secret-service\n\tfallback = file\n")
    problem = state.message.split("; ")[0]
    code, out, err = entered.home.docker("store", json.dumps(LOGIN), KEYFOB_STORE=None)
    assert (code, out) == (0, b"")
    assert entered.admin.plain(err) == (
        f"keyfob: {problem}; ~/.local/share/keyfob/credentials.keyfob is used instead\n")
    assert entered.admin.docker_get(NEW) == Account("eve", "canary of eve")


def test_when_it_is_over_the_credential_answers_again(scene):
    for enter, leave in ((scene.service.lock, scene.service.unlock),
                         (scene.service.suspend, scene.service.resume),
                         (scene.bus.suspend, scene.bus.resume),
                         (scene.service.kill, scene.service.start)):
        enter()
        scene.refusals()
        leave()
        assert scene.answers() == [BOT, BOT]
