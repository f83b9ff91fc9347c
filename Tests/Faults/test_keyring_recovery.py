"""`keyfob store recover --from-keyring`: the catalogue is lost in some way, and the items alone
bring back every credential as it was."""

import json
import signal

import pytest

from fault_home import (
    ALICE, ANCHOR, BOB, CAROL, CREDENTIALS, KEY, PREVIOUS, THREE, FaultHome, Refusal, expected,
)
from fault_keyring import ALICES, CLIENTS, EDIT, keyring_home
from fault_operations import NEW_ALICE
from fault_trace import Call

RECOVER = "store", "recover", "--from-keyring", "--yes"
#: By the administrator, each with everything that a credential can have.
SEEDS = {
    "robot": ("--kind token --username robot --bind registry:r.example.net/team"
              " --bind git:*.forge.example.net --expires 2031-02-03 --rotate-after 2030-01-02"
              " --description für\tälle"),
    "scoped": ("--username s --scope org/team --bind registry:registry.example.com"
               " --bind git:git.example.org"),
    "unbound": "--kind password --username nobody",
}
#: git's, with an expiry, a refresh token, and as a header.
TOKEN = (b"protocol=https\nhost=oauth.example.com\nusername=t\xc3\xb6ken\n"
         b"password=canary of a token\npassword_expiry_utc=4102444800\n"
         b"oauth_refresh_token=canary to refresh\n")
HEADER = (b"capability[]=authtype\nprotocol=https\nhost=header.example.com\n"
          b"authtype=Bearer\ncredential=canary of a header\n")
#: Nothing is left by which a store would be missed.
MISSING = {name: None for name in (CREDENTIALS, PREVIOUS, ANCHOR)}


@pytest.fixture
def home(prefix, tmp_path):
    with keyring_home(tmp_path / "home", prefix, THREE) as home:
        for name, words in SEEDS.items():
            reply = home.run("keyfob", "add", name, *words.split(" "), "--stdin",
                             stdin=f"canary of {name}".encode())
            assert reply.code == 0, reply
        for request in (TOKEN, HEADER):
            assert home.run("git-credential-keyfob", "store", stdin=request)[:3] == (0, b"", b"")
        yield home


def listed(home):
    reply = home.run("keyfob", "list", "--json")
    assert reply.code == 0, reply
    return json.loads(reply.out)


def described(home):
    """Everything that `keyfob` tells of every credential, and its secret."""
    told = {}
    for each in listed(home):
        shown = home.run("keyfob", "show", each["name"], "--json")
        assert shown.code == 0, shown
        revealed = home.run("keyfob", "show", each["name"], "--reveal")
        assert revealed.code == 0, revealed
        told[each["name"]] = each, json.loads(shown.out), revealed.out
    return told


def answered(home):
    """What git is given for the login with a token and the one with a header."""
    return [home.run("git-credential-keyfob", "get", stdin=b"".join(
        line for line in request.splitlines(keepends=True)
        if line.startswith((b"capability", b"protocol", b"host"))))[:3]
            for request in (TOKEN, HEADER)]


def lose(home, files):
    for name, content in files.items():
        home.write(name, content)


def recover(home):
    reply = home.run("keyfob", *RECOVER)
    assert reply.code == 0 and not reply.out, reply
    return reply.err


def flipped(content, at):
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


LOSSES = {
    "all of it deleted": lambda home: MISSING,
    "the file deleted": lambda home: {CREDENTIALS: None},
    "the head damaged": lambda home: {CREDENTIALS: flipped(home.read(CREDENTIALS), 40)},
    "emptied": lambda home: {CREDENTIALS: b"", PREVIOUS: b""},
    "the key lost": lambda home: {KEY: None},
    "another key": lambda home: {KEY: flipped(home.read(KEY), 30)},
}


@pytest.mark.parametrize("loss", LOSSES)
def test_everything_comes_back(loss, home, table):
    before, given, held = described(home), answered(home), home.held()
    assert len(before) == len(THREE) + len(SEEDS) + 2
    assert all(reply[0] == 0 and b"canary" in reply[1] for reply in given)
    lose(home, LOSSES[loss](home))
    # The control: it is really lost.
    assert home.get(ALICE) is None if loss == "all of it deleted" else isinstance(
        home.get(ALICE), Refusal)
    told = recover(home)
    assert b"took back 8 from the keyring" in told, told
    after = described(home)
    lost = [name for name in before if after.get(name) != before[name]]
    table.record("credentials recovered from a keyring", len(before), len(lost))
    assert after == before
    assert home.answers(THREE) == expected(THREE) and answered(home) == given
    assert home.held() == held and home.is_tidy() and home.orphans() == set()
    EDIT.must(home)
    assert home.get(NEW_ALICE) == (NEW_ALICE.username, NEW_ALICE.secret) and home.is_tidy()


def test_what_is_known_is_not_taken_twice(home):
    before = described(home)
    assert b"took back 0 from the keyring; 8 were known already" in recover(home)
    assert described(home) == before and home.is_tidy()


@pytest.mark.parametrize("call", [Call("renameat2", 1, ""), Call("renameat", 1, "")],
                         ids=["before the catalogue", "after the catalogue"])
def test_of_two_versions_the_newer_comes_back(call, home):
    """An edit that was killed has left both."""
    killed = EDIT.run(home, call.injection("signal=SIGKILL", children=False))
    home.wait_until_alone()
    assert killed.code == -signal.SIGKILL and len(home.held()) == 9
    lose(home, MISSING)
    recover(home)
    assert EDIT.operation.answers(home) == EDIT.operation.new
    assert home.repair() == 1
    assert EDIT.operation.answers(home) == EDIT.operation.new


def test_names_that_collide(home):
    """A login was stored again before anybody thought of a recovery: under the same name, with an
    id of its own."""
    lose(home, MISSING)
    home.change(NEW_ALICE, "store")
    assert [each["name"] for each in listed(home)] == [ALICES]
    assert b"took back 8 from the keyring" in recover(home)
    names = sorted(each["name"] for each in listed(home))
    assert len(names) == 9 and {ALICES, f"{ALICES}-2"} <= set(names)
    assert home.answers([BOB, CAROL]) == expected([BOB, CAROL])
    secrets = {home.run("keyfob", "show", name, "--reveal").out
               for name in (ALICES, f"{ALICES}-2")}
    assert secrets == {ALICE.secret.encode(), NEW_ALICE.secret.encode()}
    labels = [item.label for item in home.items()]
    assert sorted(labels) == [f"Keyfob: {name}" for name in names]
    assert home.is_tidy() and home.orphans() == set()
    # Lost once more, they come back under the names they have now.
    before = described(home)
    lose(home, MISSING)
    recover(home)
    assert described(home) == before and home.is_tidy()


def test_the_items_of_another_home_come_with_names_of_their_own(home, tmp_path):
    """Two homes on one desktop keep the same login; a third one takes back all there is."""
    other = FaultHome(tmp_path / "other", home.prefix)
    other.env = {**home.env, "HOME": str(other.root)}
    other.change(NEW_ALICE, "store")
    third = FaultHome(tmp_path / "third", home.prefix)
    third.env = {**home.env, "HOME": str(third.root)}
    assert b"took back 9 from the keyring" in recover(third)
    secrets = {each["name"]: third.run("keyfob", "show", each["name"], "--reveal").out
               for each in listed(third)}
    assert {secrets[ALICES], secrets[f"{ALICES}-2"]} == {
        ALICE.secret.encode(), NEW_ALICE.secret.encode()}
    assert home.answers(THREE) == expected(THREE)
    assert other.answers([NEW_ALICE]) == expected([NEW_ALICE])


def test_a_locked_keyring_is_no_reason_to_give_up_a_file(home):
    """Nothing is made anew before the keyring was asked."""
    damaged = flipped(home.read(CREDENTIALS), 40)
    lose(home, {CREDENTIALS: damaged})
    home.service.lock()
    reply = home.run("keyfob", *RECOVER)
    assert reply.code == 4 and b"the keyring is locked" in reply.err, reply
    assert home.read(CREDENTIALS) == damaged
    home.service.unlock()
    recover(home)
    assert home.answers(THREE) == expected(THREE)


def test_a_recovery_that_is_killed_is_repeated(home):
    lose(home, MISSING)
    before = len(home.held())
    for call in (Call("renameat", 1, ""), Call("fsync", 1, ""), Call("sendto", 20, "")):
        reply = home.run("keyfob", *RECOVER,
                         wrapper=call.injection("signal=SIGKILL", children=False))
        home.wait_until_alone()
        assert reply.code == -signal.SIGKILL, reply
        assert len(home.held()) == before
    recover(home)
    assert home.answers(THREE) == expected(THREE) and home.is_tidy()
    assert CLIENTS["docker, erase"].run(home).code == 0 and home.is_tidy()
