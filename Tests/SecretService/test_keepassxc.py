"""KeePassXC as the Secret Service, which does what the specification leaves open in its own way: it
prompts for every change, adds attributes, hides what is locked, and asks before it tells.

Each test starts KeePassXC, which takes seconds, so they belong to the full tier.
"""

import json
import threading
import time
from contextlib import contextmanager

import pytest

from Support import ALICE, BOB, Account
from Support.attributes import decode, encode
from Support.keepassxc import PASSWORD, KeePassXC
from administrator import MISS, Administrator, Refused
from scene import BOT, FORGE, REGISTRY, Scene
from states import (
    DISMISSED, ENDED, GONE, LOCKED, NO_ANSWER, NO_DEFAULT, NO_SERVICE, UNANSWERED,
)

OURS = {"xdg:schema": "dev.keyfob.Credential"}
DOCKERS = {"xdg:schema": "io.docker.Credentials"}
#: What KeePassXC says about every item, and refuses to be told.
ADDED = {"Title", "UserName", "URL", "Notes", "Uuid", "Path"}
DH = "[secret-service]\n\tsession = dh\n"


@pytest.fixture
def keepassxc(bus):
    """Starts KeePassXC, set as the keywords say; it ends with the test."""
    services = []

    def started(**how):
        services.append(KeePassXC(bus, **how))
        services[-1].start()
        return services[-1]

    yield started
    for service in services:
        service.close()


@pytest.fixture
def secret_service(keepassxc):
    """KeePassXC with its database open and empty, where other suites have gnome-keyring."""
    return keepassxc()


@pytest.fixture
def locked(scene):
    scene.admin.does("keyfob lock")
    assert scene.service.is_locked()
    return scene


@pytest.fixture
def searching(home, bus, keepassxc):
    """One credential in a locked database that asks for its password when it is searched."""
    home.env["KEYFOB_STORE"] = "secret-service"
    scene = Scene(Administrator(home), bus, keepassxc(unlocks_to_search=True))
    scene.service.lock()
    return scene


@contextmanager
def meanwhile(body):
    """Does something in the background of a block; its result is appended to the list."""
    results = []
    thread = threading.Thread(target=lambda: results.append(body()))
    thread.start()
    try:
        yield results
    finally:
        thread.join()


def held(service):
    """The secrets of our items."""
    return [item.secret for item in service.items(**OURS)]


class TestAnOpenDatabase:
    def test_the_first_store_of_all_chooses_it(self, keyring, admin, secret_service):
        del keyring.env["KEYFOB_STORE"]
        admin.docker_store(REGISTRY, ALICE)
        assert "store = secret-service" in keyring.config.read_text()
        (item,) = secret_service.items(**OURS)
        assert item.secret == ALICE.password.encode()
        assert ADDED <= item.attributes.keys()
        secret_service.wait_until_saved(item.label)
        assert admin.docker_get(REGISTRY) == ALICE

    def test_docker_keeps_its_logins_in_it(self, admin, secret_service):
        for account in (ALICE, BOB):
            admin.docker_store(REGISTRY, account)
            assert admin.docker_get(f"https://{REGISTRY}/") == account
        admin.docker_store("quay.io", BOT)
        assert admin.docker_list() == {REGISTRY: BOB.username, "quay.io": BOT.username}
        assert admin.docker_erase(REGISTRY) == ""
        assert admin.home.docker("get", REGISTRY) == (1, MISS, b"")
        assert admin.docker_list() == {"quay.io": BOT.username}
        assert held(secret_service) == [BOT.password.encode()]

    def test_git_keeps_its_logins_in_it(self, admin, secret_service):
        asked = {"protocol": "https", "host": FORGE}
        told = {**ALICE.attributes(), "password_expiry_utc": "4102444800",
                "oauth_refresh_token": "canary to refresh"}
        assert admin.home.git("store", encode({**asked, **told})) == (0, b"", b"")
        assert decode(admin.home.git("get", encode(asked)).out) == told
        [name] = admin.names()
        admin.does(f"keyfob edit {name} --expires 2001-01-01")
        reply = decode(admin.home.git("get", encode(asked)).out)
        assert reply["oauth_refresh_token"] == "canary to refresh" and "password" not in reply
        admin.git_tells("erase", FORGE, ALICE)
        assert admin.git_get(FORGE) is None
        assert held(secret_service) == []

    @pytest.mark.parametrize("secret", [
        b"canary \xff\xfe\x00" + bytes(range(256)), b"canary\nof\r\nlines\n\n", b" ",
        '{"password":"cänary 🐤"}'.encode(), b"canary " * (1 << 18)],
        ids=["binary", "lines", "blank", "JSON", "2 MiB"])
    def test_secrets_come_back_as_they_are(self, admin, secret_service, secret):
        admin.does("keyfob add odd --kind token --stdin", secret + b"\n")
        assert admin.does("keyfob show odd --reveal") == secret
        assert held(secret_service) == [secret]

    def test_a_credential_lives_its_life(self, scene):
        admin = scene.admin
        admin.does("keyfob edit ci --stdin", "canary two")
        assert scene.answers() == [Account(BOT.username, "canary two")] * 2
        admin.does("keyfob edit ci --username eve --description 'for all'")
        assert scene.answers() == [Account("eve", "canary two")] * 2
        item = scene.item()
        assert (item.attributes["username"], item.secret) == ("eve", b"canary two")
        assert admin.does("keyfob show ci --reveal") == b"canary two"
        assert admin.transcript("keyfob remove ci --yes") == "\n2> keyfob: removed ci\n"
        assert scene.answers() == [None, None]
        assert scene.service.items(**OURS) == []

    def test_a_fetch_takes_four_calls(self, scene):
        for ask in (lambda: scene.admin.docker_get(REGISTRY), lambda: scene.admin.git_get(FORGE)):
            with scene.service.calls() as calls:
                assert ask() == BOT
            assert len(calls) <= 4 and "GetSecrets" in [call.member for call in calls], calls

    def test_it_can_be_read_encrypted(self, scene):
        scene.home.configure(DH)
        with scene.bus.traffic() as messages:
            assert scene.answers() == [BOT, BOT]
        wire = b"".join(message.serialise(serial=1) for message in messages)
        assert len(messages) > 4 and BOT.password.encode() not in wire

    def test_secrets_move_both_ways(self, scene):
        admin = scene.admin
        for store, kept in (("file", []), ("secret-service", [BOT.password.encode()])):
            assert admin.transcript(f"keyfob move --to {store}") == f"""
2> keyfob: moved ci to {store}
"""
            assert scene.answers() == [BOT, BOT]
            assert held(scene.service) == kept

    def test_an_item_made_anew_is_found(self, scene):
        item = scene.item()
        scene.service.delete(item.path)
        assert scene.refusals() == [GONE, GONE]
        assert scene.service.store(item.label, own(item.attributes), item.secret) != item.path
        assert scene.answers() == [BOT, BOT]

    def test_a_check_finds_and_removes_what_no_credential_names(self, scene):
        assert scene.admin.does("keyfob store fsck").endswith(b": no problem found\n")
        item = scene.item()
        # What a write leaves that is killed before the catalogue names its item.
        metadata = json.loads(item.attributes["keyfob"]) | {"mark": "0123456789abcdef"}
        stray = scene.service.store(
            "stray", own(item.attributes) | {"keyfob": json.dumps(metadata)}, b"canary of a stray")
        assert scene.admin.json("keyfob store fsck")["orphans"] == [stray]
        assert len(held(scene.service)) == 2
        assert "removed 1 item" in scene.admin.transcript("keyfob store fsck --repair --yes")
        assert scene.item() == item
        assert scene.answers() == [BOT, BOT]

    def test_the_catalogue_is_made_again_from_it(self, scene):
        scene.home.credentials.unlink()
        assert "is gone" in scene.admin.fails(1, "keyfob list")
        told = scene.admin.transcript("keyfob store recover --from-keyring --yes")
        assert "exit" not in told, told
        assert scene.answers() == [BOT, BOT]
        assert scene.admin.docker_list() == {REGISTRY: BOT.username}

    def test_it_keeps_them_over_a_restart(self, scene):
        scene.service.wait_until_saved(scene.item().label)
        scene.service.stop()
        assert scene.refusals() == [NO_SERVICE, NO_SERVICE]
        scene.service.start()
        assert scene.answers() == [BOT, BOT]

    def test_what_others_keep_in_it_is_imported(self, admin, secret_service):
        login = {"ServerURL": "ghcr.io", **docker_words(ALICE)}
        assert admin.home.run(
            "docker-credential-secretservice", "store", input=json.dumps(login)).code == 0
        words = {**DOCKERS, "docker_cli": "1", "server": "quay.io", "username": BOB.username}
        assert admin.home.run(
            "secret-tool", "store", "--label=quay.io",
            *(word for pair in words.items() for word in pair), input=BOB.password).code == 0
        assert len(secret_service.items(**DOCKERS)) == 2
        admin.does("keyfob import --from docker-secretservice")
        assert admin.docker_get("ghcr.io") == ALICE and admin.docker_get("quay.io") == BOB
        assert len(secret_service.items(**DOCKERS)) == 2
        admin.does("keyfob import --from docker-secretservice --remove-source --yes")
        assert secret_service.items(**DOCKERS) == []
        assert admin.docker_get("ghcr.io") == ALICE and admin.docker_get("quay.io") == BOB

    def test_status_says_that_it_is_open(self, scene):
        assert status(scene.admin) == "Passwords, open"
        assert scene.admin.transcript("keyfob unlock") == "\n2> keyfob: the keyring is open\n"


class TestALockedDatabase:
    def test_hides_its_items_which_are_not_gone(self, locked):
        assert locked.service.items(**OURS) == []
        assert locked.refusals() == [LOCKED, LOCKED]
        locked.misses()
        for line in ("show ci --reveal", "remove ci --yes", "move --to file",
                     "store recover --from-keyring", "import --from docker-secretservice"):
            assert locked.admin.fails(4, f"keyfob {line}") == LOCKED
        assert locked.admin.fails(4, "keyfob edit ci --stdin", "canary two") == LOCKED
        assert locked.admin.run("keyfob store fsck").code == 4
        assert locked.admin.docker_list() == {REGISTRY: BOT.username}
        assert status(locked.admin).endswith(LOCKED)
        assert not locked.service.screen.has_prompt()

    def test_takes_no_login(self, locked):
        login = json.dumps({"ServerURL": "new.example.com", **docker_words(ALICE)})
        assert locked.home.docker("store", login) == (1, f"keyfob: {LOCKED}\n".encode(), b"")
        assert not locked.service.screen.has_prompt()

    def test_is_locked_when_it_starts_so(self, scene):
        scene.service.wait_until_saved(scene.item().label)
        scene.service.stop()
        scene.service.start(unlocked=False)
        assert scene.refusals() == [LOCKED, LOCKED]

    def test_opens_with_its_password(self, locked):
        with meanwhile(lambda: locked.admin.transcript("keyfob unlock")) as told:
            locked.service.screen.answer("wrong")
            time.sleep(1)
            assert told == [] and locked.service.is_locked()
            locked.service.screen.answer(PASSWORD)
        assert told == ["\n2> keyfob: the keyring is open\n"]
        assert locked.answers() == [BOT, BOT]

    def test_stays_locked_when_its_window_is_dismissed(self, locked):
        with meanwhile(lambda: locked.admin.fails(4, "keyfob unlock")) as told:
            locked.service.screen.dismiss()
        assert told == [DISMISSED]
        assert locked.refusals() == [LOCKED, LOCKED]

    def test_can_be_opened_after_nobody_answered(self, locked):
        locked.home.configure("[secret-service]\n\tpromptTimeout = 2\n")
        assert locked.admin.fails(4, "keyfob unlock") == UNANSWERED
        assert locked.refusals() == [LOCKED, LOCKED]
        # Its window stays, although it was told to take it away.
        locked.service.screen.answer(PASSWORD)
        deadline = time.monotonic() + 5
        while locked.service.is_locked() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert locked.answers() == [BOT, BOT]

    def test_git_may_ask_for_its_password(self, locked):
        locked.home.configure("[secret-service]\n\tunlock = ask\n")
        ask = lambda: locked.admin.git_get(FORGE, GIT_TERMINAL_PROMPT=None)  # noqa: E731
        with meanwhile(ask) as answers:
            locked.service.screen.answer(PASSWORD)
        assert answers == [BOT]

    def test_a_fetch_never_makes_it_ask_its_user(self, searching):
        lines = searching.refusals()
        assert not searching.service.screen.has_prompt()
        assert lines == [LOCKED, LOCKED]

    def test_a_miss_and_a_list_never_make_it_ask_its_user(self, searching):
        searching.misses()
        assert searching.admin.docker_list() == {REGISTRY: BOT.username}
        assert searching.admin.fails(4, "keyfob show ci --reveal") == LOCKED
        assert not searching.service.screen.has_prompt()
        # Others do make it ask: it is set to.
        with meanwhile(lambda: searching.home.run("secret-tool", "lookup", "kind", "password")):
            searching.service.screen.dismiss()


class TestWithoutAKeyring:
    def test_a_database_that_is_not_offered_is_no_keyring(self, home, keepassxc):
        home.env["KEYFOB_STORE"] = "secret-service"
        service = keepassxc(exposed=False)
        admin = Administrator(home)
        login = json.dumps({"ServerURL": REGISTRY, **docker_words(ALICE)})
        told = f"keyfob: {NO_DEFAULT}\n".encode()
        assert home.docker("store", login) == (1, told, b"")
        assert home.docker("get", REGISTRY) == (1, MISS, b"")
        assert status(admin).endswith(NO_DEFAULT)
        for line in ("unlock", "lock"):
            assert admin.fails(4, f"keyfob {line}") == NO_DEFAULT
        assert not service.screen.has_prompt()

    def test_the_first_store_of_all_takes_the_file_then(self, home, keepassxc):
        del home.env["KEYFOB_STORE"]
        keepassxc(exposed=False)
        admin = Administrator(home)
        admin.docker_store(REGISTRY, ALICE)
        assert [each["store"] for each in admin.json("keyfob list")] == ["file"]
        assert admin.docker_get(REGISTRY) == ALICE

    def test_a_database_no_longer_offered_is_told_from_a_lost_item(self, scene):
        scene.service.stop()
        scene.service.make_database(exposed=False)
        scene.service.start()
        assert scene.refusals() == [NO_DEFAULT, NO_DEFAULT]
        scene.misses()

    def test_it_is_killed_while_it_is_asked(self, scene):
        scene.service.wait_until_saved(scene.item().label)
        scene.service.suspend()
        with meanwhile(lambda: scene.admin.docker_get(REGISTRY)) as answers:
            time.sleep(0.5)
            scene.service.kill()
        assert answers[0].line == f"keyfob: {ENDED}"
        assert scene.refusals() == [NO_SERVICE, NO_SERVICE]
        scene.misses()
        scene.service.start()
        assert scene.answers() == [BOT, BOT]

    def test_it_hangs(self, scene):
        scene.service.suspend()
        assert scene.refusals() == [NO_ANSWER, NO_ANSWER]
        scene.misses()


@pytest.mark.parametrize("config", ["", DH], ids=["plain", "dh"])
class TestAskedBeforeEachAccess:
    """A program must be allowed to read an item, which only it itself can ask for."""

    @pytest.fixture
    def secret_service(self, keepassxc):
        return keepassxc(confirms_access=True)

    @pytest.fixture
    def guarded(self, admin, secret_service, config):
        """A login that was stored: who made an item may read it, and nobody else."""
        admin.home.configure(config)
        admin.docker_store(REGISTRY, ALICE)
        (item,) = secret_service.items(**OURS)
        assert item.secret is None and not secret_service.is_locked()
        return admin

    def test_another_program_can_ask_and_is_allowed(self, guarded, secret_service):
        find = lambda: guarded.home.run("secret-tool", "lookup", "server", REGISTRY)  # noqa: E731
        with meanwhile(find) as found:
            secret_service.screen.allow()
        assert found[0][:2] == (0, ALICE.password.encode())

    def test_a_fetch_is_refused_at_once_and_asks_nobody(self, guarded, secret_service):
        start = time.monotonic()
        refused = guarded.docker_get(REGISTRY)
        assert time.monotonic() - start < 2.5
        assert isinstance(refused, Refused)
        assert guarded.docker_get("unbound.example.com") is None
        assert guarded.docker_list() == {REGISTRY: ALICE.username}
        assert not secret_service.screen.has_prompt()

    def test_what_is_said_does_not_lead_nowhere(self, guarded):
        # There is nothing to unlock.
        assert guarded.transcript("keyfob unlock") == "\n2> keyfob: the keyring is open\n"
        refused = guarded.docker_get(REGISTRY)
        assert not isinstance(refused, Refused) or "keyfob unlock" not in refused.line


def own(attributes):
    """Attributes of an item without those that are KeePassXC's."""
    return {name: value for name, value in attributes.items() if name not in ADDED}


def docker_words(account):
    return {"Username": account.username, "Secret": account.password}


def status(admin):
    """The keyring's line of `keyfob status`."""
    lines = admin.does("keyfob status").decode().splitlines()
    return next(line for line in lines if line.startswith("keyring ")).split(maxsplit=1)[1]
