"""What a test itself asks of a Secret Service, and changes behind the programs' back."""

from typing import NamedTuple

from jeepney import DBusAddress, DBusErrorResponse

NAME = "org.freedesktop.secrets"
ROOT = "/org/freedesktop/secrets"
_SPEC = "org.freedesktop.Secret"


class Item(NamedTuple):
    path: str
    label: str
    attributes: dict
    #: None while the item is locked.
    secret: bytes


class KeyringClient:
    """Speaks to the Secret Service of a `MessageBus`."""

    def __init__(self, bus):
        self.bus = bus

    def call(self, path, interface, member, signature="", *body):
        """Calls a method of one of the specification's interfaces."""
        target = DBusAddress(path, NAME, f"{_SPEC}.{interface}")
        return self.bus.call(target, member, signature, body)

    def property(self, path, interface, name):
        """Reads a property of one of the specification's interfaces."""
        target = DBusAddress(path, NAME, "org.freedesktop.DBus.Properties")
        return self.bus.call(target, "Get", "ss", (f"{_SPEC}.{interface}", name))[0][1]

    def default_collection(self):
        """The path of the default keyring; None when there is none."""
        path = self.call(ROOT, "Service", "ReadAlias", "s", "default")[0]
        return None if path == "/" else path

    def is_locked(self, collection=None):
        path = collection or self.default_collection()
        return self.property(path, "Collection", "Locked")

    def lock(self, collection=None):
        """Locks a keyring, which needs no prompt."""
        path = collection or self.default_collection()
        assert self.call(ROOT, "Service", "Lock", "ao", [path]) == ([path], "/")

    def items(self, **attributes):
        """The items with these attributes, in the order of their paths; all without any."""
        unlocked, locked = self.call(ROOT, "Service", "SearchItems", "a{ss}", attributes)
        session = self.session()
        return [self._item(path, None if path in locked else session)
                for path in sorted(unlocked + locked)]

    def _item(self, path, session):
        secret = session and self.call(path, "Item", "GetSecret", "o", session)[0][2]
        return Item(
            path, self.property(path, "Item", "Label"), self.property(path, "Item", "Attributes"),
            secret)

    def store(self, label, attributes, secret, collection=None, replace=False):
        """Makes an item and returns its path."""
        path, prompt = self.call(
            collection or self.default_collection(), "Collection", "CreateItem",
            "a{sv}(oayays)b", {
                f"{_SPEC}.Item.Label": ("s", label),
                f"{_SPEC}.Item.Attributes": ("a{ss}", attributes),
            }, self.parcel(secret), replace)
        assert prompt == "/", prompt
        return path

    def set_secret(self, path, secret):
        self.call(path, "Item", "SetSecret", "(oayays)", self.parcel(secret))

    def set_attributes(self, path, attributes):
        target = DBusAddress(path, NAME, "org.freedesktop.DBus.Properties")
        self.bus.call(target, "Set", "ssv", (f"{_SPEC}.Item", "Attributes", ("a{ss}", attributes)))

    def delete(self, path):
        """Removes an item."""
        assert self.call(path, "Item", "Delete") == ("/",)

    def set_default_alias(self, collection):
        """Makes a keyring the default one; `/` makes none the default one."""
        self.call(ROOT, "Service", "SetAlias", "so", "default", collection)

    def parcel(self, secret):
        """A secret as the bus carries it, in a session that does not encrypt."""
        return self.session(), b"", secret, "text/plain"

    def session(self):
        return self.call(ROOT, "Service", "OpenSession", "sv", "plain", ("s", ""))[1]


__all__ = ["NAME", "ROOT", "DBusErrorResponse", "Item", "KeyringClient"]
