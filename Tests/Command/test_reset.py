"""`keyfob reset`: nothing is left, and it can be done again wherever it was killed."""

import pexpect
import pytest

from Support import Account

LEFT = ("left as they are: ~/.config/keyfob/config, the record of events, the keys "
        "of `keyfob keygen` and `keyfob seed trust`, and what `keyfob setup` told clients, which "
        "`--undo` takes back")
FLAG = "--yes-delete-everything"
SCHEMA = {"xdg:schema": "dev.keyfob.Credential"}


@pytest.fixture
def seeded(admin):
    admin.does("keyfob init")
    for name in ("ci", "other"):
        admin.does(f"keyfob add {name} --username bot --bind registry:{name}.io --stdin", "canary")
    admin.does("keyfob setup docker")
    return admin


def left_behind(admin):
    """The files of the home that hold something, but for what is to stay."""
    return sorted(name for name, content in admin.files().items()
                  if content and not name.startswith((".config", ".docker"))
                  and not name.endswith(("/events", "/setup/docker.json")))


def test_it_takes_the_flag_where_nobody_can_type(seeded):
    before = seeded.files()
    for options in ("", "--forget"):
        assert seeded.fails(2, f"keyfob reset {options}") == (
            "this removes 2 credentials in ~/.local/share/keyfob/credentials.keyfob, and nobody is "
            f"there to confirm it; add `{FLAG}`")
    assert "unknown option '--yes'" in seeded.fails(2, "keyfob reset --yes")
    assert seeded.files() == before
    assert seeded.transcript(f"keyfob reset {FLAG}") == (
        f"\n2> keyfob: everything is removed\n2> keyfob: {LEFT}\n")


def test_nothing_is_left_and_a_new_beginning_is_possible(seeded):
    assert len(left_behind(seeded)) >= 3
    seeded.does(f"keyfob reset {FLAG}")
    assert left_behind(seeded) == []
    assert seeded.docker_get("ci.io") is None
    assert seeded.home.config.read_text() == "[keyfob]\n\tstore = file\n"
    assert b"credsStore" in seeded.files()[".docker/config.json"]
    assert seeded.transcript(f"keyfob reset {FLAG}").startswith("\n2> keyfob: nothing was stored\n")
    seeded.does("keyfob add ci --username bot --bind registry:ci.io --stdin", "newer")
    assert seeded.docker_get("ci.io") == Account("bot", "newer")


@pytest.mark.parametrize("typed, is_done", [
    ("reset", True), ("y", False), ("", False), ("Reset", False), ("yes", False)])
def test_the_word_is_typed_on_a_terminal(seeded, terminal, typed, is_done):
    child = terminal("keyfob reset; echo exit $?")
    child.expect_exact("This removes 2 credentials in ")
    child.expect_exact(" for good. Type `reset` to go on: ")
    child.sendline(typed)
    child.expect_exact("exit 0" if is_done else "exit 1")
    assert seeded.names() == ([] if is_done else ["ci", "other"])


def test_a_store_that_does_not_open_goes_as_well(seeded):
    (seeded.home.path / ".local/state/keyfob/key").unlink()
    assert seeded.run("keyfob list").code == 4
    seeded.does(f"keyfob reset {FLAG}")
    assert left_behind(seeded) == [] and seeded.names() == []


def test_older_and_damaged_copies_go_as_well(seeded):
    folder = seeded.home.credentials.parent
    copies = ["previous", "damaged", "damaged-2", "damaged-4", "new"]
    for each in copies:
        (folder / f"credentials.keyfob.{each}").write_bytes(b"copy")
        (folder / f"credentials.keyfob.{each}").chmod(0o600)
    (folder / "not ours").write_bytes(b"of somebody else")
    seeded.does(f"keyfob reset {FLAG}")
    assert left_behind(seeded) == [".local/share/keyfob/not ours"]


@pytest.mark.parametrize("name", ["key", "anchor", "tokens.keyfob", "suspensions"])
def test_what_a_killed_writer_left_goes_as_well(seeded, name):
    left = seeded.home.path / ".local/state/keyfob" / f"{name}.new"
    left.write_bytes(b"half of it")
    left.chmod(0o600)
    assert f".local/state/keyfob/{name}.new" in left_behind(seeded)
    seeded.does(f"keyfob reset {FLAG}")
    assert left_behind(seeded) == []


def test_a_passphrase_is_not_asked_for_and_its_key_is_forgotten(seeded):
    words = "words of the passphrase"
    seeded.does("keyfob store rotate-key --lock-with passphrase --passphrase-stdin", words)
    seeded.does("keyfob unlock --stdin", words)
    seeded.does(f"keyfob reset {FLAG}")
    assert left_behind(seeded) == []


def removals(admin, killing=None):
    """How many files a reset removes; killed as it is about to remove the one of that number."""
    log = admin.home.root / "trace"
    what = [f"--inject=unlinkat:signal=KILL:when={killing}"] if killing else []
    answer = admin.home.run(
        "strace", "-qq", "-o", log, "-e", "trace=unlinkat", *what,
        admin.home.program("keyfob"), "reset", FLAG)
    assert (answer.code != 0) == bool(killing), answer
    return log.read_text().count("unlinkat(")


def test_killed_anywhere_it_can_be_run_again(seeded):
    kept = {name: content for name, content in seeded.files().items()}
    count = removals(seeded)
    assert count >= 3 and left_behind(seeded) == []
    for number in range(1, count + 1):
        for name, content in kept.items():
            path = seeded.home.path / name
            path.write_bytes(content)
            path.chmod(0o600)
        assert seeded.names() == ["ci", "other"]
        removals(seeded, killing=number)
        seeded.does(f"keyfob reset {FLAG}")
        assert left_behind(seeded) == [], number
        seeded.does("keyfob add again --username bot --stdin", "x")
        assert seeded.names() == ["again"]
        seeded.does(f"keyfob reset {FLAG}")


class TestKeyring:
    @pytest.fixture
    def kept(self, admin, keyring, secret_service):
        for name in ("ci", "other"):
            admin.does(f"keyfob add {name} --username bot --bind registry:{name}.io --stdin", "x")
        secret_service.store("not ours", {"id": "x"}, b"of another program")
        return admin

    def test_all_of_ours_goes_and_nothing_else(self, kept, secret_service):
        assert len(secret_service.items(**SCHEMA)) == 2
        kept.does(f"keyfob reset {FLAG}")
        assert secret_service.items(**SCHEMA) == []
        assert [item.label for item in secret_service.items(id="x")] == ["not ours"]
        assert left_behind(kept) == [] or all("keyrings" in name for name in left_behind(kept))

    def test_one_that_cannot_be_asked_keeps_everything(self, kept, secret_service):
        secret_service.stop()
        before = kept.home.credentials.read_bytes()
        told = kept.fails(4, f"keyfob reset {FLAG}")
        assert told.startswith("the keyring cannot be asked, and nothing was removed: ")
        assert told.endswith("or leave it what it has with `--forget`")
        assert kept.home.credentials.read_bytes() == before
        kept.does(f"keyfob reset {FLAG} --forget")
        assert kept.names() == []
        secret_service.start()
        assert len(secret_service.items(**SCHEMA)) == 2

    def test_the_question_counts_what_it_holds(self, kept, terminal):
        child = terminal("keyfob reset")
        child.expect_exact(", 2 items in the keyring for good. Type `reset` to go on: ")
        child.sendline("reset")
        child.expect(pexpect.EOF)
        assert "everything is removed" in child.before
