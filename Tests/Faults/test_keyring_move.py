"""`keyfob move` killed at any point: every credential is in one of the stores at least, the next
move finishes, and nothing stays in the store that was left."""

import signal

import pytest

from fault_home import NEW, PREVIOUS, THREE, expected
from fault_keyring import AT_ONCE, every, keyring_home, many
from fault_launch import spread
from fault_trace import Call, calls_in
from sealed_layout import FILE, SECRET_SERVICE

FEW, BATCHES = THREE, many(60)
MOVED = {"file": FILE, "secret-service": SECRET_SERVICE}

each_way = pytest.mark.parametrize("target", MOVED)


def stocked(home, logins, target):
    """Puts the logins where they are to be moved from."""
    home.env["KEYFOB_STORE"] = "file"
    for login in logins:
        home.change(login, "store")
    if target == "file":
        move(home, "secret-service")
    # No generation of before is any matter of the move.
    home.write(PREVIOUS, None)
    home.env["KEYFOB_STORE"] = "secret-service"


def move(home, target, wrapper=()):
    return home.run("keyfob", "move", "--to", target, wrapper=wrapper, seconds=60)


def sweep(target, logins, points_of, prefix, folder):
    """Kills a move at each point; (whether it was killed, whether items were over, the fault)."""
    with keyring_home(folder / "counted", prefix) as home:
        stocked(home, logins, target)
        before = home.snapshot()
        calls = calls_in(lambda wrapper: move(home, target, wrapper), folder / "log",
                         children=False)
        check_moved(home, logins, target)

    def work(number, points):
        outcomes = []
        with keyring_home(folder / f"home-{number}", prefix) as home:
            home.env["KEYFOB_STORE"] = "secret-service"
            for call in points:
                home.restore(before)
                reply = move(home, target, call.injection("signal=SIGKILL", children=False))
                home.wait_until_alone()
                was_killed = reply.code == -signal.SIGKILL
                try:
                    outcomes.append((was_killed, check(home, logins, target), ""))
                except AssertionError as failure:
                    outcomes.append((was_killed, False, f"{target}, {call}: {failure}"))
        return outcomes

    return spread(work, points_of(calls), AT_ONCE)


def check(home, logins, target):
    assert home.answers(logins) == expected(logins), "after the kill"
    over = home.held() - home.named()
    assert home.orphans() == over
    reply = move(home, target)
    assert reply.code == 0 and not reply.out, reply
    assert home.answers(logins) == expected(logins), "after the second move"
    home.repair()
    check_moved(home, logins, target)
    return bool(over)


def check_moved(home, logins, target):
    assert home.answers(logins) == expected(logins)
    assert {each.store for each in home.credentials()} == {MOVED[target]}
    assert home.held() == home.named() and home.read(NEW) is None
    if target == "file":
        assert home.items() == []
    else:
        assert not any(home.holds(login.secret) for login in logins[:3])
        assert sorted(item.secret.decode() for item in home.items()) == sorted(
            login.secret for login in logins)


def settle(table, outcomes, points):
    killed = [outcome for outcome in outcomes if outcome[0]]
    assert len(killed) >= points * 9 // 10
    table.settle("kills of a move", len(killed), [fault for *_, fault in outcomes if fault])
    assert any(over for _, over, _ in killed), "no kill left anything over"


@each_way
def test_killed_at_any_call(target, prefix, tmp_path, table, full):
    def points_of(calls):
        start = next(index for index, call in enumerate(calls) if call.name == "socketpair")
        writing = next(index for index, call in enumerate(calls) if call.name == "renameat2")
        # Where the new generation takes the place of the old one, each call matters.
        return calls if full else [*every(calls[start:writing], 5, False),
                                   *calls[writing:writing + 4],
                                   *every(calls[writing + 4:], 5, False)]

    outcomes = sweep(target, FEW, points_of, prefix, tmp_path)
    settle(table, outcomes, 13)


@each_way
def test_killed_in_either_batch(target, prefix, tmp_path, table, full):
    """More than go with one write of the catalogue: the first fifty may have moved alone."""
    def points_of(calls):
        exchanges = [index for index, call in enumerate(calls) if call.name == "renameat2"]
        assert len(exchanges) == 2, "it is not moved in two batches"
        chosen = [exchanges[0] + 4, exchanges[1] - 40, exchanges[1] + 30]
        return every(calls, 40, False) if full else [calls[index] for index in chosen]

    outcomes = sweep(target, BATCHES, points_of, prefix, tmp_path)
    settle(table, outcomes, 3)


@pytest.mark.parametrize("words", [["store", "fsck", "--repair", "--yes"],
                                   ["move", "--to", "file"]], ids=["fsck", "move"])
def test_a_keyring_that_is_in_use_no_more_is_cleared_as_well(words, prefix, tmp_path):
    with keyring_home(tmp_path / "home", prefix) as home:
        stocked(home, THREE, "file")
        home.env["KEYFOB_STORE"] = "file"
        # The catalogue names the new copies by then, and the old ones are still there.
        renamed = Call("renameat", 1, "")
        killed = move(home, "file", renamed.injection("signal=SIGKILL", children=False))
        assert killed.code == -signal.SIGKILL
        assert {each.store for each in home.credentials()} == {FILE} and len(home.held()) == 3
        assert home.run("keyfob", *words).code == 0
        assert home.held() == set() and home.answers(THREE) == expected(THREE)
