"""A store that a key file kept elsewhere opens, as containers and services have it."""

import pytest

from administrator import Refused
from Support import Account

BOT = Account("bot", "canary of the bot")
STORE = "~/.local/share/keyfob/credentials.keyfob"
LOCKED = f"the store {STORE} is locked; set KEYFOB_KEY_FILE to the key file that opens it"


@pytest.fixture
def key(admin):
    return make_key(admin.home.path / "key-elsewhere")


def make_key(path, content=bytes(range(32))):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.fixture
def stocked(admin, key):
    admin.does(f"keyfob init --lock-with external-key --key-file {key}")
    admin.does("keyfob add ci --username bot --bind registry:r.io --stdin", BOT.password,
               KEYFOB_KEY_FILE=key)
    return admin


def test_init_says_where_the_key_file_is_to_be_named(admin, key):
    assert admin.transcript("keyfob init --key-file key-elsewhere") == f"""
2> keyfob: secrets are kept encrypted in {STORE}
2> keyfob: set KEYFOB_KEY_FILE=~/key-elsewhere wherever secrets are needed
"""
    assert admin.json("keyfob status")["opensWith"] == ["external-key"]
    assert "\nstate        locked; set KEYFOB_KEY_FILE to the key file\n" in \
        admin.transcript("keyfob status")
    assert "\nstate        open\n" in admin.transcript("keyfob status", KEYFOB_KEY_FILE=key)


def test_the_variable_is_what_init_and_a_first_store_take(admin, key):
    admin.does("keyfob init", KEYFOB_KEY_FILE=key)
    assert admin.json("keyfob status")["opensWith"] == ["external-key"]
    admin.does("keyfob init --force --yes --lock-with external-key", KEYFOB_KEY_FILE=key)
    assert admin.json("keyfob status")["opensWith"] == ["external-key"]
    admin.does("keyfob init --force --yes")
    assert admin.json("keyfob status")["opensWith"] == ["key-file"]
    assert admin.fails(2, "keyfob init --force --yes --lock-with external-key") == (
        "an external key needs a file; name it with `--key-file PATH`")


def test_it_opens_by_the_variable_or_by_a_service_managers_credential(stocked, key):
    assert stocked.docker_get("r.io") == Refused("keyfob: " + LOCKED)
    assert stocked.fails(4, "keyfob show ci --reveal") == LOCKED
    assert stocked.docker_get("r.io", KEYFOB_KEY_FILE=key) == BOT
    folder = make_key(stocked.home.root / "credentials/keyfob-key", key.read_bytes()).parent
    assert stocked.docker_get("r.io", CREDENTIALS_DIRECTORY=folder) == BOT
    assert stocked.docker_get("r.io", CREDENTIALS_DIRECTORY=folder.parent) == Refused(
        "keyfob: " + LOCKED)


def test_another_key_file_a_missing_and_an_open_one_are_told_apart(stocked, key):
    def get(path):
        return stocked.docker_get("r.io", KEYFOB_KEY_FILE=path)

    other = make_key(stocked.home.path / "other", bytes(32))
    assert get(other).line == (
        f"keyfob: the key file ~/other does not open {STORE}; "
        "name the key file the store was made with")
    assert get(stocked.home.path / "none").line == (
        "keyfob: the key file ~/none is not there; mount it, or unset KEYFOB_KEY_FILE")
    make_key(other, b"short")
    assert get(other).line == (
        "keyfob: the key file ~/other holds fewer than 16 bytes; "
        "make one with `head -c 32 /dev/urandom`")
    key.chmod(0o644)
    assert get(key).line == (
        "keyfob: ~/key-elsewhere can be read or written by others; "
        "run `chmod 600 ~/key-elsewhere`")
    key.chmod(0o600)
    assert get(key) == BOT


def test_a_key_file_may_be_a_link_as_mounted_secrets_are(stocked, key):
    link = stocked.home.path / "mounted"
    link.symlink_to(key)
    assert stocked.docker_get("r.io", KEYFOB_KEY_FILE=link) == BOT


def test_a_lost_key_file_of_ours_is_made_anew_by_the_external_one(stocked, key):
    ours = stocked.home.path / ".local/state/keyfob/key"
    content = ours.read_bytes()
    ours.unlink()
    assert stocked.fails(1, "keyfob store recover") == (
        f"nothing at hand opens {STORE}; put its key file back at ~/.local/state/keyfob/key")
    assert stocked.transcript("keyfob store recover", KEYFOB_KEY_FILE=key) == """
2> keyfob: made ~/.local/state/keyfob/key anew
"""
    assert ours.read_bytes() == content
    assert stocked.docker_get("r.io", KEYFOB_KEY_FILE=key) == BOT
