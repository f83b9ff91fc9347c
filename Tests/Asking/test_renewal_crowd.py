"""Many who want one OAuth login whose token has ended: it is renewed once, for all of them."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from Support.attributes import decode

sys.path.append(str(Path(__file__).parents[1] / "Faults"))

from fault_mounts import PrivateMounts  # noqa: E402
from fault_trace import calls_in, is_changing  # noqa: E402

CROWD = 50


def wait_for(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.005)


class Gate:
    """Holds up the token endpoint until it is opened."""

    def __init__(self, host):
        self.waiting = 0
        self._open = threading.Event()
        host.tamper = self._tamper

    def _tamper(self, endpoint, request, reply):
        if endpoint == "token":
            self.waiting += 1
            self._open.wait(30)
        return reply

    def open(self):
        self._open.set()


def test_an_ended_token_is_renewed_once_for_all(user, host):
    user.seed(user.grant())
    gate = Gate(host)
    crowd = user.crowd(CROWD)
    wait_for(lambda: gate.waiting)
    gate.open()
    members, _ = crowd.wait()
    assert {(each.code, each.err) for each in members} == {(0, b"")}
    (answer,) = {each.out for each in members}
    assert user.refreshes == 1
    stored = user.the_login()
    assert decode(answer)["password"] == stored.secret and host.book.live(stored.secret)
    assert set(host.oauth.refresh_tokens) == {stored.refresh}


def test_a_refusal_is_shared(user, host):
    user.seed(user.grant())
    host.oauth.kill_refresh_tokens()
    gate = Gate(host)
    crowd = user.crowd(CROWD)
    wait_for(lambda: gate.waiting)
    gate.open()
    members, _ = crowd.wait()
    assert {(each.code, each.out) for each in members} == {(1, b"")}
    (line,) = {each.err for each in members}
    assert line.count(b"\n") == 1 and b"keyfob login" in line
    assert user.refreshes == 1


def test_a_silent_server_is_not_asked_by_each_in_turn(user, host):
    login = user.grant()
    user.seed(login)
    host.tamper = lambda endpoint, request, reply: None if endpoint == "token" else reply
    members, _ = user.crowd(CROWD).wait()
    assert {(each.code, each.out) for each in members} == {(1, b"")}
    # Who came after the failure asks anew; who waited for it does not.
    assert user.refreshes < CROWD / 2
    assert user.the_login().refresh == login.refresh


def test_the_next_one_asks_where_the_leader_is_killed_while_it_waits(user, host):
    user.seed(user.grant())
    host.oauth.rotates = False
    gate = Gate(host)
    crowd = user.crowd(CROWD)
    wait_for(lambda: gate.waiting)
    ((_, leader),) = crowd.children("keyfob-mint")
    os.kill(leader, signal.SIGKILL)
    wait_for(lambda: gate.waiting == 2)
    gate.open()
    members, _ = crowd.wait()
    killed = members.pop(crowd.pids.index(leader))
    assert killed == (-signal.SIGKILL, b"", b"")
    assert {(each.code, each.err) for each in members} == {(0, b"")}
    (answer,) = {each.out for each in members}
    assert decode(answer)["password"] == user.the_login().secret


@pytest.fixture
def hangups():
    """Under nohup(1) the tests ignore them, and so would what they start."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def test_ctrl_c_between_answer_and_store_waits_for_the_store(user, host, tmp_path, hangups):
    user.seed(user.grant())
    log = tmp_path / "log"
    # The first call after the answer: its socket is closed.
    calls = calls_in(lambda strace: user.get(within=strace), log, children=False)
    index = next(number for number, call in enumerate(calls) if call.name == "wait4")
    for ending in ("INT", "TERM", "HUP", "QUIT"):
        user.seed(user.grant())
        answer = user.get(within=calls[index].injection(f"signal=SIG{ending}", children=False))
        stored = user.the_login()
        assert answer.code == -getattr(signal, f"SIG{ending}") and answer.out == b""
        assert host.book.live(stored.secret) and stored.refresh in host.oauth.refresh_tokens


def test_a_kill_anywhere_leaves_a_store_that_answers_or_says_to_log_in(
        user, home, host, tmp_path, full):
    """The old login or the new one; where the server had rotated the token and nobody could know,
    one line says to log in."""
    user.seed(user.grant())
    calls = calls_in(lambda strace: user.get(within=strace), tmp_path / "log", children=False)
    changing = [call for call in calls if is_changing(call) or call.name in ("recvfrom", "sendto")]
    points = changing if full else changing[::3] + changing[-1:]
    outcomes = {"renewed": 0, "to log in": 0}
    for call in points:
        login = user.grant()
        user.seed(login)
        killed = user.get(within=call.injection("signal=SIGKILL", children=False))
        assert killed.code == -signal.SIGKILL, call
        left = user.the_login()
        assert (left.secret, left.refresh) == (login.secret, login.refresh) or (
            host.book.live(left.secret) and left.refresh in host.oauth.refresh_tokens), call
        answer = user.get()
        if answer.code == 0:
            assert host.book.live(decode(answer.out)["password"]), call
            outcomes["renewed"] += 1
        else:
            assert answer.out == b"" and b"keyfob login" in answer.err, (call, answer)
            outcomes["to log in"] += 1
    # Both happen, or the kills are not where they should be.
    assert outcomes["renewed"] and outcomes["to log in"], outcomes


class TestAStoreThatTakesNoWrite:
    @pytest.fixture
    def mounts(self):
        with PrivateMounts() as mounts:
            yield mounts

    @pytest.fixture
    def login(self, user):
        login = user.grant()
        user.seed(login)
        return login

    def check(self, user, login, mounts, word):
        line = user.refusal(within=mounts.wrapper)
        assert "it is not renewed since the new one could not be stored" in line and word in line
        assert user.refreshes == 0
        # The control: the same, where it can be written.
        assert "password" in user.answer()
        assert user.refreshes == 1

    def test_because_the_home_is_read_only(self, user, home, mounts, login):
        mounts.run("mount", "--bind", home.path, home.path)
        mounts.run("mount", "-o", "remount,bind,ro", home.path)
        self.check(user, login, mounts, "Read-only file system")

    def test_because_the_disk_is_full(self, user, home, mounts, login, tmp_path):
        local = home.path / ".local"
        mounts.run("cp", "-a", local, tmp_path / "copy")
        mounts.run("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", local)
        mounts.run("sh", "-c", f"cp -a {tmp_path}/copy/. {local}; cat /dev/zero >{local}/filling;:")
        self.check(user, login, mounts, "No space left")

    def test_because_it_is_locked(self, user, home, host, login):
        locked = home.keyfob(
            "store", "rotate-key", "--lock-with", "passphrase", "--passphrase-stdin",
            input="a long passphrase\n")
        assert locked.code == 0, locked
        assert home.keyfob("lock").code == 0
        assert "keyfob unlock" in user.refusal()
        assert user.refreshes == 0 and login.refresh in host.oauth.refresh_tokens
