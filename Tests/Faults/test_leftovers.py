"""A removal that is killed after the new file is in place: the file before it is still there, and
holds what was to go. The same command again ends that, though it finds nothing to remove."""

import json
import re
import signal

import pytest

from fault_home import ALICE, NEW, FaultHome, expected
from fault_trace import Call
from Support.processes import required

SECRET = "canary of ci"
REMOVE = ("remove", "ci", "--yes")
NAMES = ["ci", "registry.example.com-alice"]
_LINE = re.compile(r"^\d+ +(\w+)\((.*)$", re.MULTILINE)


@pytest.fixture
def home(prefix, tmp_path):
    home = FaultHome(tmp_path / "home", prefix)
    home.change(ALICE, "store")
    added = home.run(
        "keyfob", "add", "ci", "--username", "bot", "--bind", "registry:r.io", "--stdin",
        stdin=SECRET.encode())
    assert added.code == 0 and home.holds(SECRET), added
    assert names(home) == NAMES
    return home


def removal_of_the_old_file(home, log):
    """The first file that a removal unlinks after the exchange. Puts the home back."""
    before = home.snapshot()
    wrapper = [required("strace"), "-f", "-qq", "-o", str(log)]
    assert home.run("keyfob", *REMOVE, wrapper=wrapper).code == 0
    assert not home.holds(SECRET), "the control: a removal that is not killed leaves nothing"
    home.restore(before)
    calls = _LINE.findall(log.read_text(errors="replace"))
    unlinked, is_exchanged = 0, False
    for name, text in calls:
        is_exchanged = is_exchanged or name == "renameat2"
        unlinked += name == "unlinkat"
        if is_exchanged and name == "unlinkat":
            return Call(name, unlinked, text)
    raise AssertionError("nothing is unlinked after the exchange")


@pytest.fixture
def killed(home, tmp_path):
    """A home in which the removal got no further than the exchange."""
    call = removal_of_the_old_file(home, tmp_path / "log")
    reply = home.run("keyfob", *REMOVE, wrapper=call.injection("signal=SIGKILL"))
    assert reply.code == -signal.SIGKILL, reply
    assert names(home) == [name for name in NAMES if name != "ci"]
    assert home.read(NEW) is not None and home.holds(SECRET)
    return home


def names(home):
    return [each["name"] for each in json.loads(home.run("keyfob", "list", "--json").out)]


def is_told(home):
    """Whether the check tells of the file."""
    reply = home.run("keyfob", "store", "fsck")
    return str(home.path(NEW)).encode() in reply.out + reply.err


def test_the_same_removal_again_leaves_the_secret_nowhere(killed):
    again = killed.run("keyfob", *REMOVE)
    assert again.code == 3, again
    assert killed.read(NEW) is None
    assert not killed.holds(SECRET)
    assert killed.answers([ALICE]) == expected([ALICE])


def test_the_check_tells_of_it_until_a_change_removes_it(killed):
    assert is_told(killed)
    killed.change(ALICE._replace(secret="another canary"), "store")
    assert not is_told(killed)
    assert not killed.holds(SECRET)


def test_without_one_the_check_has_nothing_to_tell(home):
    """The control: neither before a removal nor after one that was not killed."""
    assert not is_told(home)
    assert home.run("keyfob", *REMOVE).code == 0
    assert not is_told(home) and names(home) == NAMES[1:]
    assert home.run("keyfob", "store", "fsck").code == 0
