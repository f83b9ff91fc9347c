"""A Secret Service that does what is asked of it, and goes wrong where the test wants it to."""

import json
import sys
from pathlib import Path

from jeepney import DBusAddress

from .child import Child
from .keyring_client import NAME, ROOT, KeyringClient

_PROGRAM = Path(__file__).with_name("fake_service.py")


class FakeSecretService(KeyringClient):
    """A Secret Service with one keyring, unlocked and empty, that works until told otherwise.

    Keywords of the constructor and of `behave`, where a member is a method's name, or a property's
    as `Get.Locked`:

    - slow: seconds before an answer, by member
    - silent: members that are never answered
    - crash: members in whose middle the service ends without a word, to be started again
    - refuse: D-Bus error name and message, by member
    - reply: signature and values instead of the right ones, by member
    - plain: whether sessions without encryption are granted
    - dh: whether sessions with encryption, by Diffie-Hellman, are granted
    - default: whether there is a default keyring
    - locked: whether the keyring is locked
    - prompt: whether prompts are `confirm`ed, `dismiss`ed or stay `open`
    - empty: whether all secrets come out empty
    - confirms: whether an item is locked for every program but the one that made it, and those
      that a prompt allowed it to
    """

    def __init__(self, bus, **behaviour):
        super().__init__(bus)
        self._child = Child(
            [sys.executable, "-B", str(_PROGRAM), json.dumps(behaviour)], env=bus.env,
            log=bus.folder / "fake.log")
        bus.wait_for(NAME, self._child)

    def behave(self, **behaviour):
        """Changes how it behaves from now on."""
        target = DBusAddress(ROOT, NAME, "dev.keyfob.Tests")
        self.bus.call(target, "Behave", "s", (json.dumps(behaviour),))

    def is_running(self):
        return self._child.is_running()

    @property
    def pid(self):
        return self._child.pid

    def calls(self):
        """A list that is filled with the method calls of programs; the service's own are left
        out."""
        return self.bus.calls(ignoring=[NAME])

    def stop(self):
        self._child.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
