"""Credentials, bindings and bucket entries as the page lays them out, both ways."""

import struct
from dataclasses import dataclass, field
from typing import NamedTuple, Optional

from sealed_primitives import NONCE, Cursor, Damaged, catalogue_subkey, mac, store_subkey, string

REGISTRY, GIT = 1, 2
ADMIN, DOCKER, GIT_LOGIN, IMPORT = 1, 2, 3, 4
FILE, SECRET_SERVICE = 1, 2
PASSWORD, TOKEN, SECRET = 1, 2, 10

ALWAYS_THERE = range(1, 11)
RECORD_TAG, SETTINGS_TAG, BINDING_TAG = 19, 20, 32
FIXED_SIZES = {
    1: 16, 2: 8, 4: 1, 5: 1, 6: 1, 7: 8, 9: 8, 10: 8, 14: 8, 15: 8, 18: 32, 19: 12 + NONCE,
}
HIGHEST_VALUE = {4: 10, 5: 4, 6: 2}
NEVER_EMPTY = (3, 12, 13, 16, 17, 20)


class Record(NamedTuple):
    offset: int
    length: int
    nonce: bytes


NO_RECORD = Record(0, 0, bytes(NONCE))


@dataclass
class Binding:
    protocol: int
    host: bytes
    path: bytes = b""
    scheme: bytes = b"https"
    port: int = 0
    suspended_until: int = 0

    def encoded(self):
        return (
            struct.pack("<Bq", self.protocol, self.suspended_until)
            + string(self.scheme) + string(self.host)
            + struct.pack("<H", self.port) + string(self.path)
        )

    @classmethod
    def decoded(cls, data, where):
        cursor = Cursor(data, where)
        protocol, suspended_until = cursor.unpack("Bq")
        scheme, host = cursor.string(), cursor.string()
        port, path = cursor.number("H"), cursor.string()
        cursor.finish()
        if protocol not in (REGISTRY, GIT) or not scheme:
            raise Damaged(where, "a binding names no protocol or no scheme")
        if path and b"" in path.split(b"/"):
            raise Damaged(where, "a path has an empty segment")
        return cls(protocol, host, path, scheme, port, suspended_until)

    @property
    def is_wildcard(self):
        return b"*" in self.host


@dataclass
class Credential:
    """One item of the directory; `fields` holds every tag but the bindings, known or not."""

    fields: dict
    bindings: list = field(default_factory=list)

    id = property(lambda self: self.fields[1])
    version = property(lambda self: struct.unpack("<Q", self.fields[2])[0])
    kind = property(lambda self: self.fields[4][0])
    store = property(lambda self: self.fields[6][0])

    @property
    def record(self):
        value = self.fields.get(RECORD_TAG)
        return Record(*struct.unpack("<QI24s", value)) if value else NO_RECORD

    def encoded(self):
        tagged = list(self.fields.items())
        tagged += [(BINDING_TAG, binding.encoded()) for binding in self.bindings]
        tagged.sort(key=lambda pair: pair[0])
        return b"".join(struct.pack("<BI", tag, len(value)) + value for tag, value in tagged)

    @classmethod
    def decoded(cls, data, where="directory"):
        cursor, last = Cursor(data, where), 0
        credential = cls({})
        while cursor.more:
            tag, length = cursor.unpack("BI")
            value = cursor.take(length)
            if tag < last or tag == 0 or (tag == last and tag != BINDING_TAG):
                raise Damaged(where, f"tag {tag} after tag {last}")
            last = tag
            if tag == BINDING_TAG:
                credential.bindings.append(Binding.decoded(value, where))
            else:
                credential.fields[tag] = value
        credential.check_shape(where)
        return credential

    def check_shape(self, where):
        for tag in ALWAYS_THERE:
            if tag not in self.fields:
                raise Damaged(where, f"tag {tag} is missing")
        for tag, value in self.fields.items():
            if len(value) != FIXED_SIZES.get(tag, len(value)):
                raise Damaged(where, f"tag {tag} has {len(value)} bytes")
            if tag in NEVER_EMPTY and not value:
                raise Damaged(where, f"tag {tag} says nothing")
            if tag in HIGHEST_VALUE and not 1 <= value[0] <= HIGHEST_VALUE[tag]:
                raise Damaged(where, f"tag {tag} is {value[0]}")
        if (RECORD_TAG in self.fields) != (self.store == FILE):
            raise Damaged(where, "a record stands exactly where the store is the file")
        settings = Cursor(self.fields.get(SETTINGS_TAG, b""), where)
        while settings.more:
            settings.string(), settings.string()

    def entry(self, binding):
        """The bucket or wildcard entry that the page derives for one of the bindings."""
        value = self.fields.get
        flags = (1 if 11 in self.fields else 0) | (2 if 16 in self.fields else 0)
        return (
            bytes([binding.protocol, value(5)[0], self.kind, self.store, flags])
            + struct.pack("<H", binding.port) + string(binding.host) + string(binding.path)
            + self.id + value(2) + value(10) + value(14, bytes(8))
            + struct.pack("<q", binding.suspended_until) + struct.pack("<QI24s", *self.record)
            + string(binding.scheme) + string(value(13, b"")) + string(value(3))
            + string(value(11, b"")) + string(value(16, b"")) + string(value(17, b""))
        )


@dataclass
class Entry:
    """What a reader learns from a bucket or from the wildcard part."""

    protocol: int
    origin: int
    kind: int
    store: int
    port: int
    host: bytes
    path: bytes
    credential_id: bytes
    version: int
    currency: int
    record: Record
    scheme: bytes
    scope: bytes
    username: Optional[bytes]
    authtype: Optional[bytes]

    @classmethod
    def decoded(cls, data, where):
        cursor = Cursor(data, where)
        protocol, origin, kind, store, flags, port = cursor.unpack("BBBBBH")
        host, path = cursor.string(), cursor.string()
        identity, version, currency, _, _ = cursor.unpack("16sQQqq")
        record = Record(*cursor.unpack("QI24s"))
        scheme, scope, _, username, authtype, _ = (cursor.string() for _ in range(6))
        cursor.finish()
        if not (1 <= protocol <= 2 and 1 <= origin <= 4 and 1 <= kind <= 10 and 1 <= store <= 2):
            raise Damaged(where, "an entry of an unknown protocol, origin, kind or store")
        if flags > 3 or (username and not flags & 1) or (authtype and not flags & 2):
            raise Damaged(where, "the flags of an entry contradict its strings")
        return cls(
            protocol, origin, kind, store, port, host, path, identity, version, currency, record,
            scheme, scope, username if flags & 1 else None, authtype if flags & 2 else None,
        )


def run_of(pieces):
    """Pieces one after another, each behind its length, as buckets and directory have them."""
    return b"".join(struct.pack("<I", len(piece)) + piece for piece in pieces)


def pieces_of(run, where):
    cursor, pieces = Cursor(run, where), []
    while cursor.more:
        pieces.append(cursor.take(cursor.number("I")))
    return pieces


def bucket_index(catalogue_key, host, port, count):
    digest = mac(catalogue_subkey(catalogue_key, 4), host + b"\0" + struct.pack("<H", port))
    return int.from_bytes(digest[:8], "little") % count


def record_data(file_id, identity, version, kind):
    """The additional data a record is sealed with."""
    return b"record" + file_id + identity + struct.pack("<QB", version, kind)


def secret_fields_encoded(secrets):
    return bytes([len(secrets)]) + b"".join(
        bytes([len(name)]) + name + struct.pack("<I", len(value)) + value
        for name, value in secrets
    )


def secret_fields_decoded(plain):
    cursor, secrets = Cursor(plain, "records"), []
    for _ in range(cursor.number("B")):
        name = cursor.take(cursor.number("B"))
        secrets.append((name, cursor.take(cursor.number("I"))))
    cursor.finish()
    return secrets


def fingerprint(store_key, identity, username, secrets):
    return mac(
        store_subkey(store_key, 4),
        identity + struct.pack("<I", len(username)) + username + secret_fields_encoded(secrets),
    )
