"""Two programs in a home without a store: one stands still anywhere on its way, while the other
makes the store."""

import itertools
import threading
import time

import pytest

from fault_home import ALICE, BOB, DOCKER, GIT, FaultHome, Login, expected, verdict
from fault_launch import spread
from fault_trace import calls_of

#: In microseconds: how long a program stands still. The other comes when a third of it is over.
STILL = 1_500_000
#: They mostly sleep.
AT_ONCE = 8
CAROL = Login(GIT, "https://forge.example.com", "carol", "canary of carol")

pairs = pytest.mark.parametrize(
    "first, second", [(ALICE, BOB), (CAROL, ALICE)], ids=["docker", "git"])


def opens_of(login, verb, prefix, folder):
    """The opens of a run in an empty home, from the first that is not of /proc or /etc: where they
    lead is not in the trace unless root traces, so all of them are tried."""
    home = FaultHome(folder / "counted", prefix)
    calls = calls_of(home, login, verb, folder / "log")
    return [call for call in calls if call.name == "openat"
            and '"/proc/' not in call.text and '"/etc/' not in call.text]


def meeting(home, first, verb, call, second):
    """Runs both; returns the reply of the one that stood still, and that of the other."""
    replies = {}

    def stand_still():
        replies[first] = home.ask(
            first, verb, wrapper=call.injection(f"delay_enter={STILL}"), seconds=30)

    thread = threading.Thread(target=stand_still)
    thread.start()
    time.sleep(STILL / 3_000_000)
    replies[second] = home.ask(second, "store", seconds=30)
    thread.join()
    return replies[first], replies[second]


def sweep(prefix, folder, first, verb, second, fault_of):
    calls = opens_of(first, verb, prefix, folder)
    numbers = itertools.count()

    def work(_, calls):
        faults = []
        for call in calls:
            home = FaultHome(folder / f"home-{next(numbers)}", prefix)
            late, prompt = meeting(home, first, verb, call, second)
            # Otherwise nothing was held up, and nothing was tried.
            assert late.seconds > STILL / 1_000_000, (call, late)
            fault = fault_of(home, late, prompt)
            if fault:
                faults.append(f"{call}: {fault}")
        return faults

    return len(calls), spread(work, calls, AT_ONCE)


@pairs
def test_two_first_stores(first, second, prefix, tmp_path, table):
    def fault_of(home, *replies):
        if any(reply[:3] != (0, b"", b"") for reply in replies):
            return replies
        answers = home.answers([first, second])
        return answers if answers != expected([first, second]) else None

    tried, faults = sweep(prefix, tmp_path, first, "store", second, fault_of)
    assert tried >= 5, "a store opens its folders, its lock and what it writes"
    table.settle("first stores that meet", tried, faults)


@pairs
def test_a_get_beside_a_first_store(first, second, prefix, tmp_path, table):
    """It asks for what the store brings: both the answer and a miss are true at some moment."""
    second = first

    def fault_of(home, late, prompt):
        found = verdict(first.program, late)
        if prompt[:3] != (0, b"", b"") or late.err:
            return late, prompt
        if found not in (None, (first.username, first.secret)):
            return found
        return home.answers([first]) != expected([first])

    # The opens of a run that finds a store come after those of one that finds none.
    tried, faults = sweep_of_get(prefix, tmp_path, first, fault_of)
    assert tried >= 2, "a get opens its folders"
    table.settle("first stores that meet", tried, faults)


def sweep_of_get(prefix, folder, login, fault_of):
    other = login._replace(username="another", secret="another canary")
    return sweep(prefix, folder, login, "get", other, fault_of)
