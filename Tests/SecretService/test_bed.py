"""The test bed itself: every state the other tests put a keyring into is really reached, as
secret-tool sees it, which knows nothing of our programs."""

import threading
import time
from pathlib import Path

import pytest

from Support import Display, FakeSecretService, MessageBus, SecretService
from Support.keyring_client import NAME, ROOT, DBusErrorResponse

ATTRIBUTES = {"server": "example.com", "username": "bob"}


def look_up(home, **options):
    """What secret-tool finds: (code, stdout)."""
    words = [word for pair in ATTRIBUTES.items() for word in pair]
    return home.run("secret-tool", "lookup", *words, **options)[:2]


def store(home):
    words = [word for pair in ATTRIBUTES.items() for word in pair]
    return home.run("secret-tool", "store", "--label=a login", *words, input="s3cret")


def is_running(pid):
    """Whether a process is more than a zombie that nobody has asked after yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.fixture
def filled(secret_service):
    """A keyring with one item."""
    secret_service.store("a login", ATTRIBUTES, b"s3cret")
    return secret_service


class TestTheBus:
    def test_is_private_and_empty(self, home, bus):
        answer = home.run("secret-tool", "lookup", "server", "example.com")
        assert answer.code == 1 and b"org.freedesktop.secrets was not provided" in answer.err

    def test_is_gone_with_all_it_activated(self, home):
        with MessageBus(home.env, services=True) as bus:
            session = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
            home.run("secret-tool", "search", "server", "example.com", **session)
            activated = bus.process_of("org.freedesktop.secrets")
            assert is_running(activated) and is_running(bus.pid)
        assert not is_running(activated) and not is_running(bus.pid)
        assert not bus.folder.exists()
        assert home.run("secret-tool", "search", "server", "example.com", **session).code == 1

    def test_is_fast(self, home):
        start = time.monotonic()
        with MessageBus(home.env) as bus:
            service = SecretService(bus)
            try:
                service.start()
                seconds = time.monotonic() - start
            finally:
                service.stop()
        assert seconds < 1

    def test_shows_the_calls_of_others_only(self, home, filled):
        with filled.calls() as calls:
            assert filled.items()
        assert calls == []
        with filled.calls() as calls:
            assert look_up(home) == (0, b"s3cret")
        assert {"Hello", "OpenSession", "SearchItems"} <= {call.member for call in calls}

    def test_hangs(self, home, bus, filled):
        bus.suspend()
        waiting = threading.Thread(target=look_up, args=(home,))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        bus.resume()
        waiting.join()
        assert look_up(home) == (0, b"s3cret")


class TestGnomeKeyring:
    def test_unlocked_and_empty(self, keyring, secret_service):
        assert secret_service.items() == []
        assert look_up(keyring) == (1, b"")
        assert store(keyring).code == 0
        assert look_up(keyring) == (0, b"s3cret")
        (item,) = secret_service.items(**ATTRIBUTES)
        assert (item.label, item.secret) == ("a login", b"s3cret")
        assert ATTRIBUTES.items() <= item.attributes.items()
        secret_service.delete(item.path)
        assert look_up(keyring) == (1, b"")
        assert (keyring.path / ".local/share/keyrings/login.keyring").exists()

    def test_locked(self, home, filled):
        filled.lock()
        assert filled.is_locked()
        assert look_up(home) == (1, b"")
        assert [item.secret for item in filled.items(**ATTRIBUTES)] == [None]
        with pytest.raises(DBusErrorResponse):
            filled.unlock("wrong")
        filled.unlock()
        assert look_up(home) == (0, b"s3cret")

    def test_never_unlocked(self, home, filled):
        filled.restart(password=None)
        assert filled.is_locked()
        assert look_up(home) == (1, b"")
        filled.restart()
        assert look_up(home) == (0, b"s3cret")

    def test_no_default_collection(self, home, bus):
        service = SecretService(bus)
        try:
            service.start(password=None)
            assert service.default_collection() is None
            assert store(home).code == 1
        finally:
            service.stop()

    def test_a_second_collection(self, home, filled):
        second = filled.create_collection("Second")
        moved = filled.store("another", {"server": "other.example"}, b"0ther", second)
        assert moved.startswith(second)
        filled.set_default_alias(second)
        assert filled.default_collection() == second
        filled.lock(second)
        # The first one is open still.
        assert look_up(home) == (0, b"s3cret")

    def test_hangs(self, home, filled):
        filled.suspend()
        waiting = threading.Thread(target=look_up, args=(home,))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        filled.resume()
        waiting.join()

    def test_killed(self, home, filled):
        filled.kill()
        answer = home.run("secret-tool", "lookup", "server", "example.com")
        assert b"org.freedesktop.secrets was not provided" in answer.err
        filled.start()
        assert look_up(home) == (0, b"s3cret")

    def test_ends_with_its_test(self, bus):
        service = SecretService(bus)
        service.start()
        pid = service.pid
        assert is_running(pid)
        service.stop()
        assert not is_running(pid)


class TestPrompts:
    def ask(self, home):
        """secret-tool unlocks what it needs; returns where its answer will be."""
        answers = []
        thread = threading.Thread(target=lambda: answers.append(look_up(home)))
        thread.start()
        return thread, answers

    def test_without_a_display_is_dismissed(self, home, filled):
        filled.lock()
        assert look_up(home, timeout=5) == (1, b"")
        assert filled.is_locked()

    def test_answered_dismissed_and_left_alone(self, home, bus, filled):
        with Display(bus) as display:
            assert not display.has_prompt()
            filled.lock()
            asking, answers = self.ask(home)
            display.answer("test-password")
            asking.join()
            assert answers == [(0, b"s3cret")] and not filled.is_locked()

            filled.lock()
            asking, answers = self.ask(home)
            display.dismiss()
            asking.join()
            assert answers == [(1, b"")] and filled.is_locked()

            asking, answers = self.ask(home)
            display.wait()
            asking.join(1)
            assert asking.is_alive() and display.has_prompt()
            display.dismiss()
            asking.join()


class TestTheFake:
    @pytest.fixture
    def fake(self, bus):
        with FakeSecretService(bus) as service:
            yield service

    @pytest.fixture
    def answering(self, home, fake):
        """It holds an item, and secret-tool finds it: whatever fails later was made to."""
        assert store(home).code == 0
        assert look_up(home) == (0, b"s3cret")
        return fake

    def test_works(self, home, answering):
        (item,) = answering.items(**ATTRIBUTES)
        assert item.secret == b"s3cret"
        answering.delete(item.path)
        assert look_up(home) == (1, b"")

    @pytest.mark.parametrize("plain", [True, False])
    def test_grants_the_sessions_it_should(self, fake, plain):
        fake.behave(plain=plain)
        if plain:
            assert fake.session().startswith(ROOT)
        else:
            with pytest.raises(DBusErrorResponse, match="NotSupported"):
                fake.session()

    def test_is_slow(self, home, answering):
        answering.behave(slow={"SearchItems": 0.5})
        start = time.monotonic()
        assert look_up(home) == (0, b"s3cret")
        assert 0.5 < time.monotonic() - start < 2

    def test_never_answers(self, home, answering):
        answering.behave(silent=["SearchItems"])
        waiting = threading.Thread(target=look_up, args=(home,))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        answering.stop()
        waiting.join()

    def test_crashes(self, home, answering):
        answering.behave(crash=["SearchItems"])
        answer = home.run("secret-tool", "lookup", "server", "example.com")
        assert answer.code == 1 and b"disconnected" in answer.err, answer
        answering.bus.wait_for(NAME)
        answering.behave(crash=[])
        assert look_up(home) == (0, b"s3cret")

    def test_refuses(self, answering):
        answering.behave(refuse={"SearchItems": ["dev.keyfob.Tests.No", "not today"]})
        with pytest.raises(DBusErrorResponse, match="not today"):
            answering.items()

    def test_replies_with_other_types(self, answering):
        answering.behave(reply={"SearchItems": ["u", [7]]})
        assert answering.call(ROOT, "Service", "SearchItems", "a{ss}", {}) == (7,)

    def test_has_empty_secrets(self, answering):
        answering.behave(empty=True)
        assert [item.secret for item in answering.items()] == [b""]

    def test_has_no_default_keyring(self, answering):
        answering.behave(default=False)
        assert answering.default_collection() is None

    @pytest.mark.parametrize("prompt, answer", [("confirm", (0, b"s3cret")), ("dismiss", (1, b""))])
    def test_prompts(self, home, answering, prompt, answer):
        answering.behave(locked=True, prompt=prompt)
        assert look_up(home) == answer
