"""A reader of the sealed file: what a helper opens for one answer, and all that fsck checks."""

import itertools

from sealed_header import Header, Root, catalogue_keys, judge_anchor, key_of_slot
from sealed_layout import (
    FILE, Credential, Entry, bucket_index, pieces_of, record_data, run_of, secret_fields_decoded,
)
from sealed_primitives import (
    TAG, Damaged, Locked, Older, WrongKey, catalogue_subkey, open_sealed, same, store_subkey,
)


def padded_length(length):
    """The next length of at least 4,096 with zeros after its four highest binary digits."""
    length = max(length, 4096)
    low = length.bit_length() - 4
    return ((length + (1 << low) - 1) >> low) << low


def open_store(credentials, key_file, anchor=None, *, passphrase=None, external=None):
    """The sealed file, or None where there is none and never was; raises its error class."""
    if credentials is None:
        if anchor is not None:
            raise Older("anchor", "the file it speaks of is missing")
        return None
    return SealedFile(credentials, key_file, anchor, passphrase=passphrase, external=external)


class SealedFile:
    def __init__(self, data, key_file, anchor=None, *, passphrase=None, external=None):
        self.data, self.passphrase, self.external = data, passphrase, external
        self.header = Header(data)
        self.file_id = self.header.file_id
        self.catalogue_key = self._matching_key(key_file)
        self.header.authenticate(self.catalogue_key)
        self.root = self._opened_root()
        self.anchor_state = judge_anchor(
            anchor, self.catalogue_key, self.file_id, self.root.generation, self.header.root_nonce
        )
        self.parts = self._placed_parts()

    def _matching_key(self, key_file):
        if key_file is None:
            raise Locked("key file", "it is missing")
        for key in catalogue_keys(key_file):
            if self.header.commits_to(key):
                return key
        raise WrongKey("key file", "the file is sealed with another key")

    def _opened_root(self):
        header = self.header
        sealed = self.data[header.length:header.length + header.root_length]
        if len(sealed) != header.root_length:
            raise Damaged("root", "it is cut off")
        return Root(self._opened("root", sealed, header.root_nonce, b"root"))

    def _opened(self, where, sealed, nonce, label):
        key = catalogue_subkey(self.catalogue_key, 3)
        plain = open_sealed(key, nonce, self.file_id + label, sealed)
        if plain is None:
            raise Damaged(where, "it does not open")
        return plain

    def _placed_parts(self):
        """Where each part stands; together they are the whole file."""
        root = self.root
        lengths = {"header": self.header.length, "root": self.header.root_length}
        lengths |= {f"bucket {i}": place.length for i, place in enumerate(root.buckets)}
        lengths |= {
            "wildcards": root.wildcards.length, "directory": root.directory.length,
            "records": root.records_length, "padding": root.padding.length,
        }
        ends = list(itertools.accumulate(lengths.values()))
        if ends[-1] != len(self.data):
            raise Damaged("root", f"parts of {ends[-1]} bytes in a file of {len(self.data)}")
        return {name: (end - lengths[name], end) for name, end in zip(lengths, ends)}

    def sealed_part(self, name):
        start, end = self.parts[name]
        return self.data[start:end]

    # What a `get` opens.

    def entries(self, host, port):
        """The bucket that answers for a host, and the wildcards when there are any."""
        index = bucket_index(self.catalogue_key, host, port, len(self.root.buckets))
        yield from self._decoded(f"bucket {index}", self._bucket_plain(index))
        yield from self._decoded("wildcards", self._wildcards_plain())

    @staticmethod
    def _decoded(where, plain):
        return [Entry.decoded(piece, where) for piece in pieces_of(plain, where)]

    def _bucket_plain(self, index):
        label = b"bucket" + index.to_bytes(4, "little")
        return self._plain_or_empty(f"bucket {index}", self.root.buckets[index], label)

    def _wildcards_plain(self):
        plain = self._plain_or_empty("wildcards", self.root.wildcards, b"wildcards")
        if len(pieces_of(plain, "wildcards")) != self.root.wildcards.count:
            raise Damaged("wildcards", "not as many entries as the root says")
        return plain

    def _plain_or_empty(self, name, place, label):
        if place.length == 0:
            return b""
        return self._opened(name, self.sealed_part(name), place.nonce, label)

    def secrets(self, record, identity, version, kind):
        """The secret fields of a record, in order."""
        region = self.sealed_part("records")
        if record.length < TAG or record.offset + record.length > len(region):
            raise Damaged("records", "a record stands outside the region")
        sealed = region[record.offset:record.offset + record.length]
        key = store_subkey(self.store_key, 2)
        ad = record_data(self.file_id, identity, version, kind)
        plain = open_sealed(key, record.nonce, ad, sealed)
        if plain is None:
            raise Damaged("records", "a record does not open")
        return secret_fields_decoded(plain)

    @property
    def store_key(self):
        for slot in self.header.slots:
            store_key = self.opened_slot(slot)
            if store_key is not None:
                return store_key
        raise Locked("slots", "none can be opened with what is at hand")

    def opened_slot(self, slot):
        kek = key_of_slot(
            slot.kind, slot.parameters, self.catalogue_key, self.passphrase, self.external
        )
        store_key = kek and slot.open(kek, self.file_id)
        if store_key is None:
            return None
        if not self.header.commits_to_store_key(store_key):
            raise Damaged("slots", "a slot holds another store key")
        return store_key

    # What fsck opens besides: everything.

    def credentials(self):
        plain = self._opened(
            "directory", self.sealed_part("directory"), self.root.directory.nonce, b"directory"
        )
        found = [Credential.decoded(item) for item in pieces_of(plain, "directory")]
        if len(found) != self.root.directory.count:
            raise Damaged("directory", "not as many credentials as the root says")
        if any(left.id >= right.id for left, right in itertools.pairwise(found)):
            raise Damaged("directory", "credentials are out of order or stand twice")
        return found

    def check(self):
        """Raises the first thing that is not as the page has it; returns the credentials."""
        credentials = self.credentials()
        self._check_buckets(credentials)
        self._check_padding()
        self._check_records(credentials)
        recovered = self.header.unwrapped_catalogue_key(self.store_key)
        if recovered is None or not same(recovered, self.catalogue_key):
            raise Damaged("header", "the wrapped catalogue key is not the catalogue key")
        return credentials

    def _check_buckets(self, credentials):
        count = len(self.root.buckets)
        buckets, wildcards = [[] for _ in range(count)], []
        for credential in credentials:
            for binding in credential.bindings:
                index = bucket_index(self.catalogue_key, binding.host, binding.port, count)
                part = wildcards if binding.is_wildcard else buckets[index]
                part.append(credential.entry(binding))
        for index, entries in enumerate(buckets):
            if self._bucket_plain(index) != run_of(entries):
                raise Damaged(f"bucket {index}", "not what the directory says")
        if self._wildcards_plain() != run_of(wildcards):
            raise Damaged("wildcards", "not what the directory says")

    def _check_padding(self):
        place = self.root.padding
        zeros = self._opened("padding", self.sealed_part("padding"), place.nonce, b"padding")
        if any(zeros):
            raise Damaged("padding", "it is not zero")
        if len(self.data) != padded_length(len(self.data) - len(zeros)):
            raise Damaged("padding", f"{len(self.data)} bytes are not the next length")

    def _check_records(self, credentials):
        end = 0
        for credential in credentials:
            if credential.store != FILE:
                continue
            record = credential.record
            if record.offset != end:
                raise Damaged("records", "a gap, an overlap or another order")
            self.secrets(record, credential.id, credential.version, credential.kind)
            end += record.length
        if end != self.root.records_length:
            raise Damaged("records", "bytes that belong to no record")
