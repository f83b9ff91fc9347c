"""Faults that anybody can put into a file without its keys: flips, cuts, exchanges, copies."""

import struct

from sealed_writer import Draft, SlotPlan
from vector_base import Store, Vector, alike_buckets, base, base_queries

DAMAGED = "damaged"


def bytes_vectors():
    return header_vectors() + part_vectors() + cut_vectors()


def flipped(data, at, bits=1):
    return data[:at] + bytes([data[at] ^ bits]) + data[at + 1:]


def overwritten(data, at, piece):
    return data[:at] + piece + data[at + len(piece):]


def exchanged(data, first, second):
    (a, b), (c, d) = sorted((first, second))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def vector(name, about, expect, change, store=None):
    store = store or base(name)
    return Vector(
        name, about, expect, change(store), store.key, store.anchor, queries=base_queries())


def header_vectors():
    def put(name, about, at, piece, expect=DAMAGED, **options):
        store = base(name, **options) if options else None
        return vector(name, about, expect, lambda each: overwritten(each.data, at, piece), store)

    def number(value, layout="<I"):
        return struct.pack(layout, value)

    def flip(name, about, at, expect=DAMAGED):
        return vector(name, about, expect, lambda store: flipped(store.data, at(store)))

    with_passphrase = {"slots": [SlotPlan(2, passphrase=b"p"), SlotPlan()]}
    costs = [
        ("passes-zero", 0, 8), ("passes-over", 17, 8), ("memory-zero", 1, 0),
        ("memory-under", 1, 7), ("memory-over", 1, 1_048_577), ("memory-huge", 1, 0xFFFFFFFF),
        ("both-huge", 0xFFFFFFFF, 0xFFFFFFFF),
    ]
    return [
        flip("magic-flipped", "One bit of the first byte.", lambda _: 0),
        vector("magic-text-mode", "A copy that made LF of every CR LF.", DAMAGED,
               lambda store: store.data.replace(b"\r\n", b"\n")),
        vector("another-kind-of-file", "An archive in the file's place.", DAMAGED,
               lambda store: b"PK\3\4" + store.data[4:]),
        put("version-newer", "Major version 2.", 8, number(2, "<H"), "newerVersion"),
        put("version-far", "Major version 65,535.", 8, number(65_535, "<H"), "newerVersion"),
        put("header-length-zero", "H = 0.", 12, number(0)),
        put("header-length-small", "H = 263.", 12, number(263)),
        put("header-length-odd", "H is one more than the slots fill.", 12, number(309)),
        put("header-length-less", "H is four less than the slots fill.", 12, number(304)),
        put("header-length-large", "H = 4,097.", 12, number(4097)),
        put("header-length-huge", "H = 2^32 - 1.", 12, number(0xFFFFFFFF)),
        flip("file-id-flipped", "The commitment is to another file id.", lambda _: 20, "wrongKey"),
        put("root-length-zero-unsigned", "R = 0; the header's MAC is left.", 32, number(0)),
        flip("root-nonce-flipped", "A bit of the root's nonce.", lambda _: 40),
        put("slots-none", "Number of slots 0.", 60, b"\0"),
        put("slots-nine", "Number of slots 9.", 60, b"\x09"),
        put("slots-one-too-many", "Two slots are announced, one is there.", 60, b"\2"),
        put("slots-reserved", "A byte behind the number of slots is not zero.", 61, b"\1"),
        flip("commitment-flipped", "A bit of the commitment of CK.", lambda _: 64, "wrongKey"),
        flip("store-commitment-flipped", "A bit of the commitment of SK.", lambda _: 96),
        flip("wrapped-key-flipped", "A bit of CK under SK.", lambda _: 160),
        put("slot-reserved", "The second byte of a slot is not zero.", 201, b"\1"),
        put("slot-parameters-unexpected", "A key file slot with one byte of parameters.", 202,
            number(1, "<H")),
        put("slot-parameters-overrun", "Parameters of 65,535 bytes.", 202, number(65_535, "<H")),
        put("slot-parameters-short", "A passphrase slot with 20 bytes of parameters.", 202,
            number(20, "<H"), **with_passphrase),
        flip("slot-flipped", "A bit of the store key in its slot.", lambda _: 240),
        flip("header-mac-flipped", "A bit of the header's MAC.",
             lambda store: store.span("header")[1] - 1),
    ] + [
        put(f"argon2-{name}", f"Argon2id with t = {t}, m = {m} KiB.", 204,
            struct.pack("<II", t, m), "limit", **with_passphrase)
        for name, t, m in costs
    ]


def later(store):
    """The next generation of a store, with the same keys and the same logins."""
    draft = Draft.of(store.descriptions, store.draft.keys, generation=2, random=store.random)
    return Store(draft, store.random, store.descriptions).seal()


def with_part_of_before(name, part, about):
    """Generation 2 with one part of generation 1, which is of the same length."""
    before = base(name)
    after = later(before)
    after_span, before_span = after.span(part), before.span(part)
    data = overwritten(after.data, after_span[0], before.data[slice(*before_span)])
    assert after_span == before_span and data != after.data
    return Vector(name, about, DAMAGED, data, after.key, after.anchor, queries=base_queries())


def record_span(store, index):
    start, _ = store.span("records")
    record = store.draft.credentials[index].record
    return start + record.offset, start + record.offset + record.length


def part_vectors():
    def flip(part, at=0):
        name = f"{part.replace(' ', '-')}-flipped"
        return vector(name, f"A bit of the {part}.", DAMAGED,
                      lambda store: flipped(store.data, store.span(part)[0] + at))

    def without(name, about, span):
        def change(store):
            start, end = span(store)
            return store.data[:start] + store.data[end:]
        return vector(name, about, DAMAGED, change)

    def alike(store):
        return [store.span(f"bucket {index}") for index in alike_buckets(store)]

    def alike_records(store):
        spans = [record_span(store, index) for index in range(6)]
        return [span for span in spans if span[1] - span[0] == spans_length(spans)][:2]

    def spans_length(spans):
        lengths = [end - start for start, end in spans]
        return max(lengths, key=lengths.count)

    def duplicated(store):
        end = record_span(store, 5)[1]
        piece = store.data[slice(*record_span(store, 0))]
        return store.data[:end] + piece + store.data[end:]

    return [
        flip("root"), flip("wildcards"), flip("directory"), flip("records"), flip("padding"),
        vector("bucket-flipped", "A bit of a bucket.", DAMAGED,
               lambda store: flipped(store.data, alike(store)[0][0])),
        vector("buckets-exchanged", "Two buckets of one length in each other's place.", DAMAGED,
               lambda store: exchanged(store.data, *alike(store))),
        vector("bucket-twice", "A bucket in another one's place as well.", DAMAGED,
               lambda store: overwritten(
                   store.data, alike(store)[0][0], store.data[slice(*alike(store)[1])])),
        without("bucket-dropped", "The bytes of a bucket are taken out.",
                lambda store: alike(store)[0]),
        vector("wildcards-zeroed", "The wildcard part is zeros.", DAMAGED,
               lambda store: overwritten(
                   store.data, store.span("wildcards")[0],
                   bytes(store.span("wildcards")[1] - store.span("wildcards")[0]))),
        vector("records-exchanged", "Two records of one length in each other's place.", DAMAGED,
               lambda store: exchanged(store.data, *alike_records(store))),
        vector("record-twice", "A record in another one's place as well.", DAMAGED,
               lambda store: overwritten(
                   store.data, alike_records(store)[0][0],
                   store.data[slice(*alike_records(store)[1])])),
        without("record-dropped", "The bytes of a record are taken out.",
                lambda store: record_span(store, 2)),
        vector("record-appended", "The first record stands once more behind the last.", DAMAGED,
               duplicated),
        with_part_of_before("header-of-before", "header", "The header of generation 1."),
        with_part_of_before("root-of-before", "root", "The root of generation 1."),
        with_part_of_before("directory-of-before", "directory", "The directory of generation 1."),
        with_part_of_before("wildcards-of-before", "wildcards", "The wildcards of generation 1."),
        with_part_of_before("records-of-before", "records", "All records of generation 1."),
        with_part_of_before("padding-of-before", "padding", "The padding of generation 1."),
        bucket_of_before(),
    ]


def bucket_of_before():
    name = "bucket-of-before"
    before = base(name)
    after = later(before)
    index = before.full_buckets()[0]
    start, end = after.span(f"bucket {index}")
    data = overwritten(after.data, start, before.data[slice(*before.span(f"bucket {index}"))])
    return Vector(
        name, "One bucket of generation 1.", DAMAGED, data, after.key, after.anchor,
        queries=base_queries())


def cut_vectors():
    def cut(name, about, at):
        return vector(name, about, DAMAGED, lambda store: store.data[:at(store)])

    def grown(name, about, tail):
        return vector(name, about, DAMAGED, lambda store: store.data + tail)

    ends = ["header", "root", "wildcards", "directory", "records"]
    return [
        cut("cut-to-nothing", "An empty file.", lambda _: 0),
        cut("cut-in-the-magic", "Five bytes.", lambda _: 5),
        cut("cut-in-the-fixed-header", "60 bytes.", lambda _: 60),
        cut("cut-before-the-slots", "200 bytes.", lambda _: 200),
        cut("cut-behind-bucket-0", "Cut behind the first bucket.",
            lambda store: store.span("bucket 0")[1]),
        cut("cut-by-one", "The last byte is missing.", lambda _: -1),
        cut("cut-to-half", "The second half is missing.", lambda store: len(store.data) // 2),
        grown("grown-by-one", "One byte more.", b"\0"),
        grown("grown-by-a-page", "4,096 zeros more.", bytes(4096)),
        vector("grown-by-itself", "The file twice.", DAMAGED, lambda store: store.data * 2),
    ] + [
        cut(f"cut-behind-{part}", f"Cut behind the {part}.",
            lambda store, part=part: store.span(part)[1])
        for part in ends
    ]
