"""A store that a passphrase locks: what works while it is locked, and how it is opened."""

import shutil
import time

import pexpect
import pytest

from administrator import Administrator, Refused
from Support import Account, ScratchHome
from Support.processes import required

BOT = Account("bot", "canary of the bot")
PASSPHRASE = "canary pass phrase"
LOCKED = "the store ~/.local/share/keyfob/credentials.keyfob is locked; run `keyfob unlock`"
HOST, REGISTRY = "git.example.com", "r.example.com"


@pytest.fixture(scope="module")
def model(tmp_path_factory, prefix):
    """The home of a locked store that holds one credential. Made once: stretching a passphrase
    takes its time."""
    admin = Administrator(ScratchHome(tmp_path_factory.mktemp("model"), prefix))
    admin.does("keyfob init --lock-with passphrase --passphrase-stdin", PASSPHRASE)
    unlock(admin)
    admin.does(f"keyfob add ci --username bot --bind registry:{REGISTRY} --bind git:{HOST} --stdin",
               BOT.password)
    assert admin.transcript("keyfob lock") == "\n2> keyfob: locked\n"
    return admin.home.path


@pytest.fixture
def locked(admin, model):
    shutil.copytree(model, admin.home.path, dirs_exist_ok=True)
    return admin


def unlock(admin, span="1m"):
    answer = admin.run(f"keyfob unlock --stdin --for {span}", PASSPHRASE)
    assert answer.code == 0, (
        "the kernel's keyring must be usable (a container may forbid add_key and keyctl)", answer)
    return admin.plain(answer.err)


def test_while_locked_clients_are_told_so_where_they_look(locked):
    assert locked.docker_get(REGISTRY) == Refused("keyfob: " + LOCKED)
    assert locked.git_get(HOST) == Refused("keyfob: " + LOCKED)
    assert locked.docker_get("other.example.com") is None
    assert locked.git_get("other.example.com") is None
    assert locked.docker_list() == {REGISTRY: "bot"}

    assert unlock(locked) == "keyfob: unlocked for 1m\n"

    assert locked.docker_get(REGISTRY) == locked.git_get(HOST) == BOT
    assert locked.docker_get("other.example.com") is None


def test_while_locked_the_administrator_sees_everything_but_secrets(locked):
    assert locked.names() == ["ci"]
    assert "●" in locked.transcript("keyfob show ci")
    assert "\nstate        locked; run `keyfob unlock`\nopened by    passphrase\n" in \
        locked.transcript("keyfob status")
    assert locked.json("keyfob status")["locked"] is True
    assert locked.transcript(f"keyfob explain registry:{REGISTRY}") == f"""
registry {REGISTRY}, outside any scope
  answer: ci as bot, from the store file
  because: it is bound to exactly this address
  but: the store is locked; see `keyfob status`
  and 1 binding for other hosts; see them with `--all`
"""
    assert locked.transcript("keyfob store fsck") == f"""
locked: records, which were not checked: {LOCKED}
exit 4
"""
    assert locked.transcript("keyfob store recover --yes") == """
2> keyfob: ~/.local/share/keyfob/credentials.keyfob opens and is whole, except its secrets, \
which are locked; nothing was changed
"""
    unlock(locked)
    assert locked.json("keyfob status")["locked"] is False
    assert "but:" not in locked.transcript(f"keyfob explain registry:{REGISTRY}")
    assert locked.json("keyfob store fsck") == {"ok": True, "problems": []}


def test_what_needs_a_secret_is_exit_4_before_one_is_asked_for(locked):
    for line in ("keyfob show ci --reveal", "keyfob edit ci", "keyfob add other --username u",
                 "keyfob store rotate-key"):
        assert locked.fails(4, line) == LOCKED
    for line in ("keyfob edit ci --description words", f"keyfob bind ci git:{HOST}/acme",
                 f"keyfob unbind ci git:{HOST}/acme"):
        locked.does(line)
    unlock(locked)
    assert locked.does("keyfob show ci --reveal").decode() == BOT.password
    assert locked.json("keyfob show ci")["description"] == "words"


def test_the_key_is_gone_after_its_time(locked):
    assert unlock(locked, "2s") == "keyfob: unlocked for 2s\n"
    assert locked.docker_get(REGISTRY) == BOT
    time.sleep(2.1)
    assert locked.docker_get(REGISTRY) == Refused("keyfob: " + LOCKED)
    assert locked.transcript("keyfob lock") == "\n2> keyfob: it was locked already\n"


def test_a_wrong_passphrase_or_span_opens_nothing(locked):
    assert locked.fails(1, "keyfob unlock --stdin", "wrong") == (
        "this is not the passphrase of ~/.local/share/keyfob/credentials.keyfob; try again")
    assert locked.fails(2, "keyfob unlock --for ever") == (
        "`ever` is not a span of time; write 15m, 8h or 2d")
    assert locked.fails(2, "keyfob unlock") == (
        "there is no terminal to ask on; give the passphrase on standard input with `--stdin`")
    assert locked.docker_get(REGISTRY) == Refused("keyfob: " + LOCKED)


def test_where_the_kernels_keyring_is_forbidden_it_says_so(locked):
    """As container engines forbid it, by a filter of system calls."""
    def unlock_with(fault):
        return locked.home.run(
            required("strace"), "-f", "-qq", "-o", "/dev/null", "-e", "trace=add_key",
            *fault, locked.home.program("keyfob"), "unlock", "--stdin", input=PASSPHRASE)

    assert unlock_with(["-e", "inject=add_key:error=EPERM"]) == (
        1, b"", b"keyfob: the kernel keyring cannot be used here: Operation not permitted; "
        b"use a key file: `keyfob store rotate-key --lock-with key-file`\n")
    assert locked.docker_get(REGISTRY) == Refused("keyfob: " + LOCKED)
    assert unlock_with([]).code == 0
    assert locked.docker_get(REGISTRY) == BOT


def test_the_passphrase_is_asked_for_on_a_terminal(admin, terminal):
    child = terminal("keyfob init --lock-with passphrase && keyfob unlock --for 1m")
    for prompt in ("passphrase: ", "passphrase again: ", "passphrase: "):
        child.expect_exact(prompt)
        assert not child.getecho()
        child.sendline(PASSPHRASE)
    child.expect_exact("keyfob: unlocked for 1m")
    child.expect(pexpect.EOF)
    assert PASSPHRASE not in child.before
    admin.does(f"keyfob add ci --username bot --bind registry:{REGISTRY} --stdin", BOT.password)
    assert admin.docker_get(REGISTRY) == BOT


def test_a_store_that_no_passphrase_locks_says_so(admin):
    admin.does("keyfob init")
    assert admin.transcript("keyfob unlock") == """
2> keyfob: ~/.local/share/keyfob/credentials.keyfob is not locked by a passphrase
"""
    assert admin.transcript("keyfob lock") == """
2> keyfob: ~/.local/share/keyfob/credentials.keyfob stays open by its key-file; lock it with \
`keyfob store rotate-key --lock-with passphrase`
"""


def test_several_locks_are_each_enough(admin):
    admin.does("keyfob init --lock-with key-file passphrase --passphrase-stdin", PASSPHRASE)
    assert admin.json("keyfob status")["opensWith"] == ["key-file", "passphrase"]
    admin.docker_store(REGISTRY, BOT)
    assert admin.docker_get(REGISTRY) == BOT
    key = admin.home.path / ".local/state/keyfob/key"
    content = key.read_bytes()
    key.unlink()
    assert admin.fails(4, "keyfob list") == (
        "the key file ~/.local/state/keyfob/key is missing; put it back, or run "
        "`keyfob store recover`")
    admin.does("keyfob store recover --stdin", PASSPHRASE)
    assert key.read_bytes() == content
    assert admin.docker_get(REGISTRY) == BOT
