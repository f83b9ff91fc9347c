"""SIGKILL while everything is sealed anew: the store opens, under the old keys or the new ones."""

import os
import random
import re
import shutil
import signal

import pytest

from fault_launch import launch, spread
from fault_trace import Call, is_changing
from administrator import Administrator
from sealed_file import open_store
from sealed_primitives import MAGIC, WrongKey
from Support import Account, ScratchHome
from Support.processes import required

BOT = Account("bot", "canary of the bot")
KEY = ".local/state/keyfob/key"
_LINE = re.compile(r"^\d+ +(\w+)\((.*)$")


class Home(Administrator):
    """A home that is put back to what it was before each kill."""

    def __init__(self, root, prefix):
        root.mkdir()
        super().__init__(ScratchHome(root, prefix))
        self.docker_store("r.io", BOT)
        self.before = self.files()

    def restore(self):
        shutil.rmtree(self.home.path / ".local")
        for name, content in self.before.items():
            path = self.home.path / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(content)

    def rotate(self, wrapper=()):
        argv = [*wrapper, str(self.home.program("keyfob")), "store", "rotate-key"]
        return launch(argv, self.home.env).code


def calls_of(home, log):
    """The system calls of a rotation, in order, from the first that keyfob itself makes."""
    assert home.rotate([required("strace"), "-f", "-qq", "-o", str(log)]) == 0
    calls, seen = [], {}
    for found in map(_LINE.match, log.read_text(errors="replace").splitlines()):
        if found and found[1] != "execve":
            seen[found[1]] = seen.get(found[1], 0) + 1
            calls.append(Call(found[1], seen[found[1]], found[2]))
    return calls


def sample(calls):
    chosen = {index + step for index, call in enumerate(calls) if is_changing(call)
              for step in (0, 1) if index + step < len(calls)}
    rest = [index for index in range(len(calls)) if index not in chosen]
    chosen |= set(random.Random(len(calls)).sample(rest, 8))
    return [calls[index] for index in sorted(chosen)]


def fault_of(home, call):
    """Kills a rotation there: None if it lived, what went wrong, or ''."""
    home.restore()
    code = home.rotate(call.injection("signal=SIGKILL"))
    if code != -signal.SIGKILL:
        return None
    try:
        assert home.docker_get("r.io") == BOT
        assert home.names() == ["r.io-bot"]
        assert home.json("keyfob store fsck") == {"ok": True, "problems": []}
        check_another_rotation(home)
    except AssertionError as failure:
        return f"{call}: {failure}"
    return ""


def check_another_rotation(home):
    """The next rotation works, and leaves the secret under no key that was ever in use."""
    earlier = [home.before[KEY], home.files()[KEY]]
    assert home.rotate() == 0
    assert home.docker_get("r.io") == BOT
    for name, content in home.files().items():
        if content.startswith(MAGIC):
            open_store(content, home.files()[KEY]).check()
            for key in earlier:
                with pytest.raises(WrongKey):
                    open_store(content, key)


def test_killed_at_sampled_calls(tmp_path, prefix):
    home = Home(tmp_path / "counted", prefix)
    calls = calls_of(home, tmp_path / "log")
    assert sum(call.name.startswith("rename") for call in calls) >= 3, "key, store and key again"
    points = calls if os.environ.get("KEYFOB_TESTS_FULL") else sample(calls)

    def work(number, points):
        home = Home(tmp_path / f"home-{number}", prefix)
        return [fault_of(home, call) for call in points]

    outcomes = spread(work, points, workers=os.cpu_count() or 1)
    faults = [each for each in outcomes if each]
    assert not faults, f"{len(faults)} of {len(outcomes)}:\n" + "\n".join(faults[:10])
    # How often a program asks for memory depends on where the kernel has put it.
    assert outcomes.count("") > 0.9 * len(points) > 20
