"""The header, the root, the key file and the anchor: all that stands in front of the parts."""

import struct
from dataclasses import dataclass
from typing import NamedTuple

from sealed_primitives import (
    ANCHOR_MAGIC, KEY, KEY_FILE_MAGIC, MAGIC, NONCE, TAG, Cursor, Damaged, Limit, NewerVersion,
    Older, argon2id, catalogue_subkey, mac, open_sealed, same, store_subkey,
)

FIXED, MAC = 200, 32
SHORTEST, LONGEST = 264, 4096
BOX = NONCE + KEY + TAG
KEY_FILE_SLOT, PASSPHRASE_SLOT, EXTERNAL_SLOT = 1, 2, 3
PARAMETER_SIZES = {KEY_FILE_SLOT: 0, PASSPHRASE_SLOT: 24, EXTERNAL_SLOT: 0}
MOST_PASSES, LEAST_KIBIBYTES, MOST_KIBIBYTES = 16, 8, 1 << 20
MOST_BUCKETS = 1 << 16
ROOT_FIXED, BUCKET_PLACE = 132, 28


@dataclass
class Slot:
    kind: int
    parameters: bytes
    box: bytes

    @classmethod
    def read(cls, cursor):
        kind, zero, size = cursor.unpack("BBH")
        slot = cls(kind, cursor.take(size), cursor.take(BOX))
        if zero or size != PARAMETER_SIZES.get(kind, size):
            raise Damaged("slots", f"a slot of kind {kind} with {size} bytes of parameters")
        if kind == PASSPHRASE_SLOT:
            slot.check_costs()
        return slot

    def encoded(self):
        head = struct.pack("<BBH", self.kind, 0, len(self.parameters))
        return head + self.parameters + self.box

    def open(self, key, file_id):
        """The store key, or None when the slot does not open with that key."""
        data = slot_data(file_id, self.kind, self.parameters)
        return open_sealed(key, self.box[:NONCE], data, self.box[NONCE:])

    def check_costs(self):
        passes, kibibytes = struct.unpack("<II", self.parameters[:8])
        if not (1 <= passes <= MOST_PASSES and LEAST_KIBIBYTES <= kibibytes <= MOST_KIBIBYTES):
            raise Limit("slots", f"Argon2id costs t={passes} m={kibibytes} KiB")


def slot_data(file_id, kind, parameters):
    """The additional data the store key is sealed with in a slot."""
    return MAGIC + struct.pack("<H", 1) + file_id + bytes([kind]) + parameters


def key_of_slot(kind, parameters, catalogue_key, passphrase, external):
    """The key a slot is sealed with, or None when what it takes is not at hand."""
    if kind == KEY_FILE_SLOT and catalogue_key:
        return catalogue_subkey(catalogue_key, 6)
    if kind == PASSPHRASE_SLOT and passphrase is not None:
        passes, kibibytes = struct.unpack("<II", parameters[:8])
        return argon2id(passphrase, parameters[8:], passes, kibibytes)
    if kind == EXTERNAL_SLOT and external is not None:
        if not 16 <= len(external) <= 4096:
            raise Limit("external key", f"{len(external)} bytes")
        return mac(b"keyfob external key", external)
    return None


class Header:
    """A header whose shape is right; `authenticate` says whether its MAC is."""

    def __init__(self, data):
        if len(data) < FIXED:
            raise Damaged("header", "the file is shorter than the fixed header")
        cursor = Cursor(data[:FIXED], "header")
        if cursor.take(8) != MAGIC:
            raise Damaged("header", "not a sealed file")
        major, _ = cursor.unpack("HH")
        if major != 1:
            raise NewerVersion("header", f"major version {major}")
        self.length = cursor.number("I")
        if not SHORTEST <= self.length <= LONGEST or self.length > len(data):
            raise Damaged("header", f"a header of {self.length} bytes")
        self.file_id = cursor.take(16)
        self.root_length, self.root_nonce = cursor.unpack("I24s")
        count, zero = cursor.unpack("B3s")
        self.commitment, self.store_commitment = cursor.take(32), cursor.take(32)
        self.wrapped_catalogue_key = cursor.take(BOX)
        if not 1 <= count <= 8 or any(zero):
            raise Damaged("slots", f"{count} slots")
        slots = Cursor(data[FIXED:self.length - MAC], "slots")
        self.slots = [Slot.read(slots) for _ in range(count)]
        slots.finish()
        self._authenticated = data[:self.length - MAC]
        self._mac = data[self.length - MAC:self.length]

    def commits_to(self, catalogue_key):
        expected = mac(catalogue_subkey(catalogue_key, 2), MAGIC + self.file_id)
        return same(self.commitment, expected)

    def commits_to_store_key(self, store_key):
        expected = mac(store_subkey(store_key, 1), MAGIC + self.file_id)
        return same(self.store_commitment, expected)

    def authenticate(self, catalogue_key):
        if not same(self._mac, mac(catalogue_subkey(catalogue_key, 1), self._authenticated)):
            raise Damaged("header", "its MAC is wrong")

    def unwrapped_catalogue_key(self, store_key):
        nonce, sealed = self.wrapped_catalogue_key[:NONCE], self.wrapped_catalogue_key[NONCE:]
        data = self.file_id + b"catalogue key"
        return open_sealed(store_subkey(store_key, 3), nonce, data, sealed)


class Place(NamedTuple):
    """How long a sealed part is, how many things it holds, and the nonce it opens with."""

    length: int
    count: int
    nonce: bytes


class Root:
    def __init__(self, plain):
        cursor = Cursor(plain, "root")
        self.generation, self.written_at, buckets = cursor.unpack("QqI")
        if not 1 <= buckets <= MOST_BUCKETS or buckets & (buckets - 1):
            raise Damaged("root", f"{buckets} buckets")
        if len(plain) != ROOT_FIXED + BUCKET_PLACE * buckets:
            raise Damaged("root", "its length is not that of its buckets")
        if self.generation == 0:
            raise Damaged("root", "generation 0")
        self.wildcards = Place(*cursor.unpack("QI24s"))
        self.directory = Place(*cursor.unpack("QI24s"))
        self.records_length = cursor.number("Q")
        length, nonce = cursor.unpack("Q24s")
        self.padding = Place(length, 0, nonce)
        self.buckets = []
        for _ in range(buckets):
            length, nonce = cursor.unpack("I24s")
            self.buckets.append(Place(length, 0, nonce))


def catalogue_keys(key_file):
    """The one key in the key file, or the two that stand there while keys are rotated."""
    if len(key_file) not in (40, 72) or key_file[:8] != KEY_FILE_MAGIC:
        raise Damaged("key file", f"{len(key_file)} bytes that are not a key file")
    return [key_file[at:at + KEY] for at in range(8, len(key_file), KEY)]


def anchor_encoded(catalogue_key, file_id, generation, root_nonce):
    body = ANCHOR_MAGIC + file_id + struct.pack("<Q", generation) + root_nonce
    return body + mac(catalogue_subkey(catalogue_key, 5), body)


def judge_anchor(anchor, catalogue_key, file_id, generation, root_nonce):
    """`current`, `behind` (to be advanced) or `anew`; raises when the file is the older one."""
    if anchor is None or len(anchor) != 88 or anchor[:8] != ANCHOR_MAGIC:
        return "anew"
    if not same(anchor[56:], mac(catalogue_subkey(catalogue_key, 5), anchor[:56])):
        return "anew"
    (seen,) = struct.unpack("<Q", anchor[24:32])
    if anchor[8:24] != file_id:
        raise Older("anchor", "another file was put in its place")
    if seen > generation:
        raise Older("anchor", f"generation {generation}, but {seen} was used before")
    if seen == generation and anchor[32:56] != root_nonce:
        raise Older("anchor", f"another generation {generation}")
    return "current" if seen == generation else "behind"
