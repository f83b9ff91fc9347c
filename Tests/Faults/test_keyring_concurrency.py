"""Many programs at once over one keyring: every login is kept, and nothing is left over."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fault_home import ALICE, CAROL, DOCKER, GIT, THREE, Login, expected
from fault_keyring import AT_ONCE, every, keyring_home
from fault_launch import launch, spread
from fault_trace import calls_in
from sealed_layout import FILE, SECRET_SERVICE

WRITERS = 50
#: In microseconds: how long a program stands still.
STILL = 700_000
PATIENCE = 120


def logins(count, word):
    """Half of them docker's, half git's; each at a host of its own."""
    return [login for number in range(count) for login in (
        Login(DOCKER, f"{word}{number}.example.com", f"user-{number}", f"canary {number}"),
        Login(GIT, f"https://{word}-{number}.example.com", f"user-{number}", f"canary {number}"))]


def at_once(work, items):
    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(work, items))


def test_stores_moves_and_erases(prefix, tmp_path, table):
    """No order of them is the right one, but in each every login that is not erased is kept."""
    made, gone, kept = logins(WRITERS, "new"), logins(5, "gone"), (*THREE, *logins(3, "kept"))
    with keyring_home(tmp_path / "home", prefix, (*kept, *gone)) as home:
        work = [(login.program, "store", login.request("store")) for login in made]
        # Spread over the stores, so that some of them are in either store when a move comes.
        for place, target in zip((20, 45, 70, 95), ("file", "secret-service") * 2):
            work.insert(place, ("keyfob", f"move --to {target}", b""))
        for place, login in zip(range(5, 105, 10), gone):
            work.insert(place, (login.program, "erase", login.request("erase")))

        def run(item):
            program, words, stdin = item
            return home.run(program, *words.split(), stdin=stdin, seconds=PATIENCE)

        replies = at_once(run, work)
        faults = [(item[:2], reply) for item, reply in zip(work, replies)
                  if reply.code != 0 or reply.out or (reply.err and item[0] != "keyfob")]
        assert home.answers([*made, *kept, *gone]) == expected([*made, *kept], *gone)
        assert len(home.credentials()) == len(made) + len(kept)
        assert home.orphans() == set() and home.is_tidy()
        table.settle("concurrent changes beside a keyring", len(work), faults)
        # Where each of them ended is a matter of chance; what a last move makes of it is not.
        for target, store in (("file", FILE), ("secret-service", SECRET_SERVICE)):
            reply = home.run("keyfob", "move", "--to", target, seconds=PATIENCE)
            assert reply.code == 0, reply
            assert {each.store for each in home.credentials()} == {store} and home.is_tidy()
        assert home.answers([*made, *kept]) == expected([*made, *kept])


def test_one_login_changed_by_all(prefix, tmp_path, table):
    with keyring_home(tmp_path / "home", prefix, THREE) as home:
        changes = [ALICE._replace(secret=f"canary {number}") for number in range(20)]
        replies = at_once(lambda login: home.ask(login, "store", seconds=PATIENCE), changes)
        assert home.get(ALICE) in [(ALICE.username, login.secret) for login in changes]
        assert len(home.credentials()) == len(THREE) and home.is_tidy()
        table.settle("concurrent changes beside a keyring", len(changes),
                     [reply for reply in replies if reply[:3] != (0, b"", b"")])


@pytest.mark.parametrize("without", ["the late one", "the other"])
def test_two_first_stores(without, prefix, tmp_path, table, full):
    """One of them finds no bus, as over ssh, and one stands still on its way: what the first of
    them chose is the choice of both, though the other may not be able to follow it."""
    with keyring_home(tmp_path / "counted", prefix) as home:
        if without == "the late one":
            home.env = without_bus(home)
        calls = calls_in(lambda wrapper: home.ask(ALICE, "store", wrapper=wrapper),
                         tmp_path / "log", children=False)
    calls = [call for call in calls if call.name in ("connect", "flock", "renameat", "openat")
             and '"/proc/' not in call.text and '"/etc/' not in call.text]

    def work(number, calls):
        outcomes = []
        with keyring_home(tmp_path / f"home-{number}", prefix) as home:
            empty = home.snapshot()
            for call in calls:
                home.restore(empty)
                late, prompt = meeting(home, call, without)
                if late.seconds > STILL / 1_000_000:
                    fault = fault_of(home, {ALICE: late, CAROL: prompt})
                    outcomes.append(f"{call}: {fault}" if fault else None)
        return outcomes

    outcomes = spread(work, every(calls, 8, full), AT_ONCE)
    assert len(outcomes) >= 6, "a store looks for the store, locks it and writes it"
    table.settle("first stores that meet", len(outcomes), [each for each in outcomes if each])


def fault_of(home, replies):
    """What is wrong about these stores, of which one may not be able to go where it should."""
    stored = [login for login, reply in replies.items() if reply.code == 0]
    refused = [login for login in replies if login not in stored]
    stores = {each.store for each in home.credentials()}
    answers = home.answers(replies)
    well = stored and len(stores) == 1 and answers == expected(stored, *refused)
    return None if well else (stores, answers, replies)


def without_bus(home):
    return {name: value for name, value in home.env.items()
            if name not in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")}


def meeting(home, call, without):
    """Alice's store, which stands still at a call, and Carol's, which comes meanwhile."""
    late_env, other_env = home.env, without_bus(home)
    if without == "the late one":
        late_env, other_env = other_env, late_env
    replies = []
    thread = threading.Thread(target=lambda: replies.append(launch(
        [*call.injection(f"delay_enter={STILL}", children=False), home.program(ALICE.program),
         "store"], late_env, ALICE.request("store"), 30)))
    thread.start()
    time.sleep(STILL / 3_000_000)
    prompt = launch([home.program(CAROL.program), "store"], other_env, CAROL.request("store"), 30)
    thread.join()
    return replies[0], prompt
