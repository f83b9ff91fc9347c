"""Faults in what stands beside the file: every row of the anchor table, and the key file."""

from sealed_header import anchor_encoded
from sealed_writer import Draft, Keys, SlotPlan, key_file
from vector_base import Store, Vector, base, base_descriptions, base_queries


def beside_vectors():
    return anchor_vectors() + key_vectors()


def vector(name, about, expect, store, queries=None, **files):
    files = {"credentials": store.data, "key": store.key, "anchor": store.anchor} | files
    return Vector(name, about, expect, queries=base_queries() if queries is None else queries,
                  **files)


def misses():
    return [each | {"expect": None} for each in base_queries()]


def anchor_vectors():
    def row(name, about, expect, change, **more):
        store = base(name, generation=5, slots=[SlotPlan()])
        return vector(name, about, expect, store, anchor=change(store), **more)

    def of_another_file(store):
        keys = store.draft.keys
        return anchor_encoded(keys.catalogue, store.random(16), 5, store.draft.root_nonce)

    def without_its_mac(store):
        return store.anchor[:-1] + bytes([store.anchor[-1] ^ 1])

    return [
        row("anchor-current", "The anchor speaks of this generation.", "ok",
            lambda store: store.anchor),
        row("anchor-behind", "A crash came before the anchor was written.", "ok",
            lambda store: store.draft.anchor(4, store.random(24))),
        row("anchor-far-behind", "The anchor speaks of the first generation.", "ok",
            lambda store: store.draft.anchor(1, store.random(24))),
        row("anchor-ahead", "The file is an older copy.", "older",
            lambda store: store.draft.anchor(6, store.random(24))),
        row("anchor-ahead-same-nonce", "A higher generation with this root's nonce.", "older",
            lambda store: store.draft.anchor(6)),
        row("anchor-far-ahead", "Generation 2^64 - 1 was used.", "older",
            lambda store: store.draft.anchor((1 << 64) - 1)),
        row("anchor-fork", "Another generation 5 was used.", "older",
            lambda store: store.draft.anchor(5, store.random(24))),
        row("anchor-of-another-file", "Another file was put in its place.", "older",
            of_another_file),
        row("anchor-missing", "No anchor.", "ok", lambda _: None),
        row("anchor-mac-wrong", "A bit of the anchor's MAC.", "ok", without_its_mac),
        row("anchor-without-its-file", "The anchor is there, the file is not.", "older",
            lambda store: store.anchor, credentials=None),
        row("key-without-a-file", "Neither the file nor an anchor: nothing is stored.", "ok",
            lambda _: None, credentials=None, queries=misses()),
        older_copy(), same_key_another_file(),
    ]


def older_copy():
    """Generation 1 put back beside the anchor of an honest generation 2."""
    name = "older-copy-put-back"
    before = base(name)
    keys, random = before.draft.keys, before.random
    after = Store(
        Draft.of(before.descriptions, keys, generation=2, random=random), random,
        before.descriptions).seal()
    return vector(
        name, "The whole file of generation 1, as it was.", "older", before, anchor=after.anchor)


def same_key_another_file():
    """A second file made with the same catalogue key, put in the first one's place."""
    name = "another-file-of-the-same-key"
    first = base(name)
    keys = Keys(first.draft.keys.catalogue, first.random(32), first.random(16))
    second = Store.of(base_descriptions(first.random), first.random, keys)
    return vector(name, same_key_another_file.__doc__, "older", second, anchor=first.anchor)


def key_vectors():
    def key(name, about, expect, change):
        store = base(name)
        return vector(name, about, expect, store, key=change(store))

    passphrase_only = base("locked-passphrase", slots=[SlotPlan(2, passphrase=b"not at hand")])
    external_only = base("locked-external", slots=[SlotPlan(3, external=bytes(range(32)))])
    return [
        key("key-magic-wrong", "A bit of the key file's magic.", "damaged",
            lambda store: b"X" + store.key[1:]),
        key("key-empty", "An empty key file.", "damaged", lambda _: b""),
        key("key-short", "A key file of 39 bytes.", "damaged", lambda store: store.key[:-1]),
        key("key-long", "A key file of 41 bytes.", "damaged", lambda store: store.key + b"\n"),
        key("key-three", "Three keys.", "damaged",
            lambda store: store.key + store.random(64)),
        key("key-one-and-a-half", "A second key that is cut off.", "damaged",
            lambda store: store.key + store.random(16)),
        key("key-of-another-file", "Another file's key.", "wrongKey",
            lambda store: key_file(store.random(32))),
        key("key-flipped", "A bit of the key.", "wrongKey",
            lambda store: store.key[:-1] + bytes([store.key[-1] ^ 1])),
        key("keys-of-other-files", "Two keys, neither this file's.", "wrongKey",
            lambda store: key_file(store.random(32), store.random(32))),
        key("key-missing", "No key file beside a file.", "locked", lambda _: None),
        vector("locked-passphrase", "The only slot asks for a passphrase.", "locked",
               passphrase_only),
        vector("locked-external", "The only slot asks for an external key.", "locked",
               external_only),
        vector("locked-external-wrong", "The external key at hand is another one.", "locked",
               external_only, external=bytes(32)),
    ]
