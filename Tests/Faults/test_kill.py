"""SIGKILL at every system call of a store and an erase: the old or the new state, and the next
call finds nothing in its way."""

import random
import signal

import pytest

from fault_home import CREDENTIALS, DOCKER, NEW, PREVIOUS, STATE, Login, expected
from fault_launch import spread
from fault_operations import OPERATIONS
from fault_trace import calls_of, is_changing

LATER = Login(DOCKER, "later.example.com", "later", "canary of later")
OTHER_POINTS = 8
LIVED = "lived"
#: A first store that ends between the file and its anchor is told like this, once.
ANCHOR_WAS_MISSING = b"anchor was missing or damaged and is made anew"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_killed_at_any_call(operation, prefix, tmp_path, table, full):
    home = operation.home(tmp_path / "counted", prefix)
    calls = calls_of(home, operation.login, operation.verb, tmp_path / "log")
    assert operation.answers(home) == operation.new
    points = calls if full else sample(calls)

    def work(number, points):
        home = operation.home(tmp_path / f"home-{number}", prefix)
        before = home.snapshot()
        faults = []
        for call in points:
            home.restore(before)
            faults.append(fault_of(home, operation, call))
        return faults

    faults = spread(work, points)
    alive = faults.count(LIVED)
    # How often a program asks for memory depends on where the kernel has put it.
    assert alive <= 2 + len(points) // 50
    table.settle("kills", len(faults) - alive, [each for each in faults if each and each != LIVED])


def sample(calls):
    """Every call that changes the disk, the call after it, and some others."""
    chosen = {index + step for index, call in enumerate(calls) if is_changing(call)
              for step in (0, 1) if index + step < len(calls)}
    rest = [index for index in range(len(calls)) if index not in chosen]
    chosen |= set(random.Random(len(calls)).sample(rest, OTHER_POINTS))
    return [calls[index] for index in sorted(chosen)]


def fault_of(home, operation, call):
    """What went wrong after a kill there; '' if all was well, `LIVED` if nothing was killed."""
    killed = home.ask(operation.login, operation.verb, wrapper=call.injection("signal=SIGKILL"))
    if killed.code != -signal.SIGKILL:
        assert operation.answers(home) == operation.new
        return LIVED
    try:
        check_state(home, operation)
        repeat(home, operation)
        home.change(LATER, "store")
        assert operation.answers(home) == operation.new
        assert home.answers([LATER]) == expected([LATER])
        home.opened()
    except AssertionError as failure:
        return f"{operation.name}, {call}: {failure}"
    return ""


def check_state(home, operation):
    is_first = not operation.before
    for login in {login[:2]: login for login in (*operation.before, *operation.after)}.values():
        reply = home.ask(login, "get")
        assert not reply.err or (is_first and ANCHOR_WAS_MISSING in reply.err), reply
    assert operation.answers(home) in (operation.old, operation.new)


def repeat(home, operation):
    """Before anything else is changed: what the kill left is this call's to find."""
    home.change(operation.login, operation.verb)
    if operation.verb == "erase":
        assert not home.holds(operation.login.secret)


def test_finding_a_secret_under_the_home(prefix, tmp_path):
    """The control of the search above: it finds each place in which an erase could leave one."""
    erase = next(each for each in OPERATIONS if each.name == "docker, erase")
    home = erase.home(tmp_path / "home", prefix)
    before = home.read(CREDENTIALS)
    assert home.holds(erase.login.secret)
    home.change(erase.login, "erase")
    assert not home.holds(erase.login.secret)
    for name, content in (
            (PREVIOUS, before), (NEW, before), (f"{STATE}/events", erase.login.secret.encode())):
        home.write(name, content)
        assert home.holds(erase.login.secret)
        home.write(name, None)
