"""KeePassXC, the real one, as the Secret Service of a private bus."""

import base64
import time
import uuid
from pathlib import Path

import pytest
from jeepney import DBusAddress, MatchRule

from .child import Child
from .display import Display
from .keyring_client import NAME, ROOT
from .keyring_process import KeyringProcess
from .processes import finish, required

PASSWORD = "test-password"
_GROUP = uuid.UUID("8d4e2f60-3c1a-4b7e-9a55-0f6b1c2d3e4f")

# The database as `keepassxc-cli import` takes it. Which of its groups the Secret Service shows is a
# setting that KeePassXC keeps in the database itself.
_DATABASE = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile>
  <Meta>
    <Generator>KeePassXC</Generator>
    <DatabaseName>Passwords</DatabaseName>
    <RecycleBinEnabled>False</RecycleBinEnabled>{exposed}
  </Meta>
  <Root><Group><UUID>{group}</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
"""
_EXPOSED = f"""
    <CustomData>
      <Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{_GROUP}}}</Value></Item>
    </CustomData>"""
_SETTINGS = """\
[General]
ConfigVersion=2
UpdateCheckMessageShown=true
AutoSaveAfterEveryChange=true
[GUI]
CheckForUpdates=false
[Security]
LockDatabaseIdle=false
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmDeleteItem=false
ConfirmAccessItem={confirms_access}
UnlockBeforeSearch={unlocks_to_search}
"""


class KeePassXC(KeyringProcess):
    """KeePassXC with one database, made empty, on a screen of its own.

    Keywords of the constructor; KeePassXC itself comes with all three the other way round:

    - exposed: whether the Secret Service shows the database; else there is no keyring
    - confirms_access: whether every program must first be allowed, in a window, to read an item
    - unlocks_to_search: whether whoever searches a locked database makes it ask for its password

    A search without any attribute finds nothing here.
    """

    def __init__(self, bus, *, exposed=True, confirms_access=False, unlocks_to_search=False):
        super().__init__(bus)
        self._folder = Path(bus.env["HOME"]) / "keepassxc"
        self._folder.mkdir()
        self.database = self._folder / "passwords.kdbx"
        self._settings = self._folder / "settings.ini"
        self._settings.write_text(_SETTINGS.format(
            confirms_access=str(confirms_access).lower(),
            unlocks_to_search=str(unlocks_to_search).lower()))
        self.make_database(exposed)
        self.screen = _Screen(bus)

    def make_database(self, exposed=True):
        """Makes an empty database in the place of the one there is; it must not be running."""
        self._exposed = exposed
        self.database.unlink(missing_ok=True)
        source = self._folder / "empty.xml"
        source.write_text(_DATABASE.format(
            exposed=_EXPOSED if exposed else "", group=base64.b64encode(_GROUP.bytes).decode()))
        self._cli("import", "--set-password", "--decryption-time", "100", source, self.database,
                  input=f"{PASSWORD}\n{PASSWORD}\n")

    def _cli(self, verb, *words, input=f"{PASSWORD}\n"):
        answer = finish([required("keepassxc-cli"), verb, "--quiet", *words],
                        env=self.bus.env, input=input.encode())
        assert answer.code == 0, answer.err.decode()
        return answer.out.decode()

    def start(self, unlocked=True):
        """Starts it, with its database open or locked."""
        assert not self.is_running()
        self._child = Child(
            ["keepassxc", "--config", str(self._settings),
             "--localconfig", str(self._folder / "local.ini"),
             *(["--pw-stdin"] if unlocked else []), str(self.database)],
            env={**self.bus.env, "QT_QPA_PLATFORM": "xcb"}, log=self.bus.folder / "keepassxc.log",
            input=f"{PASSWORD}\n".encode())
        self.bus.wait_for(NAME, self._child)
        # It is on the bus before it has read its database, which is a locked keyring until then.
        title = "Passwords - KeePassXC" if unlocked else r"passwords\.kdbx \[Locked\] - KeePassXC"
        self._wait(lambda: self.screen.shows(title), "open its database")
        if self._exposed:
            self._wait(lambda: self.default_collection() is not None
                       and self.is_locked() != unlocked, "offer its keyring")
        else:
            self._wait(lambda: self.default_collection() is None, "take its keyring back")

    def _wait(self, condition, action, seconds=10):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or not self.is_running():
                log = (self.bus.folder / "keepassxc.log").read_text(errors="replace")
                pytest.fail(f"KeePassXC did not {action}:\n{log}")
            time.sleep(0.05)

    def close(self):
        """Ends it together with its screen, whatever it is doing."""
        if self.is_running():
            self.kill()
        self.screen.close()

    def saved(self):
        """The titles of what the database holds on disk, where it comes a little later than it is
        on the bus."""
        return self._cli("ls", self.database).split("\n")[:-1]

    def wait_until_saved(self, title):
        self._wait(lambda: title in self.saved(), f"save {title}")

    def lock(self, collection=None):
        path = collection or self.default_collection()
        self._confirm(self.call(ROOT, "Service", "Lock", "ao", [path])[1])
        assert self.is_locked(path)

    def delete(self, path):
        self._confirm(self.call(path, "Item", "Delete")[0])

    def store(self, label, attributes, secret, collection=None, replace=False):
        prompt = self.call(
            collection or self.default_collection(), "Collection", "CreateItem",
            "a{sv}(oayays)b", {
                "org.freedesktop.Secret.Item.Label": ("s", label),
                "org.freedesktop.Secret.Item.Attributes": ("a{ss}", attributes),
            }, self.parcel(secret), replace)[1]
        return self._confirm(prompt)

    def _confirm(self, prompt):
        """Runs a prompt, which it wants for every change and shows no window for, and returns what
        came of it."""
        interface = "org.freedesktop.Secret.Prompt"
        completed = MatchRule(type="signal", interface=interface, member="Completed", path=prompt)
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        self.bus.call(bus, "AddMatch", "s", (completed.serialise(),))
        with self.bus.connection.filter(completed) as signals:
            self.call(prompt, "Prompt", "Prompt", "s", "")
            signal = self.bus.connection.recv_until_filtered(signals, timeout=10)
        dismissed, (_, result) = signal.body
        assert not dismissed
        return result

    def calls(self):
        """A list that is filled with the method calls of programs; the service's own are left
        out."""
        return self.bus.calls(ignoring=[NAME])


class _Screen(Display):
    """KeePassXC's windows. No window manager gives them the keyboard."""

    UNLOCK = "Unlock Database - KeePassXC"
    ACCESS = "KeePassXC - +Access Request"

    def _find(self):
        return self._windows(f"^({self.UNLOCK}|{self.ACCESS})$")

    def _windows(self, title):
        return self._xdotool("search", "--onlyvisible", "--name", title).out.split()

    def shows(self, title):
        """Whether there is a window with this title, a regular expression."""
        return bool(self._windows(f"^{title}$"))

    def wait(self, seconds=10):
        window = super().wait(seconds)
        self._xdotool("windowfocus", "--sync", window)
        return window

    def allow(self):
        """Waits to be asked whether a program may read an item, and allows it."""
        window = self.wait()
        assert self.shows(self.ACCESS)
        self._xdotool("key", "Return")
        return window
