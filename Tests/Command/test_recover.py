"""Ways back to a store that does not open."""

import pytest

from Support import Account

BOT = Account("bot", "canary of the bot")
STORE = "~/.local/share/keyfob/credentials.keyfob"
GONE = (f"{STORE} is gone, but it was used here before; put its copy back and run "
        "`keyfob store recover --accept-older`, or start anew with `keyfob init --force`")


@pytest.fixture
def stocked(admin):
    """Two generations: the second only has other words about the credential."""
    admin.does("keyfob add ci --username bot --bind registry:r.io --stdin", BOT.password)
    admin.does("keyfob edit ci --description second")
    assert admin.docker_get("r.io") == BOT
    return admin


def damage(path, at=-100):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_a_whole_store_is_left_alone(stocked):
    before = stocked.files()
    for line in ("keyfob store recover", "keyfob store recover --yes --accept-older"):
        assert stocked.transcript(line) == f"""
2> keyfob: {STORE} opens and is whole; nothing was changed
"""
    assert stocked.files() == before


def test_what_only_repeats_the_rest_is_written_anew(stocked):
    damage(stocked.home.credentials)
    assert stocked.transcript("keyfob store fsck") == f"""
damaged: padding: {STORE} is damaged (padding); run `keyfob store fsck`, then `keyfob store recover`
exit 1
"""
    report = stocked.home.keyfob("store", "fsck", "--json")
    assert report.code == 1 and b'"class" : "damaged"' in report.out
    assert stocked.transcript("keyfob store recover") == f"""
2> keyfob: every credential opened; {STORE} is written anew
"""
    assert stocked.does("keyfob store fsck").endswith(b": no problem found\n")
    assert stocked.docker_get("r.io") == BOT
    assert stocked.json("keyfob show ci")["description"] == "second"


def test_from_a_damaged_file_it_goes_back_one_generation(stocked):
    damage(stocked.home.credentials, at=40)
    assert stocked.fails(2, "keyfob store recover") == (
        f"{STORE} is damaged (header). Go back to the generation before the last change, which is "
        "lost then? Nobody is there to answer; add `--yes`")
    assert stocked.transcript("keyfob store recover --yes") == """
2> keyfob: went back to generation 1, 1 credential
"""
    assert stocked.does("keyfob store fsck").endswith(b": no problem found\n")
    assert stocked.docker_get("r.io") == BOT
    assert "description" not in stocked.json("keyfob show ci")
    stocked.does("keyfob edit ci --description third")


def test_two_damaged_generations_are_told_apart(stocked):
    damage(stocked.home.credentials, at=40)
    damage(stocked.home.credentials.with_name("credentials.keyfob.previous"), at=40)
    assert stocked.fails(1, "keyfob store recover --yes") == (
        f"{STORE}.previous is damaged as well; put a copy of the store at {STORE} and run `keyfob "
        "store recover --accept-older`, or start anew with `keyfob init --force`")


def test_a_file_that_does_not_open_at_all_goes_back_too(stocked):
    damage(stocked.home.credentials, at=40)
    assert stocked.run("keyfob list").code == 1
    stocked.does("keyfob store recover --yes")
    assert stocked.docker_get("r.io") == BOT


def test_without_an_earlier_generation_it_says_what_is_left_to_do(admin):
    admin.does("keyfob add ci --username bot --bind registry:r.io --stdin", BOT.password)
    damage(admin.home.credentials, at=40)
    assert admin.fails(3, "keyfob store recover --yes") == (
        f"there is no {STORE}.previous; put a copy of the store there, or start anew with "
        "`keyfob init --force`")


def test_an_older_copy_is_refused_until_it_is_accepted(stocked):
    copy = stocked.home.credentials.read_bytes()
    stocked.does("keyfob edit ci --description third")
    stocked.home.credentials.write_bytes(copy)
    older = (f"{STORE} is older than its last use (2 < 3); put the newest copy back, or run "
             "`keyfob store recover --accept-older`")
    for line in ("keyfob list", "keyfob store recover", "keyfob store recover --yes"):
        assert stocked.fails(1, line) == older
    assert stocked.docker_get("r.io").line == f"keyfob: {older}"
    assert stocked.home.credentials.read_bytes() == copy
    assert stocked.transcript("keyfob store recover --accept-older") == """
2> keyfob: accepted generation 2, 1 credential
"""
    assert stocked.docker_get("r.io") == BOT
    assert stocked.json("keyfob show ci")["description"] == "second"


def test_a_missing_file_beside_an_anchor_is_no_empty_store(stocked):
    copy = stocked.home.credentials.read_bytes()
    stocked.home.credentials.unlink()
    for line in ("keyfob list", "keyfob status", "keyfob init", "keyfob explain r.io"):
        assert stocked.fails(1, line) == GONE
    assert stocked.fails(1, "keyfob add other --username u --stdin", "x") == GONE
    assert stocked.docker_get("r.io").line == f"keyfob: {GONE}"
    stocked.home.credentials.write_bytes(copy)
    stocked.home.credentials.chmod(0o600)
    assert stocked.docker_get("r.io") == BOT


def test_a_missing_file_is_recovered_from_the_generation_before(stocked):
    stocked.home.credentials.unlink()
    assert stocked.fails(2, "keyfob store recover").startswith(f"{STORE} is gone, but it was used")
    assert stocked.transcript("keyfob store recover --yes") == """
2> keyfob: went back to generation 1, 1 credential
"""
    assert stocked.docker_get("r.io") == BOT
    stocked.home.credentials.unlink()
    assert stocked.fails(1, "keyfob store recover --yes") == GONE


def test_init_force_starts_anew_where_a_file_is_missing(stocked):
    stocked.home.credentials.unlink()
    stocked.does("keyfob init --force --yes")
    assert stocked.names() == []
    stocked.does("keyfob add ci --username bot --bind registry:r.io --stdin", BOT.password)
    assert stocked.docker_get("r.io") == BOT


def test_a_lost_key_file_without_another_lock_is_told(stocked):
    key = stocked.home.path / ".local/state/keyfob/key"
    content = key.read_bytes()
    key.unlink()
    assert stocked.fails(4, "keyfob list") == (
        "the key file ~/.local/state/keyfob/key is missing; put it back, or run "
        "`keyfob store recover`")
    assert stocked.fails(1, "keyfob store recover") == (
        f"nothing at hand opens {STORE}; put its key file back at ~/.local/state/keyfob/key")
    key.write_bytes(content)
    key.chmod(0o600)
    assert stocked.docker_get("r.io") == BOT


def test_a_missing_anchor_is_made_anew_with_a_warning(stocked):
    anchor = stocked.home.path / ".local/state/keyfob/anchor"
    anchor.unlink()
    assert stocked.transcript("keyfob list").endswith(
        "2> keyfob: ~/.local/state/keyfob/anchor was missing or damaged and is made anew; an "
        "older copy of the store would not have been noticed\n")
    assert anchor.exists()
    assert "2>" not in stocked.transcript("keyfob list")


def test_recovery_asks_on_a_terminal(stocked, terminal):
    damage(stocked.home.credentials, at=40)
    for answer, told in (("n", "nothing was done"), ("y", "went back to generation 1")):
        child = terminal("keyfob store recover")
        child.expect_exact("before the last change, which is lost then? [y/N] ")
        child.sendline(answer)
        child.expect_exact(told)
    assert stocked.docker_get("r.io") == BOT


def test_a_damaged_key_file_is_made_anew_with_the_passphrase(stocked):
    stocked.does(
        "keyfob store rotate-key --lock-with passphrase --passphrase-stdin", "canary of the door")
    key = stocked.home.path / ".local/state/keyfob/key"
    key.write_bytes(b"garbage")
    assert stocked.run("keyfob list").code == 1
    assert stocked.run("keyfob store recover --stdin", "another passphrase").code == 1
    assert key.read_bytes() == b"garbage"
    stocked.does("keyfob store recover --stdin", "canary of the door")
    assert [each["name"] for each in stocked.json("keyfob list")] == ["ci"]
