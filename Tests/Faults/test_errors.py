"""An error at any call of a change: the old file byte for byte and a line that names the errno, or
the whole new file and success."""

import itertools
import random
import time

import pytest

from fault_home import ANCHOR, CREDENTIALS, KEY, error_line
from fault_launch import Reply, spread
from fault_operations import OPERATIONS
from fault_trace import calls_of
from Support.processes import finish, required

ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EROFS", "EINTR")
TRIED_ON = ("write", "fsync", "renameat", "renameat2", "openat", "fallocate", "fchmod", "unlinkat",
            "mkdir", "flock", "pread64")
#: Of these, success would mean that bytes were believed to be written which were not.
NEEDED = ("write", "fsync", "fallocate")
DIFFERENT = "reads back differently"
SHARE = 3

each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: operation.name)


@each_operation
def test_an_error_at_any_call(operation, prefix, tmp_path, table, full):
    home = operation.home(tmp_path / "counted", prefix)
    # What is read from /proc concerns the start of the program alone.
    calls = [call for call in calls_of(home, operation.login, operation.verb, tmp_path / "log")
             if call.name in TRIED_ON and '"/proc/' not in call.text]
    points = list(itertools.product(calls, ERRORS))
    if not full:
        points = random.Random(len(points)).sample(points, len(points) // SHARE)
    points += [(call, error) for call in writing_of_the_file(calls) for error in ERRORS]

    def work(number, points):
        home = operation.home(tmp_path / f"home-{number}", prefix)
        before = home.snapshot()
        outcomes = []
        for call, error in dict.fromkeys(points):
            home.restore(before)
            outcomes.append(fault_of(home, operation, before, call, f"error={error}", error))
        return outcomes

    outcomes = spread(work, dict.fromkeys(points))
    refused = sum(code == 1 for code, _ in outcomes)
    assert refused >= 4 * len(ERRORS), "the errors did not reach the program"
    table.settle("errors", len(outcomes), [fault for _, fault in outcomes if fault])


def writing_of_the_file(calls):
    """The calls that reserve, write and flush the sealed file, which alone is that long. (Its name
    is not in the trace: without root, strace cannot read the memory of a helper.)"""
    lengths = [call.name == "fallocate" and int(call.text.partition(")")[0].split(", ")[3])
               for call in calls]
    rest = calls[next(index for index, length in enumerate(lengths) if length >= 4096):]
    return [next(call for call in rest if call.name == name) for name in NEEDED]


def fault_of(home, operation, before, call, fault, cause):
    """(exit code, what went wrong or '') of a run with a fault in it."""
    reply = home.ask(operation.login, operation.verb, wrapper=call.injection(fault))
    try:
        assert reply.code in (0, 1) and not reply.is_late, reply
        if reply.code == 1:
            check_refusal(home, operation, before, reply, cause)
        else:
            assert not reply.out and operation.answers(home) == operation.new, reply
        home.opened()
        home.change(operation.login, operation.verb)
        assert operation.answers(home) == operation.new
        if operation.verb == "erase":
            assert not home.holds(operation.login.secret)
        home.opened()
    except AssertionError as failure:
        return reply.code, f"{operation.name}, {fault} at {call}: {failure}\n  {reply}"
    return reply.code, ""


def check_refusal(home, operation, before, reply, cause):
    line = error_line(operation.login.program, reply)
    assert line and cause.encode() in line, f"the line does not say {cause}"
    places = (str(home.root), "/etc/keyfob/", "/var/lib/keyfob")
    assert any(place.encode() in line for place in places), "where?"
    assert home.read(CREDENTIALS) == before.get(CREDENTIALS), "the file is not the old one"
    assert home.read(ANCHOR) == before.get(ANCHOR)
    assert before.get(KEY) in (None, home.read(KEY))
    assert operation.answers(home) == operation.old


@each_operation
def test_a_write_that_wrote_less_than_it_said(operation, prefix, tmp_path, table):
    """What a failing disk under a network file system does: bytes it took are not there later."""
    home = operation.home(tmp_path / "home", prefix)
    before = home.snapshot()
    calls = [call for call in calls_of(home, operation.login, operation.verb, tmp_path / "log")
             if call.name == "write"]
    outcomes = []
    for call, count in itertools.product(calls, (1, 7, 32)):
        home.restore(before)
        outcomes.append(fault_of(home, operation, before, call, f"retval={count}", DIFFERENT))
    assert sum(code == 1 for code, _ in outcomes) >= 3, "the short writes went unnoticed"
    table.settle("lying writes", len(outcomes), [fault for _, fault in outcomes if fault])


@each_operation
def test_a_limit_on_the_size_of_files(operation, prefix, tmp_path, table):
    """RLIMIT_FSIZE, which also makes true short writes: the kernel takes what still fits."""
    home = operation.home(tmp_path / "home", prefix)
    before = home.snapshot()
    strace = [required("strace"), "-f", "-qq", "-o", "/dev/null", "-e", "trace=fallocate",
              "-e", "inject=fallocate:error=EOPNOTSUPP"]
    outcomes = []
    for size, unreserved in itertools.product((0, 1, 39, 40, 100, 4095), (False, True)):
        home.restore(before)
        wrapper = [required("prlimit"), f"--fsize={size}", *(strace if unreserved else ())]
        reply = through_pipes(home, operation, wrapper)
        try:
            assert reply.code == 1 and not reply.is_late, reply
            check_refusal(home, operation, before, reply, "EFBIG")
        except AssertionError as failure:
            outcomes.append(f"{operation.name}, {size} bytes: {failure}")
    table.settle("size limits", 12, outcomes)
    home.restore(before)
    wrapper = [required("prlimit"), f"--fsize={1 << 20}"]
    assert through_pipes(home, operation, wrapper).code == 0
    assert operation.answers(home) == operation.new


def through_pipes(home, operation, wrapper):
    """Runs the operation with pipes for streams: the limit holds for memory files as well."""
    began = time.monotonic()
    login = operation.login
    answer = finish(
        [*wrapper, home.program(login.program), operation.verb], env=home.env,
        input=login.request(operation.verb))
    return Reply(*answer, time.monotonic() - began)
