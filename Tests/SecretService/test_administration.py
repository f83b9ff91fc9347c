"""The administrator's ways out: the keyring is gone, locked or at odds with the catalogue."""

import threading

import pytest

from scene import BOT
from states import LOCKED, NO_BUS
from Support import Account

STORE = "~/.local/share/keyfob/credentials.keyfob"
HEALTHY = f"\n{STORE}: no problem found\n"
FILED = "filed.example.com"
EVE = Account("eve", "canary of eve")
NEWER = Account("bot", "a newer canary of the bot")
WORDS = "words of the passphrase"
WITHOUT_BUS = {"DBUS_SESSION_BUS_ADDRESS": None}
RECOVER = "keyfob store recover --from-keyring --yes"


def add(admin, name, host, account=EVE):
    admin.does(f"keyfob add {name} --username {account.username} --bind git:{host} --stdin",
               account.password)


def secrets(scene):
    """What the keyring holds of Keyfob's."""
    items = scene.service.items(**{"xdg:schema": "dev.keyfob.Credential"})
    return sorted(item.secret for item in items)


def stored(scene):
    """The catalogue, and the generation before it."""
    return [path.read_bytes() for path in sorted(scene.home.credentials.parent.glob("cred*"))]


@pytest.fixture
def mixed(scene):
    """A second credential, whose secret is in the file."""
    add(scene.admin, "filed", FILED)
    scene.admin.does("keyfob move --to file filed")
    assert scene.admin.git_get(FILED) == EVE
    return scene


class TestRemoving:
    def test_a_keyring_that_is_gone_keeps_the_credential(self, scene):
        before = stored(scene)
        scene.service.stop()
        assert scene.admin.fails(4, "keyfob remove ci --yes") == (
            "no Secret Service runs on the session bus; see `keyfob status`, or remove it here "
            "alone with `--forget`")
        assert scene.admin.names() == ["ci"] and stored(scene) == before
        scene.service.start()
        assert scene.answers() == [BOT, BOT]
        assert scene.admin.transcript("keyfob remove ci --yes") == "\n2> keyfob: removed ci\n"
        assert scene.admin.names() == [] and secrets(scene) == []

    def test_unless_it_is_to_be_forgotten(self, scene):
        scene.service.stop()
        assert scene.admin.transcript("keyfob remove ci --forget --yes") == """
2> keyfob: the keyring kept an old secret of ci; remove it with `keyfob store fsck --repair`
2> keyfob: removed ci
"""
        assert scene.admin.names() == []
        scene.service.start()
        assert len(secrets(scene)) == 1
        scene.admin.does("keyfob store fsck --repair --yes")
        assert secrets(scene) == []

    def test_to_forget_what_can_be_asked_leaves_nothing(self, scene):
        scene.admin.does("keyfob remove ci --forget --yes")
        assert secrets(scene) == []


class TestLocking:
    """A file with a passphrase beside the keyring: neither waits for the other."""

    @pytest.fixture
    def both(self, mixed):
        mixed.admin.does(
            "keyfob store rotate-key --lock-with passphrase --passphrase-stdin", WORDS)
        mixed.admin.does("keyfob unlock --stdin", WORDS)
        assert mixed.admin.git_get(FILED) == EVE
        yield mixed
        # The kernel would keep the key.
        mixed.admin.run("keyfob lock")

    def test_lock_without_a_bus_locks_the_file(self, both):
        assert both.admin.transcript("keyfob lock", **WITHOUT_BUS) == f"""
2> keyfob: locked
2> keyfob: {NO_BUS}
exit 4
"""
        assert "is locked" in both.admin.git_get(FILED).line
        assert both.answers() == [BOT, BOT]

    def test_unlock_without_a_bus_opens_the_file(self, both):
        assert both.admin.transcript("keyfob lock") == """
2> keyfob: locked
2> keyfob: the keyring is locked
"""
        assert "is locked" in both.admin.git_get(FILED, **WITHOUT_BUS).line
        assert both.admin.transcript("keyfob unlock --stdin", WORDS, **WITHOUT_BUS) == f"""
2> keyfob: unlocked for 8h
2> keyfob: {NO_BUS}
exit 4
"""
        assert both.admin.git_get(FILED, **WITHOUT_BUS) == EVE
        both.service.unlock()
        assert both.admin.transcript("keyfob unlock --stdin", WORDS) == """
2> keyfob: the keyring is open
2> keyfob: unlocked for 8h
"""


def test_a_move_passes_over_what_is_gone(scene):
    scene.service.delete(scene.item().path)
    for name in ("alpha", "zeta"):
        add(scene.admin, name, f"{name}.example.com")
    assert len(secrets(scene)) == 2
    assert scene.admin.transcript("keyfob move --to file") == """
2> keyfob: moved 2 credentials to file
2> keyfob: of ci there is no secret to move; see why with `keyfob store fsck`
exit 1
"""
    assert secrets(scene) == []
    assert scene.admin.names() == ["alpha", "ci", "zeta"]
    scene.service.stop()
    assert [scene.admin.git_get(f"{name}.example.com") for name in ("alpha", "zeta")] == [EVE, EVE]


class TestChecking:
    def test_a_locked_keyring_is_never_no_problem(self, scene):
        assert scene.admin.transcript("keyfob store fsck") == HEALTHY
        scene.service.lock()
        assert scene.admin.transcript("keyfob store fsck") == (
            f"\nlocked: item of ci: {LOCKED}\nexit 4\n")

    def test_not_even_when_no_credential_is_in_it(self, scene):
        scene.admin.does("keyfob move --to file")
        assert scene.admin.transcript("keyfob store fsck") == HEALTHY
        scene.service.lock()
        assert scene.admin.transcript("keyfob store fsck") == (
            f"\nlocked: keyring: {LOCKED}\nexit 4\n")
        # Whom no keyring is of concern is not bothered with one.
        assert scene.admin.transcript("keyfob store fsck", KEYFOB_STORE="file") == HEALTHY

    def test_beside_edits_nothing_is_damaged(self, scene):
        done, edits = threading.Event(), []

        def edit():
            while not done.is_set():
                edits.append(scene.home.keyfob(
                    "edit", "ci", "--stdin", input=f"canary {len(edits)}"))

        (editor := threading.Thread(target=edit)).start()
        try:
            for _ in range(20):
                checked = scene.admin.run("keyfob store fsck")
                assert checked.code == 0 and b"no problem found" in checked.out, checked
                shown = scene.admin.run("keyfob show ci --reveal")
                assert shown.code == 0 and shown.out.startswith(b"canary "), shown
        finally:
            done.set()
            editor.join()
        assert len(edits) > 10 and all(each.code == 0 for each in edits), edits
        # The control: damage is told.
        scene.service.delete(scene.item().path)
        assert scene.admin.run("keyfob store fsck").code == 1
        assert scene.admin.run("keyfob show ci --reveal").code == 1


class TestRecovering:
    @pytest.mark.parametrize("what", ["mode", "link"])
    def test_what_is_only_in_the_way_has_its_own_remedy(self, mixed, what):
        path, before = mixed.home.credentials, stored(mixed)
        if what == "mode":
            path.chmod(0o666)
        else:
            path.rename(mixed.home.path / "elsewhere")
            path.symlink_to(mixed.home.path / "elsewhere")
        told = mixed.admin.fails(1, RECOVER)
        assert told == mixed.admin.fails(1, "keyfob list")
        assert "; " in told and "from-keyring" not in told
        assert stored(mixed) == before and path.is_symlink() == (what == "link")
        if what == "mode":
            path.chmod(0o600)
        else:
            (mixed.home.path / "elsewhere").rename(path)
        assert mixed.admin.transcript(RECOVER) == (
            "\n2> keyfob: took back 0 from the keyring; 1 were known already\n")
        assert mixed.answers() == [BOT, BOT] and mixed.admin.git_get(FILED) == EVE

    def test_a_damaged_file_is_kept_beside(self, mixed):
        path = mixed.home.credentials
        damaged = bytearray(path.read_bytes())
        damaged[40] ^= 1
        path.write_bytes(damaged)
        assert mixed.admin.fails(1, "keyfob list")
        assert mixed.admin.transcript(RECOVER) == f"""
2> keyfob: the file that was there is {STORE}.damaged now
2> keyfob: took back 1 from the keyring
"""
        assert path.with_name("credentials.keyfob.damaged").read_bytes() == damaged
        assert mixed.answers() == [BOT, BOT]

    def test_an_older_catalogue_finds_the_newer_secret(self, scene):
        older = scene.home.credentials.read_bytes()
        scene.admin.does("keyfob edit ci --stdin", NEWER.password)
        scene.home.credentials.write_bytes(older)
        scene.admin.does("keyfob store recover --accept-older")
        assert len(scene.refusals()) == 2
        item = scene.item()
        # The control: what is nobody's goes.
        scene.service.store("Keyfob: stray", {
            **item.attributes, "id": "00000000-0000-0000-0000-000000000000"}, b"stray")
        repaired = scene.admin.run("keyfob store fsck --repair --yes")
        assert repaired.code == 1 and b"item of ci" in repaired.out
        assert scene.item() == item, "the only copy of the secret is kept"
        assert scene.admin.transcript(RECOVER) == "\n2> keyfob: took back 1 from the keyring\n"
        assert scene.answers() == [NEWER, NEWER]
        assert scene.admin.transcript("keyfob store fsck") == HEALTHY


class TestBeginningAnew:
    def test_it_says_what_the_keyring_still_has(self, scene):
        assert scene.admin.transcript("keyfob init --force --yes") == f"""
2> keyfob: secrets are kept encrypted in {STORE}
2> keyfob: what the keyring keeps is still there: `keyfob store recover --from-keyring` \
takes it back, `keyfob store fsck --repair` removes it
"""
        assert scene.admin.names() == [] and len(secrets(scene)) == 1
        scene.admin.does(RECOVER)
        assert scene.answers() == [BOT, BOT]

    def test_without_a_keyring_in_use_it_does_not(self, home, admin):
        home.env["KEYFOB_STORE"] = "file"
        add(admin, "filed", FILED)
        assert admin.transcript("keyfob init --force --yes") == (
            f"\n2> keyfob: secrets are kept encrypted in {STORE}\n")

    def test_it_asks_for_agreement_before_it_asks_for_a_password(self, fake_scene):
        fake_scene.service.behave(locked=True)
        with fake_scene.service.calls() as calls:
            told = fake_scene.admin.fails(2, "keyfob init --store secret-service --force")
        assert told.endswith("Nobody is there to answer; add `--yes`")
        assert not {"Unlock", "Prompt"} & {call.member for call in calls}
        assert fake_scene.admin.names() == ["ci"] and fake_scene.service.is_locked()
        with fake_scene.service.calls() as calls:
            fake_scene.admin.does("keyfob init --store secret-service --force --yes")
        assert {"Unlock", "Prompt"} <= {call.member for call in calls}
