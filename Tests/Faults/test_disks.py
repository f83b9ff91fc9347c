"""Real file systems at their limits: one of a mebibyte, full, and one that cannot be written."""

import pytest

from fault_home import (
    ALICE, ANCHOR, BOB, CAROL, CREDENTIALS, DATA, DOCKER, KEY, PREVIOUS, THREE, FaultHome,
    Login, error_line, expected, stocked,
)
from fault_mounts import PrivateMounts
from fault_operations import DAVE, ERIN, OPERATIONS

MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def mounts():
    with PrivateMounts() as mounts:
        yield mounts


class MountedHome(FaultHome):
    """A home whose programs run where its mounts are, and whose files are read from there."""

    def __init__(self, root, prefix, mounts):
        super().__init__(root, prefix)
        self._mounts = mounts

    def run(self, *arguments, wrapper=(), **options):
        return super().run(*arguments, wrapper=[*self._mounts.wrapper, *wrapper], **options)

    def path(self, name):
        return self._mounts.folder(self.root) / name


def small_home(root, prefix, mounts):
    """A home on a file system of one mebibyte."""
    home = MountedHome(root, prefix, mounts)
    mounts.run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", home.root)
    return home


def large_login(number):
    return Login(DOCKER, f"r{number}.example.com", f"user-{number}", f"{number:060000}")


def test_a_small_disk_fills_up(prefix, mounts, tmp_path, table):
    """What was stored before stays, what did not fit is not there, and an erase makes room."""
    home, stored = small_home(tmp_path / "home", prefix, mounts), []
    for number in range(20):
        before = home.read(CREDENTIALS)
        reply = home.ask(large_login(number), "store")
        if reply.code:
            break
        stored.append(large_login(number))
    assert 3 <= len(stored) < 20, "a mebibyte was not filled"
    line = error_line(DOCKER, reply)
    assert b"ENOSPC" in line and str(home.root).encode() in line
    assert home.read(CREDENTIALS) == before
    assert home.answers([*stored, large_login(number)]) == expected(stored, large_login(number))
    home.opened()
    table.record("full disks")

    home.change(stored.pop(), "erase")
    home.change(large_login(number), "store")
    assert home.answers([*stored, large_login(number)]) == expected(
        [*stored, large_login(number)])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_no_room_at_all(operation, prefix, mounts, tmp_path, table):
    home = small_home(tmp_path / "home", prefix, mounts)
    for login in operation.before:
        home.change(login, "store")
    # An erase would use its room.
    home.write(PREVIOUS, None)
    before = [home.read(name) for name in (CREDENTIALS, KEY, ANCHOR)]
    filler = home.path("filler")
    with open(filler, "wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(bytes(4096))
    reply = home.ask(operation.login, operation.verb)
    line = error_line(operation.login.program, reply)
    assert line and b"ENOSPC" in line and str(home.root).encode() in line, reply
    assert [home.read(name) for name in (CREDENTIALS, KEY, ANCHOR)] == before
    assert operation.answers(home) == operation.old
    table.record("full disks")

    filler.unlink()
    home.change(operation.login, operation.verb)
    assert operation.answers(home) == operation.new


@pytest.fixture
def read_only(prefix, mounts, tmp_path):
    """A home with three logins, which inside the mounts cannot be written."""
    stocked(tmp_path / "made", prefix)
    home = MountedHome(tmp_path / "home", prefix, mounts)
    mounts.run("mount", "--bind", tmp_path / "made", home.root)
    mounts.run("mount", "-o", "remount,bind,ro", home.root)
    return home


def test_reading_needs_no_writing(read_only):
    assert read_only.answers(THREE) == expected(THREE)
    for login in THREE:
        assert read_only.ask(login, "get").err == b""
    listing = read_only.run(DOCKER, "list")
    assert (listing.code, listing.err) == (0, b"")
    assert ALICE.username.encode() in listing.out and BOB.username.encode() in listing.out


def test_reading_where_the_anchor_cannot_be_mended(prefix, mounts, tmp_path):
    """A copy of a home without its anchor, on a disk that cannot be written."""
    made = stocked(tmp_path / "made", prefix)
    made.write(ANCHOR, None)
    home = MountedHome(tmp_path / "home", prefix, mounts)
    mounts.run("mount", "--bind", made.root, home.root)
    mounts.run("mount", "-o", "remount,bind,ro", home.root)
    assert home.answers(THREE) == expected(THREE)
    assert home.read(ANCHOR) is None


@pytest.mark.parametrize(
    "login, verb", [(DAVE, "store"), (ERIN, "store"), (ALICE, "erase"), (CAROL, "erase")],
    ids=["docker, store", "git, store", "docker, erase", "git, erase"])
def test_changing_fails_and_says_where(login, verb, read_only, table):
    before = read_only.read(CREDENTIALS)
    reply = read_only.ask(login, verb)
    line = error_line(login.program, reply)
    assert line and b"EROFS" in line, reply
    assert f"{read_only.root}/{DATA}".encode() in line
    assert read_only.read(CREDENTIALS) == before
    assert read_only.answers(THREE) == expected(THREE)
    table.record("read-only homes")


def test_changing_nothing_needs_no_writing(read_only):
    """git stores what it was just given, after every success."""
    for login in THREE:
        read_only.change(login, "store")
    read_only.change(DAVE, "erase")
