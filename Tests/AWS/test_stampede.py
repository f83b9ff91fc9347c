"""Many who want one token: it is fetched once, and everybody gets it."""

import os
import signal
import subprocess
import threading

import pytest

from Support.aws_behaviour import delayed, error, hanging
from Support.aws_moto import ACCOUNT, ECR_HOST
from Support.ecr_user import TOKEN, ECRUser
from Support.processes import required

OTHER = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
LATENCY = 1


class Gate:
    """Holds up a server's answers until it is opened."""

    def __init__(self):
        self._open = threading.Event()

    def __call__(self, exchange):
        self._open.wait(30)
        return exchange.proceed()

    def open(self):
        self._open.set()


class CountedUser(ECRUser):
    """One whose every start of keyfob-mint is written down."""

    def __init__(self, home, aws):
        super().__init__(home, aws)
        self._starts = home.root / "mint-starts"
        home.env["MINT_STARTS"] = str(self._starts)

    def starts(self):
        """How often keyfob-mint was started."""
        return len(self._starts.read_text().splitlines()) if self._starts.exists() else 0


@pytest.fixture
def user(home, counting, fake_aws):
    home.prefix = counting
    return CountedUser(home, fake_aws)


class TestAnExpiredToken:
    @pytest.mark.parametrize("count", [100, 1000])
    def test_is_fetched_once_for_all(self, user, count):
        user.grow_old(1.5)
        user.aws.on(TOKEN, delayed(LATENCY))
        members, took = user.crowd(count).wait()
        assert set(members) == {(0, user.answer(2), b"")}
        assert (user.calls, user.starts()) == (2, 2)
        print(f"{count} at once: {took:.2f} s, the token took {LATENCY} s")

    def test_is_fetched_anew_where_the_leader_is_killed(self, user):
        user.grow_old(1.5)
        user.aws.on(TOKEN, delayed(LATENCY))
        crowd = user.crowd(100)
        user.wait_for_calls(2)
        ((_, leader),) = crowd.children("keyfob-mint.real")
        os.kill(leader, signal.SIGKILL)
        members, _ = crowd.wait()
        killed = members.pop(crowd.pids.index(leader))
        assert killed == (-signal.SIGKILL, b"", b"")
        assert set(members) <= {
            (0, user.answer(2), b""), (0, user.answer(3), b"")}
        assert user.calls <= 3

    def test_is_fetched_anew_where_the_one_who_fetches_is_killed(self, user):
        user.grow_old(1.5)
        user.aws.on(TOKEN, delayed(LATENCY))
        crowd = user.crowd(100)
        user.wait_for_calls(2)
        ((mint, _),) = crowd.children("keyfob-mint.real")
        os.kill(mint, signal.SIGKILL)
        members, _ = crowd.wait()
        assert set(members) == {(0, user.answer(3), b"")}
        assert user.calls == 3

    def test_is_not_fetched_again_by_who_comes_a_moment_late(self, user):
        """Who has found nothing in the cache, and gets the lock just when the leader is done."""
        user.grow_old(1.5)
        log = user.home.root / "strace.log"
        late = user.crowd(1, within=[
            required("strace"), "-qq", "-o", log, "-e", "trace=openat,fcntl", "-e",
            "inject=fcntl:delay_enter=1000000"])
        user.wait_for(lambda: log.exists() and "tokens.keyfob.minting" in log.read_text())
        assert user.has(2)
        assert late.wait()[0] == [(0, user.answer(2), b"")]
        assert user.calls == 2

    def test_is_not_waited_for_without_end(self, user):
        """Not even where whoever asks has blocked the signal that ends the wait."""
        user.home.configure("[aws]\n\ttimeout = 1\n")
        user.grow_old(1.5)
        with user.cache.minting():
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
            try:
                code, out, err = user.get()
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        assert (code, err) == (1, b"") and b"another process is still fetching" in out, out
        assert user.has(2)

    def test_that_cannot_be_had_is_an_error_for_all_in_time(self, user):
        user.home.configure("[aws]\n\ttimeout = 2\n")
        user.grow_old(1.5)
        user.aws.on(TOKEN, hanging)
        members, took = user.crowd(100).wait()
        print(f"100 at once, and no answer in 2 s: {took:.2f} s")
        assert {(each.code, each.err) for each in members} == {(1, b"")}
        for line in {each.out for each in members}:
            assert line.startswith(b"keyfob: ") and line.count(b"\n") == 1, line
            assert f"{user.aws.host} did not answer".encode() in line, line
        # Whoever came late and found the failure already there may have tried again.
        assert 2 <= user.calls <= 5
        user.aws.on(TOKEN, None)
        user.aws.forget()
        assert user.has(1), "a failure is no reason not to try again"

    def test_that_is_refused_is_an_error_for_all(self, user):
        user.grow_old(1.5)
        gate = Gate()
        refuse = error("AccessDeniedException")
        user.aws.on(TOKEN, lambda exchange: gate(exchange) and refuse(exchange))
        crowd = user.crowd(30)
        user.wait_for_calls(2)
        user.wait_for(lambda: _waiting(crowd.pids) == 29)
        gate.open()
        members, _ = crowd.wait()
        ((code, line, err),) = set(members)
        assert (code, line.count(b"\n"), err) == (1, 1, b"")
        assert b"AccessDeniedException" in line
        assert user.calls == 2

    def test_of_one_registry_does_not_keep_another_waiting(self, user):
        gate = Gate()
        user.aws.on(TOKEN, lambda exchange: (
            gate(exchange) if b"eu-west-1" in _scope(exchange) else exchange.proceed()))
        waiting = user.crowd(1)
        user.wait_for_calls(1)
        assert user.has(2, OTHER)
        gate.open()
        ((code, out, _),), _ = waiting.wait()
        assert (code, out.count(b"token-")) == (0, 1)


class TestATokenPastHalfItsLife:
    def test_is_given_out_at_once_and_replaced_by_one_process(self, user):
        user.grow_old(0.6)
        gate = Gate()
        user.aws.on(TOKEN, gate)
        assert user.has(1)
        user.wait_for_calls(2)
        # While the next one is on its way, nobody else goes for it.
        for _ in range(10):
            assert user.has(1)
        assert (user.calls, user.starts()) == (2, 2)
        gate.open()
        user.wait_for(lambda: user.cache.entry().token == user.token(2))
        assert user.has(2)
        assert (user.calls, user.starts()) == (2, 2)

    def test_is_fetched_once_for_many(self, user):
        user.grow_old(0.6)
        user.aws.on(TOKEN, delayed(LATENCY))
        members, _ = user.crowd(100).wait()
        assert set(members) <= {
            (0, user.answer(1), b""), (0, user.answer(2), b"")}
        user.wait_for(lambda: user.cache.entry().token == user.token(2))
        assert user.has(2)
        assert (user.calls, user.starts()) == (2, 2)

    def test_keeps_nothing_open_of_whoever_asked(self, user):
        """A lock or a pipe of a script must not wait for it."""
        user.grow_old(0.6)
        user.aws.on(TOKEN, delayed(LATENCY))
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        answer = subprocess.run(
            [user.home.program("docker-credential-keyfob"), "get"], input=ECR_HOST.encode(),
            env=user.home.env, capture_output=True, pass_fds=[writer])
        os.close(writer)
        assert answer.stdout == user.answer(1)
        assert os.read(reader, 1) == b"", "nobody holds the other end any more"
        os.close(reader)
        assert user.cache.entry().token == user.token(1), "it is still being fetched"
        user.wait_for(lambda: user.cache.entry().token == user.token(2))

    def test_younger_than_that_is_left_alone(self, user):
        user.grow_old(0.4)
        for _ in range(10):
            assert user.has(1)
        assert (user.calls, user.starts()) == (1, 1)

    @pytest.mark.parametrize("fault", [
        error("AccessDeniedException"), error("ExpiredTokenException"), lambda exchange: None])
    def test_that_cannot_be_replaced_is_not_asked_for_each_time(self, user, fault):
        user.home.configure("[aws]\n\ttimeout = 2\n")
        user.grow_old(0.6)
        user.aws.on(TOKEN, fault)
        assert user.has(1)
        user.wait_for(lambda: user.cache.entry().failure)
        calls = user.calls
        for _ in range(20):
            assert user.has(1)
        assert (user.calls, user.starts()) == (calls, 2)
        # Five minutes later it is time to try again.
        user.aws.on(TOKEN, None)
        user.cache.rewrite(lambda entry: entry.shifted(-301))
        assert user.has(1)
        user.wait_for(lambda: user.cache.entry().failure is None)
        assert user.has(calls + 1)
        assert user.starts() == 3

    def test_is_left_alone_where_its_credentials_are_gone(self, user):
        aws, home = user.aws, user.home
        home.configure("[aws]\n\tmetadata = always\n\ttimeout = 2\n")
        for name in aws.key.environment:
            del home.env[name]
        home.env.update(AWS_EC2_METADATA_DISABLED="false",
                        AWS_EC2_METADATA_SERVICE_ENDPOINT=aws.url)
        before = user.get().out
        assert b"token-1-of-ASIA" in before
        user.cache.age(0.6)
        aws.imds_role = None
        assert user.get().out == before
        user.wait_for(lambda: aws.count("imds:ListRoles") >= 2)
        user.wait_for(lambda: user.cache.entry().failure)
        for _ in range(20):
            assert user.get().out == before
        assert user.starts() == 2


class TestAReadOnlyState:
    @pytest.fixture
    def read_only(self, user):
        """The same user, in a place where the state folder cannot be written to."""
        flags = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
        state = user.cache.path.parent
        script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'

        def get():
            assert state.is_dir()
            return user.home.run(
                required("unshare"), *flags, "--propagation", "private", "sh", "-c", script, "sh",
                state, user.home.program("docker-credential-keyfob"), "get", input=ECR_HOST)

        return get

    def test_is_as_good_as_none(self, user, read_only):
        user.cache.path.parent.mkdir(mode=0o700, parents=True)
        for number in (1, 2):
            assert read_only() == (0, user.answer(number), b"")
        assert list(user.cache.path.parent.iterdir()) == []
        # The control: where it can be written to, the second answer is the first.
        assert user.has(3) and user.has(3)

    def test_keeps_serving_what_it_holds_as_long_as_it_is_good(self, user, read_only):
        assert user.has(1)
        assert read_only() == (0, user.answer(1), b"")
        user.cache.age(1.5)
        for number in (2, 3):
            assert read_only() == (0, user.answer(number), b"")

    def test_starts_no_process_that_could_keep_nothing(self, user, read_only):
        user.grow_old(0.6)
        for _ in range(5):
            assert read_only() == (0, user.answer(1), b"")
        assert user.starts() == 1
        # The control: where it can be written to, one is started.
        assert user.has(1)
        user.wait_for(lambda: user.starts() == 2)


def _scope(exchange):
    return exchange.request.headers["Authorization"].encode()


def _waiting(pids):
    """How many of them wait for a lock."""
    found = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/syscall") as file:
                found += file.read().split()[0] == "72"
        except OSError:
            pass
    return found
