"""A store that several things open, each of them enough: what is missing or wrong is in nobody's
way while another one opens it."""

import pytest

from Support import Account

BOT = Account("bot", "canary of the bot")
PASSPHRASE = "canary pass phrase"
KEY = ".local/state/keyfob/key"
ADD = "keyfob add ci --username bot --bind registry:r.io --stdin"


@pytest.fixture
def keys(admin):
    """A key file to lock with, one of another store's, and one that is not there."""
    folder = admin.home.path / "keys"
    folder.mkdir(mode=0o700)
    for number, name in enumerate(("right", "wrong")):
        write(folder / name, bytes([number]) * 32)
    return {name: folder / name for name in ("right", "wrong", "missing")}


def write(path, content):
    path.write_bytes(content)
    path.chmod(0o600)


stale = pytest.mark.parametrize("name", ["wrong", "missing"])


@stale
@pytest.mark.parametrize("order", [
    "--lock-with external-key --lock-with key-file",
    "--lock-with key-file --lock-with external-key",
], ids=["external key first", "key file first"])
def test_the_key_file_answers_beside_a_stale_external_one(order, name, admin, keys):
    admin.does(f"keyfob init {order} --key-file {keys['right']}")
    admin.does(ADD, BOT.password)
    assert admin.docker_get("r.io", KEYFOB_KEY_FILE=keys["right"]) == BOT
    assert admin.docker_get("r.io", KEYFOB_KEY_FILE=keys[name]) == BOT
    assert admin.docker_get("r.io") == BOT


@stale
def test_without_another_slot_the_stale_key_file_is_named(name, admin, keys):
    admin.does(f"keyfob init --lock-with external-key --key-file {keys['right']}")
    admin.does(ADD, BOT.password, KEYFOB_KEY_FILE=keys["right"])
    assert f"~/keys/{name}" in admin.docker_get("r.io", KEYFOB_KEY_FILE=keys[name]).line
    assert f"~/keys/{name}" in admin.fails(4, "keyfob show ci --reveal", KEYFOB_KEY_FILE=keys[name])
    assert admin.docker_get("r.io", KEYFOB_KEY_FILE=keys["right"]) == BOT


@stale
def test_the_passphrase_recovers_beside_a_stale_external_key(name, admin, keys):
    admin.does("keyfob init --lock-with external-key --lock-with passphrase --passphrase-stdin "
               f"--key-file {keys['right']}", PASSPHRASE)
    admin.does(ADD, BOT.password, KEYFOB_KEY_FILE=keys["right"])
    ours = admin.home.path / KEY
    content = ours.read_bytes()
    ours.unlink()
    environment = {"KEYFOB_KEY_FILE": keys[name]}
    assert admin.run("keyfob store recover --stdin", "another one", **environment).code == 1
    assert not ours.exists()
    admin.does("keyfob store recover --stdin", PASSPHRASE, **environment)
    assert ours.read_bytes() == content
    assert admin.docker_get("r.io", KEYFOB_KEY_FILE=keys["right"]) == BOT


@pytest.fixture
def locked(admin):
    admin.does("keyfob init --lock-with key-file --lock-with passphrase --passphrase-stdin",
               PASSPHRASE)
    admin.does(ADD, BOT.password)
    return admin


def test_a_key_file_of_another_store_is_kept_beside(locked):
    ours = locked.home.path / KEY
    right, other = ours.read_bytes(), ours.read_bytes()[:8] + bytes(range(32))
    write(ours, other)
    assert locked.run("keyfob list").code != 0
    assert locked.run("keyfob store recover --stdin", "another one").code == 1
    assert ours.read_bytes() == other
    locked.does("keyfob store recover --stdin", PASSPHRASE)
    assert ours.read_bytes() == right
    replaced = ours.with_name("key.replaced")
    assert replaced.read_bytes() == other and replaced.stat().st_mode & 0o7777 == 0o600
    assert locked.docker_get("r.io") == BOT


@pytest.mark.parametrize("length", [0, 3, 41, 5000])
def test_a_key_file_that_is_none_is_damaged_and_made_anew(length, locked):
    ours = locked.home.path / KEY
    right = ours.read_bytes()
    write(ours, (right + bytes(length))[:length])
    assert "not a key file" in locked.docker_get("r.io").line
    report = locked.home.keyfob("store", "fsck", "--json")
    assert report.code == 1 and b'"class" : "damaged"' in report.out
    locked.does("keyfob store recover --stdin", PASSPHRASE)
    assert ours.read_bytes() == right
    assert not ours.with_name("key.replaced").exists()
    assert locked.docker_get("r.io") == BOT
