"""How the helpers read the keyring: few calls, at the place remembered, in the session allowed."""

import os
import signal
import threading
import time

import pytest

from Support import Account
from administrator import MISS
from scene import BOT, FORGE, REGISTRY
from states import ENDED, GONE, LOCKED, NO_ANSWER, UNREADABLE

DH = "[secret-service]\n\tsession = dh\n"


def members(calls):
    return [call.member for call in calls]


def test_a_fetch_takes_four_calls_and_no_search(scene):
    for ask in (scene.admin.docker_get, scene.admin.git_get):
        with scene.service.calls() as calls:
            assert ask(REGISTRY if ask == scene.admin.docker_get else FORGE) == BOT
        assert len(calls) <= 4, calls
        assert members(calls)[0] == "Hello" and "GetSecrets" in members(calls)
        assert "SearchItems" not in members(calls)


def test_nothing_but_the_catalogue_is_asked_for_a_list(scene):
    with scene.service.calls() as calls:
        assert scene.admin.docker_list() == {REGISTRY: "bot"}
        assert scene.admin.names() == ["ci"]
    assert calls == []


def test_the_item_is_one_that_a_person_can_read(scene):
    item = scene.item()
    assert item.label == "Keyfob: ci" and item.secret == BOT.password.encode()
    found = scene.home.run("secret-tool", "lookup", "id", item.attributes["id"])
    assert found[:2] == (0, BOT.password.encode())
    assert (item.attributes["username"], item.attributes["kind"]) == ("bot", "password")
    assert REGISTRY in item.attributes["server"]


def test_other_attributes_and_other_items_do_not_matter(scene):
    item = scene.item()
    scene.service.store("another", {"server": REGISTRY, "username": "bot"}, b"not this one")
    scene.service.delete(item.path)
    scene.service.store("Title", {**item.attributes, "Title": "x", "Uuid": "y"}, item.secret)
    assert scene.answers() == [BOT, BOT]


def test_an_item_that_moved_is_found_and_remembered(scene):
    item = scene.item()
    second = scene.service.create_collection("Second")
    scene.service.delete(item.path)
    moved = scene.service.store(item.label, item.attributes, item.secret, second)
    with scene.service.calls() as calls:
        assert scene.admin.docker_get(REGISTRY) == BOT
    assert "SearchItems" in members(calls)
    with scene.service.calls() as calls:
        assert scene.answers() == [BOT, BOT]
    assert "SearchItems" not in members(calls) and len(calls) <= 8
    # To where it is now, and no further.
    scene.service.lock(second)
    assert scene.refusals() == [LOCKED, LOCKED]
    scene.service.unlock(collection=second)
    scene.service.delete(moved)
    assert scene.refusals() == [GONE, GONE]


def test_a_path_that_is_another_items_now_is_not_believed(scene):
    item = scene.item()
    other = {**item.attributes, "id": "00000000-0000-4000-8000-000000000000"}
    scene.service.set_attributes(item.path, other)
    assert scene.refusals() == [GONE, GONE]
    scene.service.store(item.label, item.attributes, item.secret)
    assert scene.answers() == [BOT, BOT]


def test_an_older_version_of_the_item_is_not_served(scene):
    old = scene.item()
    scene.admin.does("keyfob edit ci --stdin", "canary two")
    assert [item.secret for item in scene.service.items(id=old.attributes["id"])] == [b"canary two"]
    scene.service.delete(scene.item().path)
    scene.service.store(old.label, old.attributes, old.secret)
    assert scene.refusals() == [GONE, GONE]


def test_several_fields_that_are_no_longer_what_was_written_are_not_served(scene):
    scene.home.git("store", b"protocol=https\nhost=o.example.com\nusername=u\npassword=t1\n"
                            b"oauth_refresh_token=r1\n")
    assert scene.admin.git_get("o.example.com") == Account("u", "t1")
    (item,) = [each for each in scene.service.items(username="u")]
    assert b"r1" in item.secret
    for secret in (b"{", b"t1", b"{}", b'{"token":"t1"}', b'{"token":1}', b"\xff", b"[]"):
        scene.service.set_secret(item.path, secret)
        refused = scene.admin.git_get("o.example.com")
        assert "holds no secret that could be read" in refused.line
    scene.service.set_secret(item.path, item.secret)
    assert scene.admin.git_get("o.example.com") == Account("u", "t1")


def test_a_keyring_that_lost_the_secret_is_mended_by_an_edit(scene):
    scene.service.set_secret(scene.item().path, b"")
    assert scene.refusals() == [UNREADABLE, UNREADABLE]
    scene.admin.does("keyfob edit ci --stdin", BOT.password)
    assert scene.answers() == [BOT, BOT]
    scene.service.delete(scene.item().path)
    assert scene.refusals() == [GONE, GONE]
    scene.admin.does("keyfob edit ci --stdin", BOT.password)
    assert scene.answers() == [BOT, BOT]
    scene.item()


def test_a_service_without_plain_sessions_is_read_encrypted(fake_scene):
    fake_scene.service.behave(plain=False)
    assert fake_scene.answers() == [BOT, BOT]
    assert fake_scene.admin.docker_get("unbound.example.com") is None
    assert fake_scene.home.docker("get", "unbound.example.com").out == MISS


@pytest.mark.parametrize("config, is_shown", [("", True), (DH, False)], ids=["plain", "dh"])
def test_the_configuration_says_whether_secrets_are_encrypted_on_the_bus(scene, config, is_shown):
    scene.home.configure(config)
    with scene.bus.traffic() as messages:
        assert scene.answers() == [BOT, BOT]
    wire = b"".join(message.serialise(serial=1) for message in messages)
    assert len(messages) > 4
    assert (BOT.password.encode() in wire) == is_shown


def test_secrets_are_written_encrypted(scene):
    with scene.bus.traffic() as messages:
        scene.admin.does("keyfob edit ci --stdin", "canary of the edit")
    wire = b"".join(message.serialise(serial=1) for message in messages)
    assert b"CreateItem" in wire and b"canary of the edit" not in wire
    assert scene.item().secret == b"canary of the edit"


def test_slow_is_not_too_slow(fake_scene):
    fake_scene.service.behave(slow={"GetSecrets": 1})
    start = time.monotonic()
    assert fake_scene.admin.docker_get(REGISTRY) == BOT
    assert time.monotonic() - start > 1
    fake_scene.service.behave(slow={"OpenSession": 1.2, "GetSecrets": 1.2})
    # One deadline for all of it, not one for each call.
    assert fake_scene.refusals()[0] == NO_ANSWER


@pytest.mark.parametrize("git", [False, True], ids=["docker", "git"])
def test_a_service_that_is_killed_while_it_is_asked(scene, git):
    ask = (lambda: scene.admin.git_get(FORGE)) if git else (
        lambda: scene.admin.docker_get(REGISTRY))
    scene.service.suspend()
    answers = []
    asking = threading.Thread(target=lambda: answers.append(ask()))
    asking.start()
    time.sleep(0.5)
    os.kill(scene.service.pid, signal.SIGKILL)
    asking.join()
    assert answers[0].line == f"keyfob: {ENDED}"
    scene.service.kill()
    scene.service.start()
    assert ask() == BOT
