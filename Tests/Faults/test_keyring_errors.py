"""Errors between the keyring and the catalogue: nothing is lost, and nothing stays in the keyring
that no catalogue names, unless the program says so."""

import threading
import time

import pytest

from fault_home import ALICE, DOCKER, NEW, THREE, Refusal, expected
from fault_keyring import (
    ALICES, AT_ONCE, CLIENTS, EDIT, KEPT, KINDS, REMOVE, every, keyring_home,
)
from fault_launch import spread
from fault_trace import calls_in
from Support import FakeSecretService
from Support.processes import required

ERRORS = ("EIO", "ENOSPC", "EACCES")
TRIED_ON = ("openat", "fallocate", "write", "fsync", "renameat2", "renameat", "unlinkat", "flock")
POINTS = 6
#: In microseconds: how long a program stands still while the keyring changes.
STILL = 600_000

STORE, REPLACE, ERASE = (CLIENTS[name] for name in (
    "docker, store", "docker, new password", "docker, erase"))
#: Those that have something to remove once the catalogue is written.
REPLACING = (REPLACE, ERASE, EDIT, REMOVE)
KEPT_OF_ALICE = KEPT % ALICES.encode()

replacing = pytest.mark.parametrize("change", REPLACING, ids=lambda change: change.name)


def refusal(change, reply):
    """The line in which a failed change says why."""
    line, rest = (reply.out, reply.err) if change.words[0] == DOCKER else (reply.err, reply.out)
    assert reply.code in (1, 2, 4) and rest == b"", reply
    assert line.startswith(b"keyfob: ") and line.count(b"\n") == 1, reply
    return line


def check_nothing_changed(home, change, held):
    assert change.operation.answers(home) == change.operation.old
    assert home.held() == held == home.named() and home.read(NEW) is None


# Files.

@pytest.mark.parametrize("change", KINDS, ids=lambda change: change.name)
def test_an_error_of_a_file(change, prefix, tmp_path, table, full):
    with keyring_home(tmp_path / "counted", prefix, change.operation.before) as home:
        calls = calls_in(lambda wrapper: change.run(home, wrapper), tmp_path / "log",
                         children=False)
    start = next(index for index, call in enumerate(calls) if call.name == "socketpair")
    calls = [call for call in calls[start:] if call.name in TRIED_ON]
    points = [(call, error) for call in calls for error in ERRORS]
    # So that each error meets different calls, and the flush before the exchange meets all.
    flush = next(call for call in calls if call.name == "fsync")
    chosen = dict.fromkeys([*every(points, POINTS, full), *((flush, error) for error in ERRORS)])

    def work(number, points):
        outcomes = []
        with keyring_home(tmp_path / f"home-{number}", prefix, change.operation.before) as home:
            before, held = home.snapshot(), home.held()
            for call, error in points:
                home.restore(before)
                reply = change.run(home, call.injection(f"error={error}", children=False))
                try:
                    check_error(home, change, held, reply, error)
                    outcomes.append((reply.code, ""))
                except AssertionError as failure:
                    outcomes.append((reply.code, f"{change.name}, {error} at {call}: {failure}"))
        return outcomes

    outcomes = spread(work, chosen, AT_ONCE)
    assert sum(code != 0 for code, _ in outcomes) >= len(ERRORS), "no error reached the program"
    table.settle("errors beside a keyring", len(outcomes),
                 [fault for _, fault in outcomes if fault])


def check_error(home, change, held, reply, error):
    home.wait_until_alone()
    if reply.code == 0:
        assert change.operation.answers(home) == change.operation.new, reply
        assert home.is_tidy() or KEPT_OF_ALICE in reply.err, reply
    else:
        assert error.encode() in refusal(change, reply), reply
        assert change.operation.answers(home) == change.operation.old, reply
        assert home.held() == held and home.is_tidy(), (reply, "the keyring is not as it was")
        change.must(home)
    assert change.operation.answers(home) == change.operation.new
    home.repair()


# The keyring, between two steps of a change.

def standing_still(call, error=""):
    """Stands still before the first such call that the program itself makes."""
    fault = f"{error}delay_enter={STILL}:when=1"
    return [required("strace"), "-qq", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:{fault}"]


def meanwhile(home, change, call, event, error=""):
    """The reply to a change in whose middle something happens to the keyring."""
    replies = []
    thread = threading.Thread(
        target=lambda: replies.append(change.run(home, standing_still(call, error))))
    thread.start()
    time.sleep(STILL / 2_000_000)
    event()
    thread.join()
    assert replies[0].seconds > STILL / 1_000_000, "it did not stand still"
    return replies[0]


@pytest.fixture(params=["locked", "killed"])
def trouble(request):
    """What happens to the keyring, and what mends it."""
    if request.param == "locked":
        return lambda home: home.service.lock(), lambda home: home.service.unlock()
    return lambda home: home.service.kill(), lambda home: home.service.start()


def in_homes_of_their_own(check, changes, prefix, folder):
    """Checks all changes at once, each in a home that holds three logins; they mostly wait."""
    def work(number, changes):
        for change in changes:
            root = folder / f"{number} {change.name}"
            with keyring_home(root, prefix, THREE) as home:
                check(home, change)
        return changes

    assert len(spread(work, changes, len(changes))) == len(changes)


def test_before_what_is_obsolete_goes(trouble, prefix, tmp_path):
    happen, mend = trouble

    def check(home, change):
        reply = meanwhile(home, change, "renameat2", lambda: happen(home))
        assert reply.code == 0 and KEPT_OF_ALICE in reply.err, reply
        mend(home)
        assert change.operation.answers(home) == change.operation.new
        assert home.repair() == 1
        assert change.operation.answers(home) == change.operation.new

    in_homes_of_their_own(check, REPLACING, prefix, tmp_path)


def test_before_anything_is_kept(trouble, prefix, tmp_path):
    happen, mend = trouble

    def check(home, change):
        held = home.held()
        reply = meanwhile(home, change, "flock", lambda: happen(home))
        line = refusal(change, reply)
        assert b"locked" in line or b"Secret Service" in line, reply
        mend(home)
        check_nothing_changed(home, change, held)
        change.must(home)
        assert home.is_tidy()

    in_homes_of_their_own(check, (STORE, *REPLACING), prefix, tmp_path)


def test_a_first_store_whose_keyring_goes_away(trouble, prefix, tmp_path):
    """When the catalogue names it, it is stored, whatever can be found out about it then."""
    happen, mend = trouble
    change = CLIENTS["docker, first store"]
    with keyring_home(tmp_path / "home", prefix) as home:
        reply = meanwhile(home, change, "renameat2", lambda: happen(home))
        mend(home)
        assert reply[:3] == (0, b"", b""), reply
        assert change.operation.answers(home) == change.operation.new
        assert len(home.held()) == 1 and home.is_tidy()


def test_a_full_disk_and_then_a_locked_keyring(prefix, tmp_path):
    """What was kept for a change that is not made cannot be taken back then."""
    def check(home, change):
        reply = meanwhile(home, change, "fsync", home.service.lock, "error=ENOSPC:")
        assert b"ENOSPC" in refusal(change, reply)
        home.service.unlock()
        assert change.operation.answers(home) == change.operation.old
        assert home.repair() == 1
        change.must(home)
        assert home.is_tidy() and change.operation.answers(home) == change.operation.new

    in_homes_of_their_own(check, (STORE, EDIT), prefix, tmp_path)


# A service that goes wrong.

@pytest.fixture
def fake_home(prefix, tmp_path):
    with keyring_home(tmp_path / "fake", prefix, THREE, FakeSecretService) as home:
        yield home


WRONG = "org.freedesktop.DBus.Error.Failed", "out of order"


@pytest.mark.parametrize("behaviour", [
    {"refuse": {"CreateItem": WRONG}}, {"crash": ["CreateItem"]}, {"empty": True}],
    ids=["refuses", "crashes", "keeps nothing"])
@pytest.mark.parametrize("change", [STORE, REPLACE, EDIT], ids=lambda change: change.name)
def test_nothing_can_be_kept(change, behaviour, fake_home):
    held = fake_home.held()
    fake_home.service.behave(**behaviour)
    refusal(change, change.run(fake_home))
    fake_home.service.behave(refuse={}, crash=[], empty=False)
    check_nothing_changed(fake_home, change, held)
    change.must(fake_home)
    assert change.operation.answers(fake_home) == change.operation.new


@pytest.mark.parametrize("behaviour", [{"refuse": {"Delete": WRONG}}, {"crash": ["Delete"]}],
                         ids=["refuses", "crashes"])
@replacing
def test_nothing_can_be_removed(change, behaviour, fake_home):
    fake_home.service.behave(**behaviour)
    reply = change.run(fake_home)
    assert reply.code == 0 and KEPT_OF_ALICE in reply.err, reply
    assert change.operation.answers(fake_home) == change.operation.new
    fake_home.service.behave(refuse={}, crash=[])
    assert fake_home.repair() == 1
    assert change.operation.answers(fake_home) == change.operation.new


def test_a_new_item_said_to_be_where_another_is(fake_home):
    """Neither is the other one taken for it, nor is it removed."""
    service = fake_home.service
    theirs = service.store("theirs", {"of": "another program"}, b"a treasure")
    ours = next(iter(fake_home.held()))
    for path in (theirs, ours):
        service.behave(reply={"CreateItem": ["oo", [path, "/"]]})
        line = refusal(REPLACE, REPLACE.run(fake_home))
        assert b"did not give back what it was given" in line
        service.behave(reply={})
        assert service.items(of="another program")[0].secret == b"a treasure"
        assert REPLACE.operation.answers(fake_home) == REPLACE.operation.old
    # Where the service really put them it did not say.
    assert fake_home.repair() == 2
    REPLACE.must(fake_home)
    assert service.items(of="another program")[0].secret == b"a treasure"
    assert REPLACE.operation.answers(fake_home) == REPLACE.operation.new


HANGING = "did not answer within"


def test_a_service_that_hangs(prefix, tmp_path):
    """One that hangs while an item is made, and one that hangs while one is removed, at once: each
    takes as long as the program waits."""
    with keyring_home(tmp_path / "creating", prefix, THREE, FakeSecretService) as creating, \
            keyring_home(tmp_path / "deleting", prefix, THREE, FakeSecretService) as deleting:
        creating.service.behave(silent=["CreateItem"])
        deleting.service.behave(silent=["Delete"])
        held = creating.held()
        not_made, not_removed = spread(
            lambda _, homes: [EDIT.run(home) for home in homes], [creating, deleting], AT_ONCE)
        assert HANGING.encode() in refusal(EDIT, not_made) and not_made.seconds < 15
        assert not_removed.code == 0 and not_removed.seconds < 30, not_removed
        assert KEPT_OF_ALICE in not_removed.err, not_removed
        for home in (creating, deleting):
            home.service.behave(silent=[])
        check_nothing_changed(creating, EDIT, held)
        assert EDIT.operation.answers(deleting) == EDIT.operation.new
        assert deleting.repair() == 1


def test_fsck_leaves_alone_what_a_store_is_about_to_name(prefix, tmp_path):
    """It looks while a store stands still between the keyring and the catalogue."""
    with keyring_home(tmp_path / "home", prefix, THREE) as home:
        seen = []

        def look():
            seen.append(len(home.held()))
            reply = home.run("keyfob", "store", "fsck", "--repair", "--yes", seconds=20)
            assert reply.code == 0, reply

        reply = meanwhile(home, STORE, "renameat2", look)
        assert reply[:3] == (0, b"", b"") and seen == [4], (reply, seen)
        assert STORE.operation.answers(home) == STORE.operation.new
        assert home.is_tidy()


def test_a_locked_keyring_is_not_an_empty_one(prefix, tmp_path):
    """No answer, no change, and the words for that; nothing of it is a miss."""
    with keyring_home(tmp_path / "home", prefix, THREE) as home:
        held = home.held()
        home.service.lock()
        for login in THREE:
            found = home.get(login)
            assert isinstance(found, Refusal) and b"the keyring is locked" in found.line
        for change in (STORE, *REPLACING):
            assert b"locked" in refusal(change, change.run(home))
        home.service.unlock()
        assert home.answers(THREE) == expected(THREE) and home.held() == held
        assert home.get(ALICE) == (ALICE.username, ALICE.secret)
