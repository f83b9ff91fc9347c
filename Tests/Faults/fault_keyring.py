"""A home with a keyring of its own, broken and put back together, and what each of them holds."""

import json
import time
from contextlib import contextmanager
from typing import NamedTuple

from jeepney import DBusAddress

from fault_home import ALICE, BOB, CAROL, THREE, FaultHome, Login, expected
from fault_operations import NEW_ALICE, OPERATIONS, Operation
from sealed_layout import FILE
from Support import MessageBus, SecretService
from Support.keyring_client import ROOT

_BUS = DBusAddress(
    "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
SCHEMA = {"xdg:schema": "dev.keyfob.Credential"}
#: Its value is the item's path, a space, and the mark that is in the item's metadata.
LOCATOR_TAG = 17
#: What a change says when it is made, and what it replaced could not be removed.
KEPT = b"the keyring kept an old secret of %s; remove it with `keyfob store fsck --repair`\n"
ALICES = "registry.example.com-alice"


class KeyringHome(FaultHome):
    """A home whose secrets rest in a keyring on a bus that nobody else is on. gnome-keyring keeps
    its files under the home, so that a snapshot is of both."""

    def __init__(self, root, prefix, service=SecretService):
        super().__init__(root, prefix)
        self.bus = MessageBus(dict(self.env))
        # Only sockets are there: no snapshot is to see them.
        self.bus.env["XDG_RUNTIME_DIR"] = str(self.bus.folder)
        self.env = {**self.bus.env, "KEYFOB_STORE": "secret-service"}
        self.service = service(self.bus)
        if service is SecretService:
            self.service.start()
        self._company = self._names()

    def close(self):
        self.service.stop()
        self.bus.close()

    def restore(self, snapshot):
        self.service.stop()
        super().restore(snapshot)
        self.service.start()
        self._company = self._names()

    def _names(self):
        return {name for name in self.bus.call(_BUS, "ListNames")[0] if name.startswith(":")}

    def wait_until_alone(self):
        """Waits until no program is on the bus any more: what it asked for last has been done."""
        deadline = time.monotonic() + 5
        while not self._names() <= self._company:
            assert time.monotonic() < deadline, "a program stays on the bus"
            time.sleep(0.002)

    # What there is.

    def items(self):
        """The keyring's items of ours."""
        return self.service.items(**SCHEMA)

    def held(self):
        """Their paths."""
        return set(self.service.call(ROOT, "Service", "SearchItems", "a{ss}", SCHEMA)[0])

    def credentials(self):
        """What the catalogue names, by the independent reader."""
        store = self.opened()
        return store.check() if store else []

    def named(self):
        """The paths of the items that the catalogue names."""
        return {each.fields[LOCATOR_TAG].decode().partition(" ")[0]
                for each in self.credentials() if each.store != FILE}

    # What `fsck` makes of it.

    def orphans(self):
        """The items that `fsck` says no credential names; it must find nothing worse."""
        reply = self.run("keyfob", "store", "fsck", "--json")
        assert reply.code == 0, reply
        report = json.loads(reply.out)
        assert report["ok"] and report["problems"] == [], report
        return set(report.get("orphans", []))

    def repair(self):
        """Has `fsck` remove them; then both name the same."""
        orphans = self.held() - self.named()
        assert self.orphans() == orphans, "fsck does not see which items nobody names"
        reply = self.run("keyfob", "store", "fsck", "--repair", "--yes")
        assert reply.code == 0, reply
        assert self.is_tidy(), "fsck --repair left items"
        return len(orphans)

    def is_tidy(self):
        """Whether the keyring holds exactly what the catalogue names."""
        return self.held() == self.named()


@contextmanager
def keyring_home(root, prefix, logins=(), service=SecretService):
    """A home that holds these logins in its keyring; without any, no store is chosen yet."""
    home = KeyringHome(root, prefix, service)
    try:
        for login in logins:
            home.change(login, "store")
        if not logins:
            del home.env["KEYFOB_STORE"]
        assert home.answers(logins) == expected(logins) and len(home.held()) == len(logins)
        yield home
    finally:
        home.close()


class Change(NamedTuple):
    """A call of any program that changes something, and what is answered before and after it."""

    words: tuple
    stdin: bytes
    operation: Operation

    @property
    def name(self):
        return self.operation.name

    def run(self, home, wrapper=(), seconds=30.0):
        return home.run(*self.words, stdin=self.stdin, wrapper=wrapper, seconds=seconds)

    def must(self, home):
        reply = self.run(home)
        assert reply.code == 0 and not reply.out, reply


def _of_a_client(operation):
    login, verb = operation.login, operation.verb
    return Change((login.program, verb), login.request(verb), operation)


def _of_the_command(name, words, stdin, after):
    return Change(("keyfob", *words), stdin, Operation(name, ALICE, "", THREE, after))


EDIT = _of_the_command(
    "keyfob edit", ("edit", ALICES, "--stdin"), NEW_ALICE.secret.encode(), (NEW_ALICE, BOB, CAROL))
REMOVE = _of_the_command("keyfob remove", ("remove", ALICES, "--yes"), b"", (BOB, CAROL))
CLIENTS = {operation.name: _of_a_client(operation) for operation in OPERATIONS}
#: git's first store and its new password go the ways of docker's.
CHANGES = (*(CLIENTS[name] for name in (
    "docker, first store", "docker, store", "git, store", "docker, new password",
    "docker, erase", "git, erase")), EDIT, REMOVE)
#: Those that do different things to a keyring.
KINDS = (*(CLIENTS[name] for name in (
    "docker, first store", "git, store", "docker, new password", "git, erase")), EDIT, REMOVE)


def many(count):
    """As many logins of docker's, each at a host of its own."""
    return tuple(Login("docker-credential-keyfob", f"r{number:02}.example.com", f"user-{number}",
                       f"canary {number:02}!") for number in range(count))


#: Sweeps wait a good deal: for a keyring to start, for programs on the bus to end.
AT_ONCE = 4


def every(items, count, full):
    """All of them, or about `count` of them at equal distances."""
    return items if full else items[::max(1, len(items) // count)][:count + 1]
