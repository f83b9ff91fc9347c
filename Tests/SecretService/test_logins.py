"""Logins over a keyring that does not answer, that asks about each program or that nobody chose."""

import json
import time

import pytest

from scene import BOT, FORGE, REGISTRY
from states import NO_ANSWER
from administrator import Administrator
from Support import Account, FakeSecretService
from Support.attributes import encode

OURS = {"xdg:schema": "dev.keyfob.Credential"}
ALICE = Account("alice", "canary of alice")
ASKS = "keyfob: the keyring wants to ask before it gives a secret to a program; "
UNCHOSEN = " (by rule: nothing was chosen yet)"
#: Lets the git helper ask; private homes forbid it, as scripts do.
MAY_ASK = {"GIT_TERMINAL_PROMPT": None}
HANGING = {
    "the service": (lambda scene: scene.service.suspend(), lambda scene: scene.service.resume()),
    "the bus": (lambda scene: scene.bus.suspend(), lambda scene: scene.bus.resume()),
}


def login(server, account=ALICE):
    return json.dumps(
        {"ServerURL": server, "Username": account.username, "Secret": account.password})


def is_kept(admin, server):
    """Where the only credential of a server has its secret."""
    (found,) = [each for each in admin.json("keyfob list")
                if f"registry:{server}" in json.dumps(each)]
    return admin.json(f"keyfob show {found['name']}")["store"]


def store_line(admin, **env):
    return admin.plain(admin.does("keyfob status", **env)).splitlines()[0].split(maxsplit=1)[1]


@pytest.fixture
def newcomer(home):
    """A user who never chose a store."""
    home.env.pop("KEYFOB_STORE")
    return Administrator(home)


@pytest.fixture
def asking(bus):
    """A service that asks its user about every program but the one that made an item."""
    with FakeSecretService(bus, confirms=True) as service:
        yield service


class TestHanging:
    """A client that logs in learns in time that the keyring does not answer."""

    @pytest.mark.parametrize("what", HANGING)
    @pytest.mark.parametrize("server", ["new.example.com", REGISTRY], ids=["new", "known"])
    def test_a_login_is_refused_in_time(self, scene, what, server):
        suspend, resume = HANGING[what]
        before = scene.home.credentials.read_bytes()
        suspend(scene)
        start = time.monotonic()
        code, out, err = scene.home.docker("store", login(server))
        seconds = time.monotonic() - start
        resume(scene)
        assert (code, out.decode(), err) == (1, f"keyfob: {NO_ANSWER}\n", b"")
        assert seconds < 2.8
        assert scene.home.credentials.read_bytes() == before
        assert scene.answers() == [BOT, BOT]
        # The control: the same login is kept once there is an answer.
        scene.admin.docker_store(server, ALICE)
        assert scene.admin.docker_get(server) == ALICE


class TestConfirming:
    """An item can be locked for a program while its keyring is open."""

    @pytest.fixture
    def guarded(self, fake_scene):
        fake_scene.service.behave(confirms=True)
        assert fake_scene.item().secret is None and not fake_scene.service.is_locked()
        return fake_scene

    def test_both_helpers_say_so_and_ask_nobody(self, guarded):
        with guarded.service.calls() as calls:
            docker = guarded.home.docker("get", REGISTRY)
            git = guarded.home.git("get", encode({"protocol": "https", "host": FORGE}))
        assert (docker.code, docker.err) == (1, b"")
        assert (git.code, git.out) == (1, b"")
        for told in (docker.out, git.err):
            assert told.decode().startswith(ASKS) and told.count(b"\n") == 1
            assert b"keyfob unlock" not in told, "there is nothing to unlock"
        assert calls and not {"Unlock", "Prompt"} & {call.member for call in calls}
        guarded.service.behave(confirms=False)
        assert guarded.answers() == [BOT, BOT]

    @pytest.mark.parametrize("prompt", ["confirm", "dismiss"])
    def test_git_asks_where_it_was_told_to(self, guarded, prompt):
        guarded.home.configure("[secret-service]\n\tunlock = ask\n")
        guarded.service.behave(prompt=prompt)
        with guarded.service.calls() as calls:
            answer = guarded.admin.git_get(FORGE, **MAY_ASK)
        if prompt == "confirm":
            assert answer == BOT
        else:
            assert answer.line.startswith(ASKS)
        assert [call.member for call in calls].count("Prompt") == 1
        # docker never asks.
        assert guarded.admin.docker_get(REGISTRY, **MAY_ASK).line.startswith(ASKS)

    def test_a_first_login_goes_to_the_file(self, newcomer, asking):
        code, out, err = newcomer.home.docker("store", login(REGISTRY))
        assert (code, out) == (0, b"")
        assert newcomer.docker_get(REGISTRY) == ALICE
        assert is_kept(newcomer, REGISTRY) == "file"
        assert store_line(newcomer).startswith("file, ") and UNCHOSEN not in store_line(newcomer)
        left = asking.items(**OURS)
        assert bool(left) == (b"the keyring kept an old secret of" in err), (left, err)

    def test_a_keyring_that_was_chosen_keeps_it(self, newcomer, asking):
        """The control: nobody's choice is overruled."""
        newcomer.home.configure("[keyfob]\n\tstore = secret-service\n")
        newcomer.docker_store(REGISTRY, ALICE)
        assert is_kept(newcomer, REGISTRY) == "secret-service"
        assert newcomer.docker_get(REGISTRY).line.startswith(ASKS)


class TestFirst:
    """`keyfob status` names the store that the first login then takes."""

    def test_an_open_keyring(self, newcomer, secret_service):
        assert store_line(newcomer) == "secret-service" + UNCHOSEN
        newcomer.docker_store(REGISTRY, ALICE)
        assert store_line(newcomer) == is_kept(newcomer, REGISTRY) == "secret-service"
        assert [item.secret for item in secret_service.items(**OURS)] != []
        assert newcomer.docker_get(REGISTRY) == ALICE

    def test_no_bus(self, newcomer):
        file = "file, ~/.local/share/keyfob/credentials.keyfob"
        assert store_line(newcomer) == file + UNCHOSEN
        newcomer.docker_store(REGISTRY, ALICE)
        assert store_line(newcomer) == file and is_kept(newcomer, REGISTRY) == "file"

    def test_a_locked_keyring_takes_no_first_login(self, newcomer, secret_service):
        secret_service.lock()
        assert store_line(newcomer) == "secret-service" + UNCHOSEN
        code, out, err = newcomer.home.docker("store", login(REGISTRY))
        assert (code, err) == (1, b"")
        assert b"the keyring is locked, and no store was chosen yet" in out
        assert not newcomer.home.credentials.exists()
        secret_service.unlock()
        newcomer.docker_store(REGISTRY, ALICE)
        assert newcomer.docker_get(REGISTRY) == ALICE
