"""System calls of a helper, counted and then tampered with one at a time, by strace."""

import re
from pathlib import Path
from typing import NamedTuple

from Support.processes import required

_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)$")


class Call(NamedTuple):
    """One system call of a run: the `occurrence`-th of its name."""

    name: str
    occurrence: int
    #: What strace printed of its arguments and its result.
    text: str

    def injection(self, fault, children=True):
        """What to put in front of the program; without `children`, only it itself is traced."""
        return [*strace("/dev/null", children), "-e", f"trace={self.name}",
                "-e", f"inject={self.name}:{fault}:when={self.occurrence}"]

    def __str__(self):
        return f"{self.name} #{self.occurrence} ({self.text[:90]})"


def strace(log, children=True):
    return [required("strace"), *(["-f"] if children else []), "-qq", "-o", str(log)]


def calls_of(home, login, verb, log):
    """The calls of a run, in order."""
    return calls_in(lambda wrapper: home.ask(login, verb, wrapper=wrapper), log)


def calls_in(run, log, children=True):
    """The calls of what `run` starts behind the wrapper it is given, in order. `execve` is left
    out: before it there is no helper."""
    reply = run(strace(log, children))
    assert reply.code == 0, reply
    calls, seen = [], {}
    for line in Path(log).read_text(errors="replace").splitlines():
        found = _LINE.match(line)
        if found and found[1] != "execve":
            seen[found[1]] = seen.get(found[1], 0) + 1
            calls.append(Call(found[1], seen[found[1]], found[2]))
    return calls


#: Calls that change what is on the disk or who may.
CHANGING = {
    "write", "fsync", "fdatasync", "fallocate", "fchmod", "mkdir", "flock", "renameat",
    "renameat2", "unlinkat",
}


def is_changing(call):
    return call.name in CHANGING or "O_CREAT" in call.text
