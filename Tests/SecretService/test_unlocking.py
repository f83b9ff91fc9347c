"""Unlocking the keyring: who may ask its user, and what becomes of it."""

import threading
import time

import pytest

from Support import Display
from scene import BOT, FORGE, REGISTRY
from states import DISMISSED, LOCKED, NO_ANSWER, NO_BUS, NO_SERVICE, UNANSWERED

#: Lets the git helper ask, together with the configuration; private homes forbid it, as scripts do.
MAY_ASK = {"GIT_TERMINAL_PROMPT": None}
ASK = "[secret-service]\n\tunlock = ask\n"


@pytest.fixture
def display(bus):
    with Display(bus) as screen:
        yield screen


@pytest.fixture
def locked(scene):
    scene.service.lock()
    assert scene.refusals() == [LOCKED, LOCKED]
    return scene


class Background:
    """Something that is done meanwhile; its result is there after `join`."""

    def __init__(self, body):
        self._thread = threading.Thread(target=self._run, args=(body,))
        self._thread.start()

    def _run(self, body):
        start = time.monotonic()
        self.result = body()
        self.seconds = time.monotonic() - start

    def join(self):
        self._thread.join()
        return self.result


def test_without_a_display_it_is_as_good_as_dismissed(locked):
    assert locked.admin.fails(4, "keyfob unlock") == DISMISSED
    assert locked.service.is_locked()
    locked.service.unlock()
    assert locked.admin.does("keyfob unlock") == b""
    assert locked.answers() == [BOT, BOT]


def test_escape_dismisses(locked, display):
    unlocking = Background(lambda: locked.admin.fails(4, "keyfob unlock"))
    display.dismiss()
    assert unlocking.join() == DISMISSED
    assert locked.refusals() == [LOCKED, LOCKED]


def test_the_password_opens_it(locked, display):
    unlocking = Background(lambda: locked.admin.transcript("keyfob unlock"))
    display.answer("test-password")
    assert unlocking.join() == "\n2> keyfob: the keyring is open\n"
    assert locked.answers() == [BOT, BOT]


def test_a_wrong_password_is_asked_for_again(locked, display):
    unlocking = Background(lambda: locked.admin.transcript("keyfob unlock"))
    display.answer("wrong")
    time.sleep(0.5)
    assert locked.service.is_locked()
    display.answer("test-password")
    assert unlocking.join() == "\n2> keyfob: the keyring is open\n"


def test_nobody_answers(locked, display):
    locked.home.configure("[secret-service]\n\tpromptTimeout = 2\n")
    unlocking = Background(lambda: locked.admin.fails(4, "keyfob unlock"))
    display.wait()
    assert unlocking.join() == UNANSWERED
    assert 2 <= unlocking.seconds < 4
    # gnome-keyring does not survive that its window is taken away; it still takes an answer.
    assert locked.service.is_running() and locked.service.is_locked()
    assert locked.refusals() == [LOCKED, LOCKED]
    display.answer("test-password")
    deadline = time.monotonic() + 3
    while locked.service.is_locked() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert locked.answers() == [BOT, BOT]


def test_nobody_answers_a_service_that_can_take_its_prompt_back(fake_scene):
    fake_scene.home.configure("[secret-service]\n\tpromptTimeout = 1\n")
    fake_scene.service.behave(locked=True, prompt="open")
    with fake_scene.service.calls() as calls:
        told = fake_scene.admin.fails(4, "keyfob unlock")
    assert told == UNANSWERED.replace("2 s", "1 s")
    assert [call.member for call in calls].count("Dismiss") == 1


def test_git_asks_where_it_may_and_docker_never(locked, display):
    locked.home.configure(ASK)
    fetching = Background(lambda: locked.admin.git_get(FORGE, **MAY_ASK))
    display.answer("test-password")
    assert fetching.join() == BOT

    locked.service.lock()
    fetching = Background(lambda: locked.admin.git_get(FORGE, **MAY_ASK))
    display.dismiss()
    assert fetching.join().line == f"keyfob: {DISMISSED}"

    pulling = Background(lambda: locked.admin.docker_get(REGISTRY, **MAY_ASK))
    assert pulling.join().line == f"keyfob: {LOCKED}"
    assert pulling.seconds < 1 and not display.has_prompt()


@pytest.mark.parametrize("env, config", [
    (MAY_ASK, ""), ({}, ASK), (MAY_ASK, ASK.replace("ask", "never"))],
    ids=["by default", "git", "configuration"])
def test_git_does_not_ask_where_it_was_told_not_to(locked, display, env, config):
    locked.home.configure(config)
    assert locked.admin.git_get(FORGE, **env).line == f"keyfob: {LOCKED}"
    assert not display.has_prompt()


def test_a_miss_and_a_list_never_ask(locked, display):
    locked.home.configure(ASK)
    assert locked.admin.git_get("unbound.example.com", **MAY_ASK) is None
    assert locked.admin.docker_list() == {REGISTRY: "bot"}
    locked.admin.does("keyfob status")
    assert not display.has_prompt()


def test_lock_locks_and_unlock_of_an_open_one_asks_nobody(scene, display):
    assert scene.admin.transcript("keyfob lock") == "\n2> keyfob: the keyring is locked\n"
    assert scene.service.is_locked()
    assert scene.refusals() == [LOCKED, LOCKED]
    scene.service.unlock()
    assert scene.admin.transcript("keyfob unlock") == "\n2> keyfob: the keyring is open\n"
    assert not display.has_prompt()


def test_unlock_says_what_keeps_it_from_asking(scene):
    scene.service.suspend()
    assert scene.admin.fails(4, "keyfob unlock").startswith(NO_ANSWER.partition(" within")[0])
    scene.service.stop()
    assert scene.admin.fails(4, "keyfob unlock") == NO_SERVICE
    assert scene.admin.fails(4, "keyfob unlock", DBUS_SESSION_BUS_ADDRESS=None) == NO_BUS


@pytest.mark.parametrize("prompt, told", [("confirm", BOT), ("dismiss", DISMISSED)])
def test_a_service_that_only_asks_for_a_confirmation(fake_scene, prompt, told):
    fake_scene.home.configure(ASK)
    fake_scene.service.behave(locked=True, prompt=prompt)
    assert fake_scene.refusals() == [LOCKED, LOCKED]
    answer = fake_scene.admin.git_get(FORGE, **MAY_ASK)
    assert (answer if told is BOT else answer.line.removeprefix("keyfob: ")) == told


def test_init_makes_a_keyring_where_there_is_none(fake_scene):
    fake_scene.service.behave(default=False, prompt="dismiss")
    assert fake_scene.admin.run("keyfob init --store secret-service").code == 4
    assert fake_scene.service.default_collection() is None
    fake_scene.service.behave(prompt="confirm")
    assert fake_scene.admin.transcript("keyfob init --store secret-service") == (
        "\n2> keyfob: secrets are kept in the desktop's keyring\n")
    assert fake_scene.service.default_collection() is not None
    assert fake_scene.answers() == [BOT, BOT]
