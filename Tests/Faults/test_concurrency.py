"""Many helpers at once: every login is kept, and a reader sees a whole file at any moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

from fault_home import (
    ALICE, CREDENTIALS, DOCKER, GIT, THREE, FaultHome, Login, expected, stocked, verdict,
)

WRITERS = 200
READERS = 2


def logins():
    """Half of them docker's, half git's; each at a host of its own."""
    return [
        Login(DOCKER, f"r{number}.example.com", f"user-{number}", f"canary {number}")
        if number % 2 else
        Login(GIT, f"https://g{number}.example.com", f"user-{number}", f"canary {number}")
        for number in range(WRITERS)
    ]


def all_at_once(work, items):
    """Runs `work` on every item, each in a thread that waits until all are there."""
    items = list(items)
    start = threading.Barrier(len(items))

    def run(item):
        start.wait()
        return work(item)

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(run, items))


class Reader(threading.Thread):
    """Asks for the same logins again and again; remembers whatever is not the right answer."""

    def __init__(self, home, watched):
        super().__init__()
        self._home, self._watched = home, watched
        self._over = threading.Event()
        self.count, self.faults = 0, []

    def run(self):
        while not self._over.is_set():
            for login in self._watched:
                reply = self._home.ask(login, "get")
                found = verdict(login.program, reply)
                self.count += 1
                if found != (login.username, login.secret) or reply.err:
                    self.faults.append((login[:2], reply))

    def stop(self):
        self._over.set()
        self.join()


def test_from_an_empty_home(prefix, tmp_path, table):
    """They all find no store, and one of them makes it."""
    home = FaultHome(tmp_path / "home", prefix)
    made = logins()
    replies = all_at_once(lambda login: home.ask(login, "store", seconds=60), made)
    faults = [reply for reply in replies if reply[:3] != (0, b"", b"")]
    check_all_are_kept(home, made)
    table.settle("concurrent stores", WRITERS, faults)


def test_beside_readers(prefix, tmp_path, table):
    home = stocked(tmp_path / "home", prefix)
    readers = [Reader(home, THREE) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    made = logins()
    try:
        replies = all_at_once(lambda login: home.ask(login, "store", seconds=60), made)
    finally:
        for reader in readers:
            reader.stop()
    check_all_are_kept(home, [*THREE, *made])
    table.settle("concurrent stores", WRITERS,
                 [reply for reply in replies if reply[:3] != (0, b"", b"")])
    table.settle("reads meanwhile", sum(reader.count for reader in readers),
                 [fault for reader in readers for fault in reader.faults])


def check_all_are_kept(home, made):
    assert home.answers(made) == expected(made)
    assert len(home.opened().check()) == len(made)


def test_one_login_changed_by_all(prefix, tmp_path, table):
    """The last one wins whole; the others are not left beside it."""
    home = stocked(tmp_path / "home", prefix)
    changes = [ALICE._replace(secret=f"canary {number}") for number in range(50)]
    replies = all_at_once(lambda login: home.ask(login, "store", seconds=60), changes)
    assert home.get(ALICE) in [(ALICE.username, login.secret) for login in changes]
    assert len(home.opened().check()) == len(THREE)
    table.settle("concurrent stores", len(changes),
                 [reply for reply in replies if reply[:3] != (0, b"", b"")])


def test_stores_and_erases(prefix, tmp_path, table):
    """Every second login is erased while others are stored; the untouched ones are kept."""
    gone = logins()[:40]
    home = stocked(tmp_path / "home", prefix, (*THREE, *gone))
    new = logins()[40:80]
    work = [(login, "erase") for login in gone] + [(login, "store") for login in new]
    replies = all_at_once(lambda item: home.ask(*item, seconds=60), work)
    assert home.answers([*THREE, *new, *gone]) == expected([*THREE, *new], *gone)
    assert len(home.opened().check()) == len(THREE) + len(new)
    assert not {login.secret.encode() for login in gone} & set(home.secrets())
    table.settle("concurrent changes", len(work),
                 [reply for reply in replies if reply[:3] != (0, b"", b"")])


def test_a_torn_file_would_be_seen(prefix, tmp_path):
    """The control of the reader above."""
    home = stocked(tmp_path / "home", prefix)
    content = home.read(CREDENTIALS)
    reader = Reader(home, [ALICE])
    reader.start()
    try:
        home.write(CREDENTIALS, content[:2000])
        while not reader.faults:
            pass
    finally:
        reader.stop()
    home.write(CREDENTIALS, content)
    assert home.get(ALICE) == (ALICE.username, ALICE.secret)
