"""The file `events`: what did not come to pass is not in it, and it has an end."""

import os

import pytest

from fault_home import ALICE, STATE, THREE, expected, stocked
from fault_trace import calls_of

EVENTS = f"{STATE}/events"
#: No line is longer.
LINE = 1000
MEBIBYTE = 1 << 20


@pytest.fixture
def home(prefix, tmp_path):
    return stocked(tmp_path / "home", prefix)


def removals(home):
    return home.read(EVENTS).count(b" removed ")


def test_an_erase_that_fails_is_no_removal(home, tmp_path):
    before = home.snapshot()
    flushes = [call for call in calls_of(home, ALICE, "erase", tmp_path / "log")
               if call.name == "fsync"]
    assert removals(home) == 1, "the control: an erase that is made is told"
    failed = 0
    for call in flushes:
        home.restore(before)
        reply = home.ask(ALICE, "erase", wrapper=call.injection("error=EIO"))
        if reply.code:
            failed += 1
            assert home.answers(THREE) == expected(THREE)
            assert removals(home) == 0, (call, home.read(EVENTS))
        else:
            assert home.answers(THREE) == expected(THREE[1:], ALICE)
            assert removals(home) == 1
    assert failed, "no flush of the file or of its folder failed"


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o666])
def test_a_long_one_never_grows(mode, home):
    length = 3 * MEBIBYTE
    home.write(EVENTS, b"x" * (length - 1) + b"\n")
    home.path(EVENTS).chmod(mode)
    for secret in ("one", "two"):
        home.change(ALICE._replace(secret=secret), "store")
    assert home.path(EVENTS).stat().st_size <= length
    if mode == 0o600:
        assert home.path(EVENTS).stat().st_size <= 2 * LINE
        assert os.stat(home.path(f"{EVENTS}.1")).st_size == length


def test_a_short_one_does(home):
    before = home.path(EVENTS).stat().st_size
    home.change(ALICE._replace(secret="one"), "store")
    assert before < home.path(EVENTS).stat().st_size <= before + LINE
