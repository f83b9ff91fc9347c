"""A program in the background of a test, ended with it."""

import os
import signal
import subprocess

from .processes import required


class Child:
    """A program in a session of its own. What it writes goes to `log`."""

    def __init__(self, argv, *, env, log, input=None, stdout=None, cwd=None):
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                [required(argv[0]), *argv[1:]], env=env, cwd=cwd, start_new_session=True,
                stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
                stdout=stdout or output, stderr=output)
        #: Where it writes, when `stdout` was a pipe.
        self.stdout = self._process.stdout
        if input is not None:
            self._process.stdin.write(input)
            self._process.stdin.close()

    @property
    def pid(self):
        return self._process.pid

    def is_running(self):
        return self._process.poll() is None

    def suspend(self):
        self._signal(signal.SIGSTOP)

    def resume(self):
        self._signal(signal.SIGCONT)

    def kill(self):
        """Ends it at once, whatever it is doing, and what it started."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._close()

    def stop(self):
        """Ends it gently at first, and what it started."""
        self.resume()
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()
        self._close()

    def _signal(self, number):
        if self.is_running():
            os.killpg(self.pid, number)

    def _close(self):
        if self.stdout:
            self.stdout.close()
