"""Many processes at once, all started before the first is waited for."""

import os
import select
import signal
import time
from pathlib import Path
from typing import NamedTuple


class Member(NamedTuple):
    """How one of them ended; a negative code is the signal that ended it."""

    code: int
    out: bytes
    err: bytes


class Crowd:
    """So many processes that run the same program on the same input."""

    def __init__(self, argv, count, *, env, input, folder):
        folder.mkdir()
        self._folder = folder
        (folder / "in").write_bytes(input)
        self._began = time.monotonic()
        self.pids = [self._start(argv, env, number) for number in range(count)]

    def _start(self, argv, env, number):
        create = os.O_WRONLY | os.O_CREAT
        return os.posix_spawn(
            str(argv[0]), [str(part) for part in argv], env,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, str(self._folder / "in"), os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self._folder / f"{number}.out"), create, 0o600),
                (os.POSIX_SPAWN_OPEN, 2, str(self._folder / f"{number}.err"), create, 0o600)],
            # Python ignores these two, and what is ignored stays so in a new program.
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])

    def wait(self, seconds=60):
        """Waits for all of them: how each ended, and what time went by since they were started.
        Those who are not at their end after `seconds` are killed."""
        end = time.monotonic() + seconds
        codes = [self._code(pid, end) for pid in self.pids]
        took = time.monotonic() - self._began
        return [Member(code, self._read(number, "out"), self._read(number, "err"))
                for number, code in enumerate(codes)], took

    @staticmethod
    def _code(pid, end):
        process = os.pidfd_open(pid)
        try:
            if not select.select([process], [], [], max(end - time.monotonic(), 0))[0]:
                os.kill(pid, signal.SIGKILL)
        finally:
            os.close(process)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _read(self, number, stream):
        return (self._folder / f"{number}.{stream}").read_bytes()

    def children(self, name):
        """Those whom members have started and who are called so: their pids, each with its
        parent's."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue  # It ended meanwhile.
            called, rest = stat.split("(", 1)[1].rsplit(")", 1)
            parent = int(rest.split()[1])
            if parent in self.pids and called == name[:15]:
                found.append((int(folder.name), parent))
        return found
