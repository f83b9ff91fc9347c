"""Starts a program with as little around it as possible: the sweeps start tens of thousands."""

import os
import select
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

#: Nothing a helper does may take longer, whatever is in its way.
PATIENCE = 2.0
WORKERS = 2 * (os.cpu_count() or 1)


class Reply(NamedTuple):
    """How a program ended; a negative code is the signal that ended it."""

    code: int
    out: bytes
    err: bytes
    seconds: float

    @property
    def is_late(self):
        return self.seconds > PATIENCE


def launch(argv, env, stdin=b"", seconds=10.0):
    """Runs a program to its end, or to SIGKILL after `seconds`. Memory files stand in for pipes."""
    streams = [os.memfd_create(name) for name in ("in", "out", "err")]
    try:
        os.write(streams[0], stdin)
        os.lseek(streams[0], 0, os.SEEK_SET)
        began = time.monotonic()
        pid = os.posix_spawn(
            argv[0], argv, env,
            file_actions=[(os.POSIX_SPAWN_DUP2, stream, number)
                          for number, stream in enumerate(streams)],
            # Python ignores these two, and what is ignored stays so in a new program.
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
        code = _wait(pid, seconds)
        took = time.monotonic() - began
        return Reply(code, _content(streams[1]), _content(streams[2]), took)
    finally:
        for stream in streams:
            os.close(stream)


def _wait(pid, seconds):
    process = os.pidfd_open(pid)
    try:
        if not select.select([process], [], [], seconds)[0]:
            os.kill(pid, signal.SIGKILL)
    finally:
        os.close(process)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _content(stream):
    return os.pread(stream, os.fstat(stream).st_size, 0)


def spread(work, items, workers=WORKERS):
    """`work(number_of_the_worker, its_items)` on all items at once; the results in one list."""
    items = list(items)
    with ThreadPoolExecutor(workers) as pool:
        shares = [pool.submit(work, number, items[number::workers]) for number in range(workers)]
        return [result for share in shares for result in share.result()]
