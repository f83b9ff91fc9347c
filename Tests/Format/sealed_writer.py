"""A writer of the sealed file, the key file and the anchor, from a plain description.

It works in two steps, so that a fault can be put in between: `Draft.of` lays everything out in
plain text, and `Draft.sealed` seals and joins it.
"""

import os
import struct
from dataclasses import dataclass, field
from typing import Callable, Optional

from sealed_file import padded_length
from sealed_header import (
    FIXED, KEY_FILE_SLOT, MAC, MOST_BUCKETS, PASSPHRASE_SLOT, Slot, anchor_encoded,
    key_of_slot, slot_data,
)
from sealed_layout import (
    ADMIN, FILE, PASSWORD, RECORD_TAG, SETTINGS_TAG, Credential, bucket_index, record_data,
    run_of, secret_fields_encoded,
)
from sealed_primitives import (
    KEY, KEY_FILE_MAGIC, MAGIC, NONCE, TAG, Limit, catalogue_subkey, mac, seal, store_subkey,
    string,
)

CREATED = 1_700_000_000


@dataclass
class Description:
    """A credential as a person would put it; what is None or empty is left out of the file."""

    id: bytes
    name: bytes
    secrets: list
    bindings: list = field(default_factory=list)
    username: Optional[bytes] = None
    kind: int = PASSWORD
    origin: int = ADMIN
    store: int = FILE
    version: int = 1
    currency: int = 1
    created_by: bytes = b"tester"
    description: bytes = b""
    scope: bytes = b""
    expires_at: int = 0
    rotate_after: int = 0
    authtype: bytes = b""
    locator: bytes = b""
    fingerprint: bytes = b""
    settings: list = field(default_factory=list)
    unknown: dict = field(default_factory=dict)

    def credential(self):
        time, number = struct.Struct("<q").pack, struct.Struct("<Q").pack
        settings = b"".join(string(name) + string(value) for name, value in self.settings)
        fields = {
            1: self.id, 2: number(self.version), 3: self.name, 4: bytes([self.kind]),
            5: bytes([self.origin]), 6: bytes([self.store]), 7: time(CREATED), 8: self.created_by,
            9: time(CREATED), 10: number(self.currency),
        }
        optional = {
            12: self.description, 13: self.scope, 14: self.expires_at and time(self.expires_at),
            15: self.rotate_after and time(self.rotate_after), 16: self.authtype,
            17: self.locator, 18: self.fingerprint, SETTINGS_TAG: settings,
        }
        if self.username is not None:
            fields[11] = self.username
        fields |= {tag: value for tag, value in optional.items() if value}
        return Credential(fields | self.unknown, list(self.bindings))


@dataclass
class SlotPlan:
    """A slot to be made: its kind and what opens it."""

    kind: int = KEY_FILE_SLOT
    passphrase: Optional[bytes] = None
    external: Optional[bytes] = None
    passes: int = 1
    kibibytes: int = 8


@dataclass
class Keys:
    catalogue: bytes
    store: bytes
    file_id: bytes

    @classmethod
    def fresh(cls, random=os.urandom):
        return cls(random(KEY), random(KEY), random(16))


def key_file(*catalogue_keys):
    return KEY_FILE_MAGIC + b"".join(catalogue_keys)


def bucket_count(entries):
    count = 1
    while count * count < 4 * entries and count < MOST_BUCKETS:
        count *= 2
    return count


def sealed_slot(plan, keys, random=os.urandom):
    parameters = b""
    if plan.kind == PASSPHRASE_SLOT:
        parameters = struct.pack("<II", plan.passes, plan.kibibytes) + random(16)
    kek = key_of_slot(plan.kind, parameters, keys.catalogue, plan.passphrase, plan.external)
    nonce = random(NONCE)
    ad = slot_data(keys.file_id, plan.kind, parameters)
    return Slot(plan.kind, parameters, nonce + seal(kek, nonce, ad, keys.store))


@dataclass
class Draft:
    """A file before sealing. `edits` maps a part's name to a change of its plain bytes."""

    keys: Keys
    credentials: list
    records: list
    buckets: list
    wildcards: list
    slots: list
    generation: int = 1
    spare: int = 0
    edits: dict = field(default_factory=dict)
    random: Callable[[int], bytes] = os.urandom

    @classmethod
    def of(cls, descriptions, keys, *, slots=(SlotPlan(),), generation=1, buckets=None,
           random=os.urandom):
        credentials, records, end = [], [], 0
        for description in sorted(descriptions, key=lambda each: each.id):
            credential = description.credential()
            if credential.store == FILE:
                nonce, sealed = sealed_record(description, keys, random)
                where = struct.pack("<QI24s", end, len(sealed), nonce)
                credential.fields[RECORD_TAG] = where
                records.append(sealed)
                end += len(sealed)
            credentials.append(credential)
        made = [slot if isinstance(slot, Slot) else sealed_slot(slot, keys, random)
                for slot in slots]
        draft = cls(keys, credentials, records, [], [], made, generation, random=random)
        draft.derive_entries(buckets)
        return draft

    def derive_entries(self, count=None):
        """Fills buckets and wildcards with what the directory says."""
        bound = [(each, binding) for each in self.credentials for binding in each.bindings]
        self.wildcards = [each.entry(binding) for each, binding in bound if binding.is_wildcard]
        plain = [pair for pair in bound if not pair[1].is_wildcard]
        count = count or bucket_count(len(plain))
        self.buckets = [[] for _ in range(count)]
        for each, binding in plain:
            index = bucket_index(self.keys.catalogue, binding.host, binding.port, count)
            self.buckets[index].append(each.entry(binding))

    def sealed(self):
        """The bytes of the file; the root's nonce is then in `root_nonce`."""
        buckets = [
            self._part("bucket", run_of(entries), struct.pack("<I", index), f"bucket {index}")
            if entries else (bytes(NONCE), b"")
            for index, entries in enumerate(self.buckets)
        ]
        wildcards = bytes(NONCE), b""
        if self.wildcards:
            wildcards = self._part("wildcards", run_of(self.wildcards))
        items = [each if isinstance(each, bytes) else each.encoded() for each in self.credentials]
        directory = self._part("directory", run_of(items))
        records = self._edited("records", b"".join(self.records))
        body = [piece for _, piece in buckets] + [wildcards[1], directory[1], records]

        root_length = 132 + 28 * len(buckets) + TAG
        header_length = FIXED + sum(len(slot.encoded()) for slot in self.slots) + MAC
        before = header_length + root_length + sum(map(len, body))
        zeros = padded_length(before + TAG + self.spare) - before - TAG
        padding = self._part("padding", bytes(zeros))

        root = struct.pack("<QqI", self.generation, CREATED + self.generation, len(buckets))
        root += place(wildcards, len(self.wildcards)) + place(directory, len(items))
        root += struct.pack("<QQ24s", len(records), len(padding[1]), padding[0])
        root += b"".join(struct.pack("<I24s", len(piece), nonce) for nonce, piece in buckets)
        self.root_nonce, sealed_root = self._part("root", root)
        return self._header(len(sealed_root)) + sealed_root + b"".join(body) + padding[1]

    def _part(self, label, plain, suffix=b"", name=None):
        nonce, plain = self.random(NONCE), self._edited(name or label, plain)
        ad = self.keys.file_id + label.encode() + suffix
        return nonce, seal(catalogue_subkey(self.keys.catalogue, 3), nonce, ad, plain)

    def _edited(self, name, plain):
        return self.edits[name](plain) if name in self.edits else plain

    def _header(self, root_length):
        keys, nonce = self.keys, self.random(NONCE)
        slots = b"".join(slot.encoded() for slot in self.slots)
        header = MAGIC + struct.pack("<HHI", 1, 0, FIXED + len(slots) + MAC) + keys.file_id
        header += struct.pack("<I24sB3x", root_length, self.root_nonce, len(self.slots))
        header += mac(catalogue_subkey(keys.catalogue, 2), MAGIC + keys.file_id)
        header += mac(store_subkey(keys.store, 1), MAGIC + keys.file_id)
        ad = keys.file_id + b"catalogue key"
        header += nonce + seal(store_subkey(keys.store, 3), nonce, ad, keys.catalogue)
        header = self._edited("header", header + slots)
        return header + mac(catalogue_subkey(keys.catalogue, 1), header)

    def anchor(self, generation=None, root_nonce=None):
        """The anchor beside the file `sealed` made last, or beside another generation of it."""
        return anchor_encoded(
            self.keys.catalogue, self.keys.file_id, generation or self.generation,
            root_nonce or self.root_nonce,
        )


def place(part, count):
    nonce, piece = part
    return struct.pack("<QI24s", len(piece), count, nonce)


def sealed_record(description, keys, random=os.urandom):
    if len(description.secrets) > 255:
        raise Limit("records", "more than 255 secret fields")
    nonce = random(NONCE)
    ad = record_data(keys.file_id, description.id, description.version, description.kind)
    plain = secret_fields_encoded(description.secrets)
    return nonce, seal(store_subkey(keys.store, 2), nonce, ad, plain)
