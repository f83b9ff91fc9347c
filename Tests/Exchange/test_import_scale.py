"""A hundred thousand credentials imported in one step: killed at any point, the store is what it was
or has all of them, and done again nothing changes."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from Support import Account

sys.path.append(str(Path(__file__).parents[1] / "Faults"))

from fault_trace import CHANGING, calls_in  # noqa: E402

MANY, LONG, SOME, FEW = 100_000, 30_000, 5_000, 60
POINTS = 20
#: A build with all checks on, on a busy machine.
PATIENCE = 300
BEFORE = Account("before", "1")
LATER = Account("later", "2")


@pytest.fixture(scope="module")
def full():
    """Whether everything is to be tried, not a sample."""
    return bool(os.environ.get("KEYFOB_TESTS_FULL"))


def table(count):
    lines = ["name,kind,username,bindings,password"]
    lines += [f"c{index},password,u{index},git:https://h{index}.example.com,token-{index:030}"
              for index in range(count)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def source(home):
    """Writes a table of so many credentials and returns its path."""

    def write(count):
        path = home.root / f"{count}.csv"
        path.write_text(table(count))
        path.chmod(0o600)
        return path

    return write


@pytest.fixture
def used(admin):
    """A store with a login in it."""
    admin.docker_store("before.io", BEFORE)
    return admin


def start(home, path, *wrapper, **streams):
    streams = streams or {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [*wrapper, home.program("keyfob"), "import", "--from", "csv", path, "--yes"],
        env=home.env, cwd=home.path, **streams)


def complete(home, path):
    """Imports to the end: seconds, and what was said by the way."""
    began = time.monotonic()
    with start(home, path) as running:
        told = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 0, told
    return time.monotonic() - began, told


def generation(home):
    """How many times the store was written."""
    answer = home.keyfob("status", "--json", timeout=PATIENCE)
    return json.loads(answer.out)["generation"]


def count(home):
    """How many credentials there are."""
    return len(json.loads(home.keyfob("list", "--json", timeout=PATIENCE).out))


class Sweep:
    """A store as it is before an import, and what kills leave of it."""

    def __init__(self, admin, size):
        self.admin, self.home, self.size = admin, admin.home, size
        self.before = self.home.credentials.read_bytes()
        self.names = admin.names()
        self.finished = 0

    def check(self):
        """Nothing is there but what was before, or everything is, and then all is put back."""
        assert self.admin.docker_get("before.io") == BEFORE
        if self.home.credentials.read_bytes() == self.before:
            return
        self.finished += 1
        assert count(self.home) == len(self.names) + self.size
        self.put_back()

    def put_back(self):
        """A user's copy of the folders, brought back."""
        self.home.credentials.write_bytes(self.before)
        anchor = self.home.path / ".local/state/keyfob/anchor"
        anchor.unlink(missing_ok=True)
        assert self.home.keyfob("list").code == 0

    def still_works(self):
        """What a kill leaves is in nobody's way."""
        self.admin.docker_store("later.io", LATER)
        assert self.admin.docker_get("later.io") == LATER
        assert set(self.admin.names()) == {*self.names, "later.io-later"}
        self.admin.does("keyfob remove --yes later.io-later")
        self.before = self.home.credentials.read_bytes()


def killed_after(home, path, seconds):
    with start(home, path) as running:
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.kill()
        running.wait()
    return running.returncode == -signal.SIGKILL


def sweep(used, path, size, points):
    home, found = used.home, Sweep(used, size)
    whole = complete(home, path)[0]
    found.put_back()
    kills = 0
    for number in range(points):
        kills += killed_after(home, path, whole * (number + 0.5) / points)
        found.check()
    # The last ones may come when it is done.
    assert kills >= points * 2 // 3
    found.still_works()
    complete(home, path)
    assert count(home) == size + len(found.names)
    before, at = home.credentials.read_bytes(), generation(home)
    told = complete(home, path)[1]
    assert told == b"keyfob: there was nothing new to import\n"
    assert (home.credentials.read_bytes(), generation(home)) == (before, at)


def test_killed_at_twenty_points(used, source):
    sweep(used, source(SOME), SOME, POINTS)


def test_a_hundred_thousand_killed(used, source, full):
    sweep(used, source(MANY), MANY, POINTS if full else 3)


def test_killed_at_every_write(used, source, full):
    """By the number of the call, so that the few around the exchange are met for certain."""
    path, home, found = source(FEW), used.home, Sweep(used, FEW)

    def imported(wrapper):
        return home.run(*wrapper, home.program("keyfob"), "import", "--from", "csv", path)

    calls = calls_in(imported, home.root / "log", children=False)
    found.put_back()
    exchange = next(index for index, call in enumerate(calls) if call.name == "renameat2")
    near = [call for index, call in enumerate(calls)
            if abs(index - exchange) < 12 and call.name != "mmap"]
    points = [call for call in calls[:exchange] if call.name in CHANGING] + near
    points = list(dict.fromkeys(points))
    if not full:
        points = random.Random(0).sample(points, min(len(points), 24))
        points += [calls[exchange], calls[exchange + 1]]
    for call in points:
        answer = imported(call.injection("signal=SIGKILL", children=False))
        assert answer.code == -signal.SIGKILL, (call, answer)
        found.check()
    # The control: after the exchange all of it is there.
    assert found.finished > 0
    found.still_works()


def test_logins_that_come_meanwhile_wait_and_are_kept(used, source):
    home, stored = used.home, []
    with start(home, source(LONG)) as running:
        while running.poll() is None:
            login = Account(f"m{len(stored)}", "pw")
            request = {"ServerURL": f"m{len(stored)}.io", "Username": login.username,
                       "Secret": login.password}
            answer = home.docker("store", json.dumps(request), timeout=PATIENCE)
            assert answer == (0, b"", b"")
            stored.append(login)
        assert running.returncode == 0, running.stderr.read()
    assert stored
    assert count(home) == 1 + LONG + len(stored)
    for index in (0, len(stored) - 1):
        assert used.docker_get(f"m{index}.io") == stored[index]
    assert used.git_get(f"h{LONG - 1}.example.com").username == f"u{LONG - 1}"


def test_a_terminal_is_shown_how_far_it_is(home, source):
    path, program = source(MANY), home.program("keyfob")
    child = pexpect.spawn(
        str(program), ["import", "--from", "csv", str(path), "--yes"], env=home.env,
        encoding="utf-8", timeout=PATIENCE, dimensions=(24, 120))
    child.expect(r"\r(planning|storing) (\d+)% \[#*-*\] (\d+) of 100000, \d+/s, \d+ s left")
    percent, done = int(child.match[2]), int(child.match[3])
    assert percent == done * 100 // MANY
    child.expect_exact("keyfob: imported 100000 credentials")
    # Each line of the bar was wiped before anything else was said.
    shown = re.split(r"[\r\n]", child.before)
    assert [line for line in shown if line.strip()][-1].startswith("storing")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_a_narrow_terminal_gets_what_fits(home, source):
    child = pexpect.spawn(
        str(home.program("keyfob")), ["import", "--from", "csv", str(source(MANY)), "--yes"],
        env=home.env, encoding="utf-8", timeout=PATIENCE, dimensions=(24, 24))
    child.expect(r"\r(planning|storing) \d+% *\r")
    assert all(len(line) < 24 for line in child.before.split("\r")[1:])
    child.close(force=True)


def test_no_terminal_is_shown_nothing_but_the_end(home, source):
    assert complete(home, source(SOME))[1] == b"keyfob: imported 5000 credentials\n"


def test_a_full_disk_leaves_nothing(used, source):
    path, home, found = source(SOME), used.home, Sweep(used, SOME)
    line = f"trap '' XFSZ; ulimit -f 500; exec keyfob import --from csv {path}"
    answer = home.run("/bin/sh", "-c", line, timeout=PATIENCE)
    assert answer.code == 1 and b"EFBIG" in answer.err, answer
    assert home.credentials.read_bytes() == found.before
    assert not home.credentials.with_name(home.credentials.name + ".new").exists()
    found.still_works()
    complete(home, path)
    assert count(home) == SOME + 1
