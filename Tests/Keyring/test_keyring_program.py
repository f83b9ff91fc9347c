"""keyfob-keyring carries items to and from a real Secret Service."""

import subprocess
import time

import pytest
from keyring_program import Failure, Status

from Support import FakeSecretService
from Support.keyring_client import ROOT

ATTRIBUTES = {"xdg:schema": "dev.keyfob.Credential", "id": "é1"}


def test_an_item_lives_its_life(program, secret_service):
    path = program.create("Label ü", ATTRIBUTES, b"s3cret")
    assert secret_service.items() == [(path, "Label ü", ATTRIBUTES, b"s3cret")]
    assert program.read(path) == [(path, "Label ü", ATTRIBUTES, False, b"s3cret", False)]
    changed = {**ATTRIBUTES, "id": "2", "more": ""}
    assert program.annotate(path, "New", changed) is None
    assert secret_service.items() == [(path, "New", changed, b"s3cret")]
    assert program.delete(path) is None
    assert secret_service.items() == []


def test_what_is_gone_is_gone(program):
    path = program.create("Label", ATTRIBUTES, b"s3cret")
    program.delete(path)
    assert program.delete(path) is None
    assert program.read(path) == []
    assert program.failure(program.annotate, path, "New", {}).code == "damaged"


def test_an_item_never_replaces_another(program):
    paths = {program.create("Label", ATTRIBUTES, secret) for secret in (b"one", b"two")}
    assert {item.path: item.secret for path in paths for item in program.read(path)}.keys() == paths


@pytest.mark.parametrize(
    "secret", [b"", bytes(range(256)), "ü\n\0".encode(), bytes(range(256)) * (4 << 12)],
    ids=["empty", "binary", "text", "4 MiB"])
def test_secrets_come_back_as_they_were(program, secret_service, secret):
    path = program.create("Label", {}, secret)
    assert program.read(path)[0].secret == secret
    assert secret_service.items()[0].secret == secret


def test_a_search_finds_what_has_all_attributes_in_every_keyring(program, secret_service):
    first = program.create("First", ATTRIBUTES, b"one")
    program.create("Without", {"id": "é1"}, b"none")
    other = secret_service.create_collection("Other")
    second = secret_service.store("Second", {**ATTRIBUTES, "more": "x"}, b"two", other)
    secret_service.lock(other)
    found = program.search(**ATTRIBUTES)
    assert sorted(found, key=lambda item: item.label) == [
        (first, "First", ATTRIBUTES, False, None, False),
        (second, "Second", {**ATTRIBUTES, "more": "x"}, True, None, False)]
    assert program.search(id="none") == []


def test_a_search_finds_very_many(program, secret_service):
    paths = [secret_service.store(str(number), ATTRIBUTES, b"") for number in range(150)]
    assert sorted(item.path for item in program.search(id="é1")) == sorted(paths)


def test_secrets_are_encrypted_on_the_bus(program, secret_service):
    with secret_service.calls() as calls:
        program.read(program.create("Label", ATTRIBUTES, b"s3cret"))
    assert [call.member for call in calls].count("OpenSession") == 1


def test_a_locked_keyring_is_left_alone(program, secret_service):
    path = program.create("Label", ATTRIBUTES, b"s3cret")
    assert program.status() == Status("Login", False)
    assert program.lock() is None and program.lock() is None
    assert secret_service.is_locked()
    with secret_service.calls() as calls:
        assert program.status() == Status("Login", True)
        assert program.read(path) == [(path, "Label", ATTRIBUTES, True, None, False)]
        assert program.search(**ATTRIBUTES) == program.read(path)
        for request in (
                (program.create, "Label", {}, b"secret"), (program.annotate, path, "New", {}),
                (program.delete, path)):
            assert program.failure(*request).code == "locked"
    asked = {call.member for call in calls}
    assert "ReadAlias" in asked
    assert not asked & {"Unlock", "Prompt", "Delete", "CreateItem", "Set", "GetSecret"}
    secret_service.unlock()
    assert program.read(path)[0].secret == b"s3cret"


def test_an_item_that_a_locked_keyring_hides_is_not_gone(program, secret_service):
    path = program.create("Label", ATTRIBUTES, b"s3cret")
    program.delete(path)
    secret_service.lock()
    for request in (program.read, path), (program.delete, path), (program.annotate, path, "", {}):
        assert program.failure(*request).code == "locked"


def test_a_keyring_never_unlocked_hides_its_attributes(program, secret_service):
    path = program.create("Label", {"id": "1"}, b"s3cret")
    secret_service.restart(password=None)
    assert program.status() == Status("Login", True)
    for item in program.search(id="1") + program.read(path):
        assert (item.path, item.label, item.is_locked, item.secret) == (path, "", True, None)
        assert "id" not in item.attributes


def test_there_may_be_no_default_keyring(never_unlocked, start):
    program = start()
    assert program.status() == Status(None, False)
    for request in ((program.create, "Label", {}, b""), (program.unlock,), (program.lock,)):
        failure = program.failure(*request)
        assert failure.code == "unreachable" and "no default keyring" in failure.problem


# Prompts.


def test_without_a_display_a_prompt_is_dismissed(program, secret_service):
    assert program.unlock() is None
    secret_service.lock()
    failure = program.failure(program.unlock)
    assert failure.code == "locked" and "dismissed" in failure.problem


def test_a_prompt_is_answered_or_dismissed(program, secret_service, display):
    secret_service.lock()
    program.start_unlocking()
    display.dismiss()
    with pytest.raises(Failure, match="dismissed"):
        program.answer()
    program.start_unlocking()
    display.answer("test-password")
    assert program.answer() is None
    assert not secret_service.is_locked()


def test_a_prompt_nobody_answers_is_given_up(program, secret_service, display):
    secret_service.lock()
    for _ in range(2):
        program.start_unlocking(seconds=1)
        display.wait()
        with pytest.raises(Failure, match="^locked: nobody answered .* within 1 s"):
            program.answer()
        assert program.status() == Status("Login", True)
    # gnome-keyring would not survive the loss of its window, which still does what it says.
    assert secret_service.is_running()
    program.start_unlocking()
    display.answer("test-password")
    assert program.answer() is None
    assert not secret_service.is_locked()


def test_gnome_keyring_outlives_who_asked(program, secret_service, display):
    secret_service.lock()
    program.start_unlocking()
    display.wait()
    assert program.close() == (0, b"", b"")
    display.answer("test-password")
    wait_until(lambda: not secret_service.is_locked())


def test_a_default_keyring_is_made_if_wanted(never_unlocked, start, display):
    program = start()
    program.start_unlocking(creating=True)
    display.dismiss()
    with pytest.raises(Failure, match="dismissed"):
        program.answer()
    program.start_unlocking(seconds=1, creating=True)
    display.wait()
    with pytest.raises(Failure, match="^locked: nobody answered"):
        program.answer()
    wait_until(lambda: not display.has_prompt())
    program.start_unlocking(creating=True)
    display.answer("new-password\tnew-password")
    assert program.answer() is None
    assert program.status() == Status("Default keyring", False)
    assert program.read(program.create("Label", {}, b"s3cret"))[0].secret == b"s3cret"


@pytest.mark.parametrize("how", ["closed", "terminated", "orphaned"])
def test_a_window_goes_away_with_who_asked(never_unlocked, start, display, how):
    program = start(orphan=how == "orphaned")
    program.start_unlocking(creating=True)
    display.wait()
    if how == "closed":
        assert program.close() == (0, b"", b"")
    else:
        program.process.terminate()
        assert program.socket.recv(1) == b""
    wait_until(lambda: not display.has_prompt())
    assert never_unlocked.is_running()


def test_other_services_take_their_window_away(bus, start):
    with FakeSecretService(bus, locked=True, prompt="open") as service:
        program = start()
        with service.calls() as calls:
            assert "nobody answered" in program.failure(program.unlock, 1).problem
            service.behave(prompt="open")
            program.start_unlocking()
            time.sleep(0.3)
            assert program.close() == (0, b"", b"")
        assert [call.member for call in calls].count("Dismiss") == 2


def test_a_service_may_end_behind_its_prompt(program, secret_service, display):
    secret_service.lock()
    program.start_unlocking()
    display.wait()
    secret_service.kill()
    with pytest.raises(Failure, match="^(unreachable|absent): "):
        program.answer()


def test_a_service_may_want_a_yes(bus, start):
    with FakeSecretService(bus) as service:
        program = start()
        path = service.store("Label", {}, b"s3cret")

        def ask(member, signature, *values):
            """Has the next call of the member ask its user first."""
            prompt = service.call(ROOT, "Service", "CreateCollection", "a{sv}s", {}, "")[1]
            service.behave(reply={member: [signature, [*values, prompt]]})

        ask("Delete", "o")
        assert program.delete(path) is None
        path = service.store("Label", {}, b"s3cret")
        service.behave(prompt="dismiss")
        ask("Delete", "o")
        assert "did not agree" in program.failure(program.delete, path).problem
        ask("Lock", "aoo", [])
        assert "did not agree" in program.failure(program.lock).problem


def wait_until(condition):
    end = time.monotonic() + 3
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


# A service that is not as it should be.


def test_without_a_bus_there_is_no_service(start, home):
    home.env["DISPLAY"] = ":0"
    program = start()
    for _ in range(2):
        assert "no session bus" in program.failure(program.status).problem


def test_a_bus_may_be_dead(start, home, tmp_path):
    home.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={tmp_path}/none"
    program = start()
    for request in (program.status, program.unlock, program.lock):
        failure = program.failure(request)
        assert failure.code == "absent" and "cannot be reached" in failure.problem


def test_a_bus_may_have_no_service(bus, start):
    program = start()
    for request in (
            (program.status,), (program.unlock, 5, True), (program.lock,), (program.search,),
            (program.create, "Label", {}, b""), (program.read, "/some/item"),
            (program.annotate, "/some/item", "Label", {}), (program.delete, "/some/item")):
        failure = program.failure(*request)
        assert failure.code == "absent" and "no Secret Service" in failure.problem


def test_a_service_may_come_back(program, secret_service):
    path = program.create("Label", ATTRIBUTES, b"s3cret")
    secret_service.kill()
    assert program.failure(program.read, path).code == "absent"
    secret_service.start()
    assert program.read(path)[0].secret == b"s3cret"
    secret_service.kill()
    secret_service.start()
    assert program.create("Label", ATTRIBUTES, b"more") != path


@pytest.mark.parametrize(
    "member", ["ReadAlias", "GetAll", "SearchItems", "OpenSession", "CreateItem", "GetSecret",
               "Set", "Delete", "Lock", "Unlock", "Prompt"])
def test_a_service_may_end_in_the_middle(bus, start, member):
    program = start()
    with FakeSecretService(bus) as service:
        path = service.store("Label", {}, b"s3cret")
        service.behave(crash=[member], locked=member in ("Unlock", "Prompt"))
        request = {
            "ReadAlias": (program.status,), "GetAll": (program.read, path),
            "SearchItems": (program.search,), "OpenSession": (program.read, path),
            "CreateItem": (program.create, "Label", {}, b"x"), "GetSecret": (program.read, path),
            "Set": (program.annotate, path, "Label", {}), "Delete": (program.delete, path),
            "Lock": (program.lock,), "Unlock": (program.unlock,), "Prompt": (program.unlock,),
        }[member]
        failure = program.failure(*request)
        assert failure.code == "unreachable"
        assert failure.problem == "the Secret Service ended while it was asked"
    with FakeSecretService(bus):
        assert program.read(program.create("Label", {}, b"x"))[0].secret == b"x"


def test_a_refusal_is_told_without_control_characters(bus, start):
    with FakeSecretService(bus, refuse={"ReadAlias": ["some.Error", "no\x1b[31m\nway"]}):
        program = start()
        failure = program.failure(program.status)
        assert failure.problem == (
            "the Secret Service cannot name its default keyring: no%1B[31m%0Away")


def test_another_users_bus_is_not_used(home, start, foreign_bus):
    home.env["DBUS_SESSION_BUS_ADDRESS"] = foreign_bus
    program = start()
    for _ in range(2):
        failure = program.failure(program.status)
        assert "belongs to another user (uid 65534)" in failure.problem


def test_a_service_that_hangs_is_given_up(program, secret_service, start):
    path = program.create("Label", ATTRIBUTES, b"s3cret")
    programs = [start() for _ in range(8)]
    for each in programs:
        assert each.status() == Status("Login", False)
    secret_service.suspend()
    codes = [
        bytes([1]), bytes([2, 5, 0, 0, 0, 1]), bytes([3]),
        bytes([4]) + text("Label") + bytes(4) + text("s"), bytes([5]) + text(path),
        bytes([6]) + bytes(4), bytes([7]) + text(path) + text("New") + bytes(4),
        bytes([8]) + text(path)]
    begin = time.monotonic()
    for each, message in zip(programs, codes):
        each.send(message)
    for each in programs:
        with pytest.raises(Failure, match="unreachable: .* did not answer within 10 s"):
            each.answer()
    assert 9 < time.monotonic() - begin < 12
    secret_service.resume()
    for each in programs:
        assert each.status() == Status("Login", False)


def text(text):
    return len(text.encode()).to_bytes(4, "little") + text.encode()


# The program itself.


@pytest.mark.parametrize("message", [
    b"", b"\0", b"\x63", b"\2\1", b"\4\xff\xff\xff\xff", b"\6\xff\xff\xff\xff", b"\7" + text("/a")])
def test_a_malformed_message_is_refused(program, message):
    program.send(message)
    assert program.failure(program.answer).code == "system"
    assert program.status() == Status("Login", False)


def test_what_dbus_cannot_carry_is_refused(program):
    for request in (
            (program.create, "Label\0", {}, b""), (program.create, "Label", {"a\0": "b"}, b""),
            (program.read, "no path"), (program.delete, ""), (program.annotate, "/a/", "b", {}),
            (program.read, "/a\0/b")):
        assert program.failure(*request).code == "badRequest"
    assert program.search() == []


def test_too_long_a_message_ends_it(program):
    program.socket.sendall(b"\xff\xff\xff\xff")
    assert program.close() == (0, b"", b"")


def test_it_ends_with_its_channel(program):
    program.status()
    assert program.close() == (0, b"", b"")


def test_it_is_nothing_to_start_by_hand(prefix, home):
    program = subprocess.run(
        [prefix / "libexec/keyfob/keyfob-keyring"], stdin=subprocess.DEVNULL, env=home.env,
        capture_output=True, timeout=10)
    assert (program.returncode, program.stdout) == (2, b"")
    assert program.stderr.startswith(b"keyfob-keyring: ") and program.stderr.count(b"\n") == 1
