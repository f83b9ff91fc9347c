"""Two programs in a home without a store: one stands still anywhere on its way, while the other
makes the store."""

import itertools
import threading
import time

import pytest

from fault_home import ALICE, BOB, CAROL, FaultHome, expected, verdict
from fault_launch import spread
from fault_trace import calls_of

#: In microseconds: how long a program stands still. The other comes when a third of it is over.
STILL = 1_500_000
#: They mostly sleep.
AT_ONCE = 8

pairs = pytest.mark.parametrize(
    "first, second", [(ALICE, BOB), (CAROL, ALICE)], ids=["docker", "git"])


def opens_of_a_store(login, prefix, folder):
    """The opens of a store in an empty home, without those of /proc and /etc. Which of them are of
    the state folder is not in the trace unless root traces, so all of them are tried."""
    home = FaultHome(folder / "counted", prefix)
    calls = calls_of(home, login, "store", folder / "log")
    return [call for call in calls if call.name == "openat"
            and '"/proc/' not in call.text and '"/etc/' not in call.text]


def meeting(home, first, verb, call, second):
    """Runs both; returns the reply of the one that stood still, and that of the other."""
    replies = []
    thread = threading.Thread(target=lambda: replies.append(home.ask(
        first, verb, wrapper=call.injection(f"delay_enter={STILL}"), seconds=30)))
    thread.start()
    time.sleep(STILL / 3_000_000)
    prompt = home.ask(second, "store", seconds=30)
    thread.join()
    return replies[0], prompt


def sweep(prefix, folder, first, verb, second, fault_of):
    """The faults of all meetings in which the first program did stand still; None if none."""
    numbers = itertools.count()

    def work(_, calls):
        faults = []
        for call in calls:
            home = FaultHome(folder / f"home-{next(numbers)}", prefix)
            late, prompt = meeting(home, first, verb, call, second)
            if late.seconds > STILL / 1_000_000:
                fault = fault_of(home, late, prompt)
                faults.append(f"{call}: {fault}" if fault else None)
        return faults

    return spread(work, opens_of_a_store(first, prefix, folder), AT_ONCE)


@pairs
def test_two_first_stores(first, second, prefix, tmp_path, table):
    def fault_of(home, *replies):
        if any(reply[:3] != (0, b"", b"") for reply in replies):
            return replies
        answers = home.answers([first, second])
        return answers if answers != expected([first, second]) else None

    outcomes = sweep(prefix, tmp_path, first, "store", second, fault_of)
    assert len(outcomes) >= 5, "a store opens its folders, its lock and what it writes"
    table.settle("first stores that meet", len(outcomes), [each for each in outcomes if each])


@pytest.mark.parametrize("login", [ALICE, CAROL], ids=["docker", "git"])
def test_a_get_beside_a_first_store(login, prefix, tmp_path, table):
    """It asks for what the store brings: both the answer and a miss are true at some moment."""

    def fault_of(home, late, prompt):
        found = verdict(login.program, late._replace(seconds=0))
        if found not in (None, (login.username, login.secret)) or late.err:
            return late
        well = prompt[:3] == (0, b"", b"") and home.answers([login]) == expected([login])
        return None if well else prompt

    outcomes = sweep(prefix, tmp_path, login, "get", login, fault_of)
    assert len(outcomes) >= 2, "a get opens its folders"
    table.settle("first stores that meet", len(outcomes), [each for each in outcomes if each])
