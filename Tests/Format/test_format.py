"""The Python beside this file, a second implementation of Format.md, against every vector."""

import pytest

import make_vectors
from sealed_file import SealedFile, padded_length
from sealed_header import PASSPHRASE_SLOT
from sealed_layout import Credential
from sealed_primitives import SealedFileError
from sealed_resolution import answer
from sealed_writer import SlotPlan, bucket_count
from vector_base import as_expected, base, published_vectors
from vectors_valid import EXTERNAL, PASSPHRASE

VECTORS = published_vectors()
CLASSES = {"damaged", "wrongKey", "newerVersion", "older", "locked", "limit"}

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)


def test_vectors_are_what_the_generator_writes():
    wanted = make_vectors.texts()
    assert {path.name: path.read_text() for path in make_vectors.FOLDER.glob("*.json")} == wanted


def test_vectors_cover_every_class():
    assert len(VECTORS) >= 70
    assert {vector.expect for vector in VECTORS} == CLASSES | {"ok"}


@each_vector
def test_reader_finds_the_class(vector):
    assert vector.outcome() == vector.expect


@each_vector
def test_reader_answers(vector):
    for query in vector.queries:
        if query["get"] == "right":
            assert as_expected(answer(vector.opened(), query)) == query["expect"]
        elif query["get"] == "refused":
            with pytest.raises(SealedFileError):
                answer(vector.opened(), query)


def test_reader_finds_every_flipped_byte_and_every_cut():
    store = base("flips")
    assert len(store.opened().check()) == 6
    for at in range(len(store.data)):
        turned = bytearray(store.data)
        turned[at] ^= 1 << at % 8
        for data in (bytes(turned), store.data[:at]):
            with pytest.raises(SealedFileError):
                SealedFile(data, store.key, store.anchor).check()


def test_each_slot_holds_the_store_key():
    plans = [SlotPlan(), SlotPlan(PASSPHRASE_SLOT, passphrase=PASSPHRASE, passes=2, kibibytes=64),
             SlotPlan(3, external=EXTERNAL)]
    store = base("slots", slots=plans)
    keys = store.draft.keys
    opened = SealedFile(store.data, store.key, passphrase=PASSPHRASE, external=EXTERNAL)
    assert [opened.opened_slot(slot) for slot in opened.header.slots] == [keys.store] * 3
    opened = SealedFile(store.data, store.key, passphrase=b"wrong", external=EXTERNAL + b"\n")
    assert [opened.opened_slot(slot) for slot in opened.header.slots] == [keys.store, None, None]
    assert opened.header.unwrapped_catalogue_key(keys.store) == keys.catalogue


def test_lengths_lose_at_most_an_eighth():
    lengths = [*range(1, 20_000), *((1 << bits) + more for bits in range(15, 40)
                                    for more in (-1, 0, 1))]
    for length in lengths:
        padded = padded_length(length)
        assert padded >= max(length, 4096) and padded == padded_length(padded)
        assert f"{padded:b}"[4:].strip("0") == ""
        assert length < 4096 or 8 * (padded - length) <= length
        assert padded == 4096 or padded_length(padded - 1) == padded


def test_buckets_are_twice_the_root_of_the_entries():
    assert [bucket_count(number) for number in (0, 1, 2, 4, 5, 16, 17, 1000)] == [
        1, 2, 4, 4, 8, 8, 16, 64]


def test_fields_are_kept_whatever_their_tags():
    vector = next(each for each in VECTORS if each.name == "valid-unknown-tags")
    (credential,) = vector.opened().check()
    assert credential.fields[31] == b"kept" and credential.fields[33] == b""
    assert Credential.decoded(credential.encoded()) == credential
