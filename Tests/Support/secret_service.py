"""gnome-keyring, the real one, on a private bus and in a private home."""

import time

import pytest
from jeepney import DBusAddress

from .child import Child
from .keyring_client import NAME, ROOT
from .keyring_process import KeyringProcess

_UNLOCKING = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
PASSWORD = "test-password"


class SecretService(KeyringProcess):
    """A gnome-keyring-daemon that runs in the environment of its bus."""

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
