"""gnome-keyring with a given number of items in it, on a message bus of its own."""

import pathlib
import shutil
import sys
import time

import pytest
from keyring_file import write_login_keyring
from measurement import CannotMeasure
from stores import Store

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from Support import MessageBus, SecretService  # noqa: E402

_ROOT = "/org/freedesktop/secrets"


class Keyring:
    """A home whose keyring `login` has `count` items, and a daemon that serves it.

    What is fair: one daemon and one keyring for both sides. Half of the items are of our kind and
    half of docker-credential-secretservice's, with the attributes that each of them writes, and
    what is asked for is stored last, by the program that asks. Our catalogue holds as many logins
    as the keyring holds items of ours.
    """

    def __init__(self, home, count):
        self.home = Store.of_hosts(home, count // 2 - 1).home
        _configure(home, "[keyfob]\n\tstore = secret-service\n")
        runtime = home / "run"
        runtime.mkdir(mode=0o700)
        # One more of ours and one of docker's will be stored.
        write_login_keyring(home, count - 2)
        self._bus = self._service = None
        try:
            self._bus = _PatientBus({
                "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "PATH": "/usr/bin:/bin",
                "LC_ALL": "C"})
            self._service = SecretService(self._bus)
            self._service.start()
        except pytest.fail.Exception as problem:
            self.end()
            raise CannotMeasure(str(problem)) from None

    def end(self):
        """Ends the daemon and the bus, as far as they run."""
        if self._service:
            self._service.stop()
        if self._bus:
            self._bus.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def has_ended(self):
        """Whether the daemon is gone, or goes within a second."""
        end = time.monotonic() + 1
        while self._service.is_running() and time.monotonic() < end:
            time.sleep(0.01)
        return not self._service.is_running()

    @property
    def variables(self):
        """What a program finds it by, as `NAME=value`."""
        return tuple(
            f"{name}={self._bus.env[name]}"
            for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"))

    @property
    def count(self):
        """The number of items there are."""
        return len(self._service.property(f"{_ROOT}/collection/login", "Collection", "Items"))

    def our_item(self, server):
        """The id of our item for a server."""
        (item,) = self._service.items(**{"xdg:schema": "dev.keyfob.Credential", "server": server})
        return item.attributes["id"]

    def calls(self, command):
        """The number of method calls that a command makes on the bus."""
        with self._service.calls() as calls:
            command.check()
        return len(calls)

    def encrypting_home(self):
        """Another home with the same store, from which secrets are read encrypted."""
        home = self.home / "encrypting"
        for folder in (".local/share/keyfob", ".local/state/keyfob", ".config/keyfob"):
            shutil.copytree(self.home / folder, home / folder)
        _configure(home, "[secret-service]\n\tsession = dh\n")
        return home


class _PatientBus(MessageBus):
    """A bus that gives services time: a large keyring is read before its daemon is there."""

    def wait_for(self, name, child=None, seconds=60):
        super().wait_for(name, child, seconds)


def _configure(home, text):
    (home / ".config/keyfob/config").write_text(text)
