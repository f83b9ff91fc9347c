"""Faults that only somebody with the keys can make: each piece opens, and what it says is wrong."""

import struct

from sealed_layout import RECORD_TAG, SECRET_SERVICE, record_data, secret_fields_encoded
from sealed_primitives import catalogue_subkey, seal, store_subkey
from sealed_writer import SlotPlan
from vector_base import Vector, base, base_queries

DAMAGED = "damaged"


def sealed_vectors():
    return (header_vectors() + root_vectors() + entry_vectors() + directory_vectors()
            + record_vectors() + padding_vectors())


def vector(name, about, change=None, expect=DAMAGED, **options):
    """The base with `change` made to its draft before everything is sealed again."""
    store = base(name, **options)
    if change:
        change(store.draft)
        store.seal()
    return Vector(name, about, expect, store.data, store.key, store.anchor, queries=base_queries())


def edit(name, about, part, change, expect=DAMAGED, **options):
    """The base with `change` made to the plain bytes of one part."""
    return vector(
        name, about, lambda draft: draft.edits.__setitem__(part, change), expect, **options)


def put(at, piece):
    return lambda plain: plain[:at] + piece + plain[at + len(piece):]


def flip(at):
    return lambda plain: plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1:]


def header_vectors():
    two = {"slots": [SlotPlan(2, passphrase=b"p"), SlotPlan()]}
    return [
        edit("sealed-version-newer", "Major version 2 under a right MAC.", "header",
             put(8, b"\2"), "newerVersion"),
        edit("sealed-reserved", "A reserved byte under a right MAC.", "header", put(63, b"\1")),
        edit("sealed-root-nonce", "Another root nonce under a right MAC.", "header", flip(36)),
        edit("sealed-root-length-less", "R is one less under a right MAC.", "header",
             lambda plain: plain[:32] + struct.pack("<I", length(plain) - 1) + plain[36:]),
        edit("sealed-root-length-more", "R is one more under a right MAC.", "header",
             lambda plain: plain[:32] + struct.pack("<I", length(plain) + 1) + plain[36:]),
        edit("sealed-root-length-zero", "R = 0 under a right MAC.", "header", put(32, bytes(4))),
        edit("sealed-root-length-huge", "R = 2^32 - 1 under a right MAC.", "header",
             put(32, b"\xff" * 4)),
        edit("sealed-store-commitment", "A commitment to another SK under a right MAC.", "header",
             flip(96)),
        edit("sealed-wrapped-key", "CK under SK does not open, under a right MAC.", "header",
             flip(160)),
        edit("sealed-slot-parameters", "A passphrase slot of 25 bytes under a right MAC.",
             "header", lambda plain: plain[:202] + b"\x19\0" + plain[204:228] + b"\0"
             + plain[228:], **two),
        edit("sealed-argon2-over", "Costs over the cap under a right MAC.", "header",
             put(204, struct.pack("<II", 17, 1 << 21)), "limit", **two),
    ]


def length(header):
    return struct.unpack("<I", header[32:36])[0]


def root_vectors():
    def number(name, about, at, layout, value):
        return edit(name, about, "root", put(at, struct.pack("<" + layout, value)))

    def add(name, about, at, layout, more):
        def change(plain):
            (value,) = struct.unpack_from("<" + layout, plain, at)
            return put(at, struct.pack("<" + layout, value + more))(plain)
        return edit(name, about, "root", change)

    def wrapped(plain):
        """Lengths whose sum modulo 2^64 is that of the file."""
        (wildcards,), (directory,) = (struct.unpack_from("<Q", plain, at) for at in (20, 56))
        huge = (1 << 64) - 64
        plain = put(20, struct.pack("<Q", huge))(plain)
        return put(56, struct.pack("<Q", directory + wildcards + 64))(plain)

    return [
        number("buckets-none", "B = 0.", 16, "I", 0),
        number("buckets-two-to-the-31", "B = 2^31.", 16, "I", 1 << 31),
        number("buckets-65536", "B = 65,536 in a root that holds 8.", 16, "I", 1 << 16),
        number("buckets-half", "B = 4 in a root that holds 8.", 16, "I", 4),
        vector("buckets-three", "Three buckets, all of them there.", buckets=3),
        number("generation-zero", "Generation 0.", 0, "Q", 0),
        edit("root-longer", "A byte behind the last bucket's place.", "root",
             lambda plain: plain + b"\0"),
        edit("root-shorter", "The last bucket's place is cut off.", "root",
             lambda plain: plain[:-28]),
        add("directory-length-more", "The directory is one byte longer than it is.", 56, "Q", 1),
        number("directory-length-huge", "A directory of 2^63 bytes.", 56, "Q", 1 << 63),
        edit("lengths-wrap", "Lengths whose sum wraps around to the right one.", "root", wrapped),
        number("records-length-zero", "A record region of no bytes.", 92, "Q", 0),
        add("directory-count-more", "One credential too many.", 64, "I", 1),
        number("directory-count-huge", "2^32 - 1 credentials.", 64, "I", 0xFFFFFFFF),
        add("wildcards-count-more", "One wildcard too many.", 28, "I", 1),
        vector("wildcards-left-out", "The wildcard part is empty.",
               lambda draft: draft.wildcards.clear()),
    ]


def entry_vectors():
    def first(draft):
        return next(entries for entries in draft.buckets if entries)

    def entry(name, about, change):
        def apply(draft):
            entries = first(draft)
            entries[0] = change(entries[0])
        return vector(name, about, apply)

    def left_out(draft):
        first(draft).clear()

    def twice(draft):
        first(draft).append(first(draft)[0])

    def elsewhere(draft):
        moved = first(draft).pop()
        index = next(i for i, entries in enumerate(draft.buckets) if not entries)
        draft.buckets[index].append(moved)

    def among_the_hosts(draft):
        draft.buckets[0] += draft.wildcards
        draft.wildcards.clear()

    def unsorted(draft):
        first(draft).reverse()

    def overrun(plain):
        return struct.pack("<I", len(plain)) + plain[4:]

    return [
        vector("bucket-left-out", "The root says that a bucket is empty.", left_out),
        vector("entry-twice", "An entry stands twice.", twice),
        vector("entry-elsewhere", "An entry in a bucket its host does not hash to.", elsewhere),
        vector("wildcard-in-a-bucket", "A wildcard among the hosts.", among_the_hosts),
        vector("entries-unsorted", "Entries of one bucket, descending.", unsorted, buckets=1),
        edit("entry-length-overrun", "An entry longer than its bucket.", "bucket 0", overrun,
             buckets=1),
        edit("entry-length-short", "An entry cut inside its strings.", "bucket 0",
             lambda plain: put(0, struct.pack("<I", 20))(plain), buckets=1),
        edit("entry-length-cut", "Three bytes where a length should stand.", "bucket 0",
             lambda plain: plain + b"\0\0\0", buckets=1),
        entry("entry-string-overrun", "A host of 65,535 bytes.", put(7, b"\xff\xff")),
        entry("entry-longer", "A byte behind the last string.", lambda plain: plain + b"\0"),
        entry("entry-protocol-unknown", "Protocol 3.", put(0, b"\3")),
        entry("entry-origin-unknown", "Origin 0.", put(1, b"\0")),
        entry("entry-kind-differs", "Kind token where the directory says password.",
              put(2, b"\2")),
        entry("entry-store-differs", "The store is another than in the directory.", put(3, b"\2")),
        entry("entry-flags-unknown", "A flag nobody knows.", put(4, b"\x05")),
        entry("entry-without-username", "A username that its flag denies.", put(4, b"\0")),
        entry("entry-username-differs", "Another username than in the directory.",
              lambda plain: plain.replace(b"user-", b"USER-")),
        entry("entry-record-differs", "Another record than in the directory.",
              lambda plain: plain.replace(struct.pack("<I", record_length(plain)),
                                          struct.pack("<I", record_length(plain) - 1), 1)),
        edit("wildcard-string-overrun", "A wildcard's host of 65,535 bytes.", "wildcards",
             put(11, b"\xff\xff")),
    ]


def record_length(entry):
    """The length of the record in the first entries of the base, whose paths are empty."""
    host = struct.unpack_from("<H", entry, 7)[0]
    return struct.unpack_from("<I", entry, 9 + host + 2 + 16 + 32 + 8)[0]


def directory_vectors():
    def item(name, about, change, index=1):
        def apply(draft):
            draft.credentials[index] = change(draft.credentials[index].encoded())
        return vector(name, about, apply)

    def tag(name, about, number, value, index=1):
        """Sets a field, or takes it out; the buckets stay as they were."""
        def apply(draft):
            fields = draft.credentials[index].fields
            if value is None:
                del fields[number]
            else:
                fields[number] = value
        return vector(name, about, apply)

    def field(number, value=b""):
        return struct.pack("<BI", number, len(value)) + value

    def ids_twice(draft):
        draft.credentials.insert(1, draft.credentials[0])

    def descending(draft):
        draft.credentials[0:2] = draft.credentials[1::-1]

    def tags_descending(plain):
        first, rest = plain[:21], plain[21:]
        return rest[:13] + first + rest[13:]

    def binding_overrun(draft):
        binding = draft.credentials[1].bindings[0]
        value = bytearray(binding.encoded())
        value[9:11] = b"\xff\xff"
        plain = draft.credentials[1].encoded()
        draft.credentials[1] = plain.replace(binding.encoded(), bytes(value))

    return [
        vector("ids-twice", "A credential stands twice.", ids_twice),
        vector("ids-descending", "Credentials not ascending by id.", descending),
        item("tag-twice", "The same field twice.", lambda plain: plain[:21] + plain),
        item("unknown-tag-twice", "An unknown field twice.",
             lambda plain: plain + field(40) + field(40)),
        item("tags-descending", "A field before one of a lower tag.", tags_descending),
        item("tag-zero", "A field of tag 0.", lambda plain: field(0) + plain),
        item("field-overrun", "A field longer than its credential.",
             lambda plain: plain + struct.pack("<BI", 200, 1)),
        item("field-length-huge", "A field of 2^32 - 1 bytes.",
             lambda plain: plain + struct.pack("<BI", 200, 0xFFFFFFFF)),
        item("field-cut", "A tag without a length.", lambda plain: plain + b"\xc8"),
        edit("item-overrun", "A credential longer than the directory.", "directory",
             put(0, b"\xff\xff\xff\x7f")),
        edit("item-cut", "Bytes behind the last credential.", "directory",
             lambda plain: plain + b"\0"),
        vector("binding-string-overrun", "A binding's scheme of 65,535 bytes.", binding_overrun),
        tag("name-missing", "A credential without a name.", 3, None),
        tag("currency-missing", "A credential without a currency.", 10, None),
        tag("version-short", "A version of seven bytes.", 2, bytes(7)),
        tag("kind-zero", "Kind 0.", 4, b"\0"),
        tag("kind-unknown", "Kind 11.", 4, b"\x0b"),
        tag("origin-unknown", "Origin 5.", 5, b"\5"),
        tag("store-unknown", "Store 3.", 6, b"\3"),
        tag("record-place-missing", "The store is the file, and no record.", RECORD_TAG, None),
        tag("record-place-short", "A record's place of 35 bytes.", RECORD_TAG, bytes(35)),
        tag("record-place-unexpected", "Another store, and a record.", 6,
            bytes([SECRET_SERVICE])),
        tag("fingerprint-short", "A fingerprint of 31 bytes.", 18, bytes(31)),
        tag("settings-overrun", "A setting longer than the settings.", 20, b"\1\0a\xff\xff"),
        tag("username-differs", "Another username than in the bucket.", 11, b"somebody"),
        tag("scope-differs", "Another scope than in the bucket.", 13, b"acme"),
    ]


def record_vectors():
    def sealed_otherwise(name, about, key=None, plain=None, **otherwise):
        """The second credential's record under other additional data, another key or text."""
        def apply(draft):
            each, keys = draft.credentials[1], draft.keys
            data = {"identity": each.id, "version": each.version, "kind": each.kind,
                    "file_id": keys.file_id} | otherwise
            text = secret_fields_encoded([(b"password", b"secret of " + each.fields[3])])
            draft.records[1] = seal(
                key(keys) if key else store_subkey(keys.store, 2), each.record.nonce,
                record_data(**data), plain(text) if plain else text)
            replaced(draft)
        return vector(name, about, apply)

    def replaced(draft, places=None):
        """Writes where the records now are into the directory and all entries."""
        end = 0
        for each, piece in zip(draft.credentials, draft.records):
            each.fields[RECORD_TAG] = struct.pack("<QI24s", end, len(piece), each.record.nonce)
            end += len(piece)
        for index, place in (places or {}).items():
            draft.credentials[index].fields[RECORD_TAG] = struct.pack("<QI24s", *place)
        draft.derive_entries()

    def gap_between(draft):
        draft.records[1] += bytes(16)
        replaced(draft, {1: draft.credentials[1].record})

    def gap_in_front(draft):
        for each in draft.credentials:
            offset, size, nonce = each.record
            each.fields[RECORD_TAG] = struct.pack("<QI24s", offset + 8, size, nonce)
        draft.records.insert(0, bytes(8))
        draft.derive_entries()

    def tail(draft):
        draft.records.append(bytes(32))

    def exchanged(draft):
        """The first two stand in each other's place, and the directory says so."""
        first, second = (each.record for each in draft.credentials[:2])
        draft.records[0:2] = draft.records[1::-1]
        replaced(draft, {0: (second.length, first.length, first.nonce),
                         1: (0, second.length, second.nonce)})

    def shared(draft):
        replaced(draft, {1: draft.credentials[0].record})

    def outside(draft):
        last = draft.credentials[-1].record
        replaced(draft, {5: (1 << 40, last.length, last.nonce)})

    def wrapping(draft):
        last = draft.credentials[-1].record
        replaced(draft, {5: ((1 << 64) - 1, last.length, last.nonce)})

    def short(draft):
        last = draft.credentials[-1].record
        replaced(draft, {5: (last.offset, 15, last.nonce)})

    return [
        sealed_otherwise("record-of-another-kind", "Sealed as a token.", kind=2),
        sealed_otherwise("record-of-another-version", "Sealed as version 2.", version=2),
        sealed_otherwise("record-of-another-id", "Sealed for another id.", identity=bytes(16)),
        sealed_otherwise("record-of-another-file", "Sealed for another file.", file_id=bytes(16)),
        sealed_otherwise("record-under-the-catalogue-key", "Sealed with a subkey of CK.",
                         key=lambda keys: catalogue_subkey(keys.catalogue, 3)),
        sealed_otherwise("record-field-overrun", "A secret longer than its record.",
                         plain=lambda plain: plain[:-1]),
        sealed_otherwise("record-fields-missing", "Two fields are announced, one is there.",
                         plain=lambda plain: b"\2" + plain[1:]),
        sealed_otherwise("record-longer", "A byte behind the last field.",
                         plain=lambda plain: plain + b"\0"),
        sealed_otherwise("record-empty", "A record of no bytes.", plain=lambda _: b""),
        vector("records-with-a-gap", "16 bytes between two records.", gap_between),
        vector("records-with-a-gap-in-front", "Eight bytes before the first.", gap_in_front),
        vector("records-with-a-tail", "32 bytes behind the last.", tail),
        vector("records-out-of-order", "Two records not ascending by id.", exchanged),
        vector("record-shared", "Two credentials name the same record.", shared),
        vector("record-outside", "A record far behind the region.", outside),
        vector("record-offset-wraps", "An offset of 2^64 - 1.", wrapping),
        vector("record-shorter-than-a-tag", "A record of 15 bytes.", short),
    ]


def padding_vectors():
    return [
        edit("padding-not-zero", "The padding opens, and a byte is not zero.", "padding",
             put(7, b"\1")),
        vector("padding-too-long", "The file is longer than its size class.",
               lambda draft: setattr(draft, "spare", 4096)),
    ]
