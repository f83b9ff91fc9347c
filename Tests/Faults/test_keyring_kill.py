"""SIGKILL of a program, or of keyfob-keyring beside it, at system calls of a change of what the
keyring keeps: the old or the new state answers, and what is left over is found and removed."""

import signal
import time

import pytest

from fault_home import CREDENTIALS, DOCKER, Login, expected
from fault_keyring import AT_ONCE, CHANGES, CLIENTS, EDIT, KEPT, KINDS, every, keyring_home
from fault_launch import spread
from fault_trace import Call, calls_in
from Support.processes import required
from Support.scripted_prefix import scripted_prefix

LATER = Login(DOCKER, "later.example.com", "later", "canary of later")
POINTS, POINTS_OF_KEYRING = 4, 4


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_the_program_killed_at_any_call(change, prefix, tmp_path, table, full):
    points = calls_of_the_program(change, prefix, tmp_path, full)

    def killed(home, call):
        reply = change.run(home, call.injection("signal=SIGKILL", children=False))
        return reply.code == -signal.SIGKILL

    sweep(change, points, killed, check, prefix, tmp_path, table)


@pytest.mark.parametrize("change", [EDIT, CLIENTS["docker, new password"]],
                         ids=lambda change: change.name)
def test_repeated_before_anything_is_repaired(change, prefix, tmp_path, table, full):
    """The repetition makes the same version once more; only one of the two is the catalogue's."""
    points = calls_of_the_program(change, prefix, tmp_path, full)

    def killed(home, call):
        other = change._replace(stdin=change.stdin.replace(b"new canary", b"lost canary"))
        assert other.stdin != change.stdin
        reply = other.run(home, call.injection("signal=SIGKILL", children=False))
        return reply.code == -signal.SIGKILL

    def check_repetition(home, change):
        found = len(home.held())
        change.must(home)
        assert change.operation.answers(home) == change.operation.new
        home.repair()
        assert change.operation.answers(home) == change.operation.new
        return found > len(home.held())

    sweep(change, points, killed, check_repetition, prefix, tmp_path, table)


@pytest.fixture(scope="session")
def wrapped(prefix, tmp_path_factory):
    """The same programs, but keyfob-keyring starts behind the words in KEYRING_WRAPPER."""
    return scripted_prefix(
        prefix, tmp_path_factory.mktemp("wrapped"), "keyfob-keyring",
        'exec $KEYRING_WRAPPER "$0.real"')


@pytest.mark.parametrize("change", KINDS, ids=lambda change: change.name)
def test_keyfob_keyring_killed_at_any_call(change, wrapped, tmp_path, table, full):
    points = every(calls_of_keyring(change, wrapped, tmp_path), POINTS_OF_KEYRING, full)
    refused = []

    def killed(home, call):
        home.env["KEYRING_WRAPPER"] = " ".join(tracing("/dev/null") + [
            "-e", f"trace={call.name}", "-e",
            f"inject={call.name}:signal=SIGKILL:when={call.occurrence}"])
        reply = change.run(home)
        home.env["KEYRING_WRAPPER"] = ""
        home.wait_until_alone()
        assert reply.code in (0, 1, 4), reply
        told = reply.err if change.words[0] != DOCKER or reply.code == 0 else reply.out
        answers, operation = change.operation.answers(home), change.operation
        if reply.code != 0:
            assert told.startswith(b"keyfob: ") and told.count(b"\n") == 1, reply
            assert answers == operation.old, "it failed, but something was changed"
            refused.append(call)
            return True
        assert answers == operation.new, "it did not fail, but it is not as it should be"
        # It cannot know of a removal whose confirmation it did not live to pass on.
        is_told = KEPT.partition(b"%s")[0] in told
        assert is_told or home.is_tidy(), reply
        return is_told

    sweep(change, points, killed, check, wrapped, tmp_path, table, is_certain=False)
    assert refused, "none of the kills got in the way"


def tracing(log):
    """With the tracer as a grandchild, so that the program is still the child of whoever starts
    it."""
    return [required("strace"), "-D", "-f", "-qq", "-o", str(log)]


def calls_of_the_program(change, prefix, folder, full):
    """Most of them from where it turns to the keyring; it turns there for every change."""
    with keyring_home(folder / "counted", prefix, change.operation.before) as home:
        calls = calls_in(lambda wrapper: change.run(home, wrapper), folder / "log", children=False)
        assert change.operation.answers(home) == change.operation.new
        assert home.is_tidy()
    if full:
        return calls
    names = [call.name for call in calls]
    start, exchange = names.index("socketpair"), names.index("renameat2")
    # What is new is kept and not yet named; then it is, and what is obsolete is still there.
    chosen = [calls[exchange], calls[exchange + 1]]
    chosen += every(calls[:start], 1, False) + every(calls[start:], POINTS, False)
    return list(dict.fromkeys(chosen))


def calls_of_keyring(change, wrapped, folder):
    """The calls after its start, each as the n-th of its thread: so does strace count."""
    log = folder / "keyring.log"
    with keyring_home(folder / "counted", wrapped, change.operation.before) as home:
        home.env["KEYRING_WRAPPER"] = " ".join(tracing(log))
        change.must(home)
        deadline = time.monotonic() + 10
        while "exit_group(" not in log.read_text(errors="replace"):
            assert time.monotonic() < deadline, "the tracer does not end"
            time.sleep(0.01)
    seen, calls = {}, {}
    has_started = False
    for line in log.read_text(errors="replace").splitlines():
        thread, _, rest = line.partition(" ")
        name, is_call, text = rest.strip().partition("(")
        if not is_call or not name.isidentifier():
            continue
        seen[thread, name] = seen.get((thread, name), 0) + 1
        has_started = has_started or name == "prctl"
        if has_started and name not in ("execve", "exit_group"):
            calls.setdefault((name, seen[thread, name]), text)
    assert len(calls) > 50
    return [Call(name, number, text) for (name, number), text in calls.items()]


def sweep(change, points, killed, check, prefix, folder, table, is_certain=True):
    """Kills at each of the points and checks what is left; `check` says if there were orphans.
    Unless it is certain, whether a point is met, and what is over then, is a matter of chance."""

    def work(number, points):
        outcomes = []
        root = folder / f"home-{number}"
        with keyring_home(root, prefix, change.operation.before) as home:
            home.env["KEYRING_WRAPPER"] = ""
            before = home.snapshot()
            for call in points:
                home.restore(before)
                try:
                    if not killed(home, call):
                        outcomes.append((False, False, ""))
                        continue
                    home.wait_until_alone()
                    outcomes.append((True, check(home, change), ""))
                except AssertionError as failure:
                    outcomes.append((True, False, f"{change.name}, {call}: {failure}"))
        return outcomes

    outcomes = spread(work, points, AT_ONCE)
    kills = [outcome for outcome in outcomes if outcome[0]]
    # How often a program asks for memory depends on where the kernel has put it.
    assert not is_certain or len(kills) >= len(points) - 2 - len(points) // 10
    table.settle("kills beside a keyring", len(kills), [fault for *_, fault in kills if fault])
    # The control: without the repair there are some.
    assert not is_certain or any(orphans for _, orphans, _ in kills), "no kill left anything over"


def check(home, change):
    """The whole rule for one kill; whether it left orphans."""
    operation = change.operation
    assert operation.answers(home) in (operation.old, operation.new)
    found = 0
    # Without a catalogue nobody can say what is left over, so the first store comes first.
    if home.read(CREDENTIALS):
        found += home.repair()
        assert operation.answers(home) in (operation.old, operation.new)
    if change.words[1] != "remove" or operation.answers(home) == operation.old:
        change.must(home)
    assert operation.answers(home) == operation.new
    home.change(LATER, "store")
    found += home.repair()
    assert operation.answers(home) == operation.new
    assert home.answers([LATER]) == expected([LATER])
    return found > 0
