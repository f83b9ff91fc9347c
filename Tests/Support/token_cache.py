"""A reader and writer of the token cache, made from Sources/SealedFile/Format.md alone."""

import fcntl
import os
import struct
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "Format"))

from sealed_file import open_store  # noqa: E402
from sealed_header import MAC, catalogue_keys  # noqa: E402
from sealed_layout import secret_fields_decoded, secret_fields_encoded  # noqa: E402
from sealed_primitives import (  # noqa: E402
    NONCE, Cursor, catalogue_subkey, mac, open_sealed, seal, store_subkey,
)

_MAGIC = b"KFBTOK1\n"


@dataclass(frozen=True)
class Slot:
    """An entry as it stands in the file, sealed."""

    lookup: bytes
    host: bytes
    ends_at: int
    is_locked: bool
    nonce: bytes
    sealed: bytes

    @classmethod
    def taken(cls, cursor):
        lookup, host = cursor.take(MAC), cursor.take(MAC)
        ends_at, is_locked = cursor.unpack("qB")
        nonce = cursor.take(NONCE)
        return cls(
            lookup, host, ends_at, bool(is_locked), nonce, cursor.take(cursor.number("I")))

    @property
    def clear(self):
        """What is sealed with it without being in it."""
        return self.lookup + self.host + struct.pack("<qB", self.ends_at, self.is_locked)

    @property
    def encoded(self):
        return self.clear + self.nonce + struct.pack("<I", len(self.sealed)) + self.sealed


@dataclass(frozen=True)
class Entry:
    """An opened one: its fields, by name and as bytes."""

    slot: Slot
    fields: dict

    @property
    def token(self):
        return self.fields["token"].decode()

    @property
    def identity(self):
        return self.fields["identity"].decode()

    @property
    def times(self):
        """When the token was obtained, and when it expires."""
        return struct.unpack_from("<qq", self.fields["times"])

    @property
    def files(self):
        """The digests of the files that decided on it, by their paths."""
        cursor, found = Cursor(self.fields["files"], "files"), {}
        while cursor.more:
            path = cursor.string()
            found[path.decode()] = cursor.string()
        return found

    @property
    def failure(self):
        """When it last failed, the code, the problem and the remedy; None if it did not."""
        if "failure" not in self.fields:
            return None
        cursor = Cursor(self.fields["failure"], "failure")
        when = cursor.number("q")
        texts = [cursor.string().decode() for _ in range(3)]
        cursor.finish()
        return when, *texts

    def shifted(self, seconds):
        """The same entry, made so many seconds later, or earlier if that is negative."""
        fields = dict(self.fields)
        # What follows them tells the real age of what is still young; here all are older.
        fields["times"] = struct.pack(
            "<qq", *(moment + seconds for moment in self.times)) + fields["times"][16:]
        slot = replace(self.slot, ends_at=self.slot.ends_at + seconds)
        if self.failure:
            fields["failure"] = (
                struct.pack("<q", self.failure[0] + seconds) + fields["failure"][8:])
        return Entry(slot, fields)

    def aged(self, share):
        """The same entry when that share of the token's life is over."""
        obtained, expires = self.times
        return self.shifted(-int((expires - obtained) * share))


class TokenCache:
    """The cache in a state folder; what it cannot open it passes over."""

    def __init__(self, state, store, passphrase=None):
        self.path = state / "tokens.keyfob"
        self._state = state
        self._store = store
        self._passphrase = passphrase

    @classmethod
    def of(cls, home, passphrase=None):
        return cls(Path(home.env["XDG_STATE_HOME"]) / "keyfob", home.credentials, passphrase)

    @property
    def data(self):
        return self.path.read_bytes()

    @data.setter
    def data(self, content):
        self.path.write_bytes(content)

    def slots(self):
        if not self.path.exists():
            return []
        cursor, slots = Cursor(self.data, "token cache"), []
        assert cursor.take(len(_MAGIC)) == _MAGIC
        while cursor.more:
            slots.append(Slot.taken(cursor))
        return slots

    def write(self, slots):
        self.data = _MAGIC + b"".join(slot.encoded for slot in slots)

    def entries(self):
        """Those that open, in the order of the file."""
        opened = [(slot, self._opened(slot)) for slot in self.slots()]
        return [Entry(slot, fields) for slot, fields in opened if fields is not None]

    def entry(self):
        """The only one."""
        (entry,) = self.entries()
        return entry

    def sealed(self, entry):
        """An entry as a slot, sealed again."""
        fields = [(name.encode(), value) for name, value in entry.fields.items()]
        plain, nonce = secret_fields_encoded(fields), os.urandom(NONCE)
        sealed = seal(self._key(entry.slot), nonce, entry.slot.clear, plain)
        return replace(entry.slot, nonce=nonce, sealed=sealed)

    def rewrite(self, change):
        """Puts what `change` makes of each entry in its place, when nobody fetches a token."""
        with self.minting():
            pass
        self.write([self.sealed(change(entry)) for entry in self.entries()])

    @contextmanager
    def minting(self):
        """Holds the locks of all tokens, as though each were being minted."""
        with open(self.path.with_name("tokens.keyfob.minting"), "ab") as locks:
            whole = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            fcntl.fcntl(locks, fcntl.F_OFD_SETLKW, whole)
            yield

    def age(self, share):
        """Lets that share of every token's life be over."""
        self.rewrite(lambda entry: entry.aged(share))

    def host(self, name):
        """By which the slots of a registry are found."""
        return mac(catalogue_subkey(self._catalogue_key, 8), name.encode())

    def _opened(self, slot):
        plain = open_sealed(self._key(slot), slot.nonce, slot.clear, slot.sealed)
        if plain is None:
            return None
        return {name.decode(): value for name, value in secret_fields_decoded(plain)}

    def _key(self, slot):
        if slot.is_locked:
            return store_subkey(self._store_key, 5)
        return catalogue_subkey(self._catalogue_key, 7)

    @property
    def _catalogue_key(self):
        return catalogue_keys((self._state / "key").read_bytes())[0]

    @property
    def _store_key(self):
        files = [path.read_bytes() if path.exists() else None
                 for path in (self._store, self._state / "key", self._state / "anchor")]
        return open_store(*files, passphrase=self._passphrase).store_key
