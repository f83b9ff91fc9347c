"""Starting programs and daemons so that none outlives its test."""

import os
import shutil
import signal
import socket
import subprocess
import time
from typing import NamedTuple

import pytest

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


class Answer(NamedTuple):
    """What a finished program left behind."""

    code: int
    out: bytes
    err: bytes


def required(program):
    """The path of a system program; without it the test fails, it is not skipped."""
    path = shutil.which(program, path=SYSTEM_PATH)
    if path is None:
        pytest.fail(f"the program {program} is missing; install it", pytrace=False)
    return path


def finish(argv, *, env, input=b"", cwd=None, timeout=20):
    """Runs a program to its end; one that takes longer than `timeout` seconds fails the test.

    It gets a session of its own: no terminal to prompt on, and one group to end with all children.
    """
    process = subprocess.Popen(
        [os.fspath(part) for part in argv], env=env, cwd=cwd, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = process.communicate(input, timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        pytest.fail(f"{argv} took over {timeout} s\nstdout: {out!r}\nstderr: {err!r}")
    return Answer(process.returncode, out, err)


def prepare(argv, *, env=None, input=b"", cwd=None):
    """Runs a program that a fixture needs and returns its stdout; its failure fails the test."""
    argv = [required(argv[0]), *argv[1:]]
    environment = {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", **(env or {})}
    answer = finish(argv, env=environment, input=input, cwd=cwd)
    if answer.code != 0:
        pytest.fail(f"{argv} ended with {answer.code}: {answer.err.decode(errors='replace')}")
    return answer.out


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """A server in the foreground of its own session, up once its port answers."""

    def __init__(self, argv, *, port, log, user=None):
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                [required(argv[0]), *argv[1:]], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True, env={"PATH": SYSTEM_PATH, "LANG": "C.UTF-8"},
                **({"user": user, "group": user, "extra_groups": []} if user else {}))
        deadline = time.monotonic() + 10
        while not self._answers(port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"{argv[0]} did not start:\n{open(log, errors='replace').read()}")
            time.sleep(0.02)

    @staticmethod
    def _answers(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False

    def stop(self):
        """Ends exactly what was started, gently at first."""
        for ending in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self._process.pid, ending)
                try:
                    self._process.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    continue
