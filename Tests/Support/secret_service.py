"""gnome-keyring, the real one, on a private bus and in a private home."""

import time

import pytest
from jeepney import DBusAddress

from .child import Child
from .keyring_client import NAME, ROOT, KeyringClient

_UNLOCKING = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
PASSWORD = "test-password"


class SecretService(KeyringClient):
    """A gnome-keyring-daemon that runs in the environment of its bus."""

    def __init__(self, bus):
        super().__init__(bus)
        self._child = None

    def start(self, password=PASSWORD):
        """Starts it with the keyring `login` unlocked, which is made if need be. Without a password
        nothing is ever unlocked, and nothing is made."""
        assert not self.is_running()
        how = "--start" if password is None else "--unlock"
        self._child = Child(
            ["gnome-keyring-daemon", "--foreground", how, "--components=secrets"],
            env=self.bus.env, log=self.bus.folder / "keyring.log",
            input=(password or "").encode())
        self.wait()
        if password is not None and self.is_locked():
            pytest.fail("gnome-keyring started, but did not unlock its keyring")

    def wait(self):
        """Waits until it can be called, or would be activated a second time."""
        self.bus.wait_for(NAME, self._child)

    def is_running(self):
        return self._child is not None and self._child.is_running()

    @property
    def pid(self):
        return self._child.pid

    def stop(self):
        """Ends it; it can be started again, with the same keyrings."""
        if self._child:
            self._child.stop()
            self._wait_until_gone()

    def kill(self):
        self._child.kill()
        self._wait_until_gone()

    def _wait_until_gone(self):
        # The bus notices only then that the name is free.
        deadline = time.monotonic() + 5
        while self.bus.owner(NAME) is not None and time.monotonic() < deadline:
            time.sleep(0.005)

    def suspend(self):
        """Stops it in its tracks: it keeps its name, but answers nothing."""
        self._child.suspend()

    def resume(self):
        self._child.resume()

    def restart(self, password=PASSWORD):
        self.stop()
        self.start(password)

    def unlock(self, password=PASSWORD, collection=None):
        """Unlocks a keyring without a prompt; a wrong password raises `DBusErrorResponse`."""
        path = collection or self.default_collection()
        self._privately("UnlockWithMasterPassword", "o(oayays)", path,
                        self.parcel(password.encode()))
        assert not self.is_locked(path)

    def create_collection(self, label, password=PASSWORD):
        """Makes another keyring without a prompt, unlocked, and returns its path."""
        return self._privately(
            "CreateWithMasterPassword", "a{sv}(oayays)",
            {"org.freedesktop.Secret.Collection.Label": ("s", label)},
            self.parcel(password.encode()))[0]

    def _privately(self, member, signature, *body):
        return self.bus.call(DBusAddress(ROOT, NAME, _UNLOCKING), member, signature, body)

    def calls(self):
        """A list that is filled with the method calls of programs; the service's own are left
        out."""
        return self.bus.calls(ignoring=[NAME])
