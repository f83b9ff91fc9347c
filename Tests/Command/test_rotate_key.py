"""Sealing everything anew: `keyfob store rotate-key`."""

import functools

import pytest

from administrator import Refused
from sealed_file import SealedFile
from sealed_primitives import MAGIC, SealedFileError, WrongKey
from Support import Account

BOT = Account("bot", "canary of the bot")
PASSPHRASE = "canary pass phrase"
EXTERNAL = bytes(range(32))
DATA, STATE = ".local/share/keyfob", ".local/state/keyfob"
STORE, KEY = f"{DATA}/credentials.keyfob", f"{STATE}/key"

#: What a store is locked with: the options, their input, and what then opens it.
LOCKS = {
    "key file": ("--lock-with key-file", "", {}),
    "passphrase": ("--lock-with passphrase --passphrase-stdin", PASSPHRASE,
                   {"passphrase": PASSPHRASE.encode()}),
    "external key": ("--lock-with external-key --key-file external", "", {"external": EXTERNAL}),
}


@pytest.fixture
def stocked(admin):
    external = admin.home.path / "external"
    external.write_bytes(EXTERNAL)
    external.chmod(0o600)
    admin.docker_store("r.io", BOT)
    admin.does("keyfob add ci --username bot --bind git:g.io --stdin", BOT.password)
    return admin


class Reader(SealedFile):
    """The independent reader; it stretches a passphrase once."""

    @functools.cached_property
    def store_key(self):
        return super().store_key


def opened(files, key, **at_hand):
    """The secrets of the file, as the independent reader finds them."""
    store = Reader(files[STORE], key, **at_hand)
    return [dict(store.secrets(each.record, each.id, each.version, each.kind))[b"password"]
            for each in store.check()]


def lock(admin, name):
    options, given, at_hand = LOCKS[name]
    admin.does(f"keyfob store rotate-key {options}", given,
               KEYFOB_KEY_FILE=admin.home.path / "external")
    return at_hand


def unlock(admin, name):
    """Lets the programs open the store; returns the variables they need for it."""
    if name == "passphrase":
        admin.does("keyfob unlock --stdin --for 1m", PASSPHRASE)
    return {"KEYFOB_KEY_FILE": admin.home.path / "external"} if name == "external key" else {}


@pytest.mark.parametrize("first, second", [
    ("key file", "key file"), ("key file", "passphrase"), ("passphrase", "external key"),
    ("external key", "key file"),
])
def test_from_one_lock_to_another(stocked, first, second):
    old_hand = lock(stocked, first)
    old = stocked.files()
    assert opened(old, old[KEY], **old_hand) == [BOT.password.encode()] * 2

    unlock(stocked, first)
    new_hand = lock(stocked, second)

    new = stocked.files()
    assert opened(new, new[KEY], **new_hand) == [BOT.password.encode()] * 2
    kinds = {"key file": "key-file", "external key": "external-key"}
    assert stocked.json("keyfob status")["opensWith"] == [kinds.get(second, second)]
    # No old key opens the new file, and the old file is not under the new key.
    with pytest.raises(WrongKey):
        Reader(new[STORE], old[KEY], **old_hand)
    with pytest.raises(WrongKey):
        Reader(old[STORE], new[KEY], **new_hand)
    if second != "key file":
        with pytest.raises(SealedFileError):
            opened(new, new[KEY], **old_hand)
    # What is left under the home holds the secret under the new key alone.
    sealed = [name for name, content in new.items() if content.startswith(MAGIC)]
    assert sealed == [STORE]
    env = unlock(stocked, second)
    assert stocked.docker_get("r.io", **env) == stocked.git_get("g.io", **env) == BOT


def test_an_old_copy_and_an_old_key_open_nothing_any_more(stocked):
    old = stocked.files()
    assert stocked.transcript("keyfob store rotate-key") == """
2> keyfob: sealed anew; older copies of the file open with the old keys only
"""
    new = stocked.files()
    for name in (STORE, KEY):
        stocked.home.path.joinpath(name).write_bytes(old[name])
        assert stocked.docker_get("r.io") == Refused(
            "keyfob: ~/.local/share/keyfob/credentials.keyfob was sealed with another key than "
            "~/.local/state/keyfob/key; put the right key file back, or run "
            "`keyfob store recover`")
        stocked.home.path.joinpath(name).write_bytes(new[name])
        assert stocked.docker_get("r.io") == BOT


def test_an_old_copy_with_its_old_key_is_noticed(stocked):
    old = stocked.files()
    stocked.does("keyfob store rotate-key")
    for name in (STORE, KEY):
        stocked.home.path.joinpath(name).write_bytes(old[name])
    # Its anchor is under the new key, and so none for the old one: a warning is all there can be.
    answer = stocked.home.docker("get", "r.io")
    assert answer.code == 0 and b"anchor was missing or damaged" in answer.err


def test_a_key_in_the_keyring_opens_nothing_after_a_rotation(stocked):
    lock(stocked, "passphrase")
    unlock(stocked, "passphrase")
    assert stocked.docker_get("r.io") == BOT
    lock(stocked, "passphrase")
    assert stocked.docker_get("r.io").line.endswith("is locked; run `keyfob unlock`")
    unlock(stocked, "passphrase")
    assert stocked.docker_get("r.io") == BOT


def test_everything_but_the_seal_stays(stocked):
    stocked.does("keyfob edit ci --scope acme --expires 90d --description words")
    before = stocked.json("keyfob list")
    stocked.does("keyfob store rotate-key")
    after = stocked.json("keyfob list")
    for each in (*before, *after):
        each.pop("version")
    assert after == before
    assert stocked.json("keyfob store fsck")["ok"]


def test_a_key_file_that_cannot_be_used_changes_nothing(stocked):
    before = stocked.files()
    short = stocked.home.path / "short"
    short.write_bytes(b"short")
    short.chmod(0o600)
    assert "holds fewer than 16 bytes" in stocked.fails(
        1, "keyfob store rotate-key --key-file short")
    assert stocked.fails(4, "keyfob store rotate-key --key-file none") == (
        "the key file none is not there; mount it, or unset KEYFOB_KEY_FILE")
    short.unlink()
    assert stocked.files() == before
    stocked.does("keyfob store rotate-key --key-file external")


def test_a_locked_store_is_sealed_anew_with_its_passphrase(stocked):
    stocked.does("keyfob store rotate-key --lock-with passphrase --passphrase-stdin", PASSPHRASE)
    stocked.does("keyfob lock")
    assert "is locked" in stocked.fails(4, "keyfob store rotate-key --lock-with key-file")
    line = "keyfob store rotate-key --lock-with key-file --stdin"
    assert "not the passphrase" in stocked.fails(1, line, "another")
    stocked.does(line, PASSPHRASE)
    assert stocked.docker_get("r.io") == BOT
