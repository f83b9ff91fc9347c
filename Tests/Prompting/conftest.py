"""Fixtures of the suite that asks people: `keyfob-prompt`, with and without a terminal."""

import shlex
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from Support import login_messages

DRIVER = Path(login_messages.__file__)


class Prompt:
    """`keyfob-prompt` as its callers start it."""

    def __init__(self, home, terminal):
        self._terminal = terminal
        self.home = home
        self.program = home.prefix / "libexec/keyfob/keyfob-prompt"
        self._request = home.root / "request"
        self._reply = home.root / "reply"
        #: What it wrote to standard error when it was asked without a terminal.
        self.errors = ""
        # Git's own rules decide here what may be asked.
        del home.env["GIT_TERMINAL_PROMPT"]
        home.env["TERM"] = "xterm"

    def line(self, host, path="", **request):
        """The command line that asks; the answer is for `reply`."""
        self._request.write_bytes(login_messages.request(host, path, **request))
        self._reply.unlink(missing_ok=True)
        return shlex.join([sys.executable, "-B", str(DRIVER), str(self.program),
                           str(self._request), str(self._reply)])

    def on_terminal(self, host, path="", *, then="", env=None, before="", columns=200, **request):
        """Asks on a terminal of its own."""
        self.home.env.update(env or {})
        return self._terminal(before + self.line(host, path, **request) + then, columns=columns)

    def reply(self, child=None):
        """What it answered, once the program on the terminal is through."""
        if child is not None:
            child.expect(pexpect.EOF)
        return login_messages.reply(self._reply.read_bytes())

    def without_terminal(self, host, path="", *, env=None, cwd=None, **request):
        """Asks where there is no terminal."""
        merged = {**self.home.env, **(env or {})}
        with open(self.home.root / "errors", "w+b") as errors:
            data = login_messages.ask(
                self.program, login_messages.request(host, path, **request), stderr=errors,
                env={name: value for name, value in merged.items() if value is not None},
                cwd=cwd or self.home.path, start_new_session=True)
            errors.seek(0)
            self.errors = errors.read().decode()
        return login_messages.reply(data)


@pytest.fixture
def prompt(home, terminal):
    return Prompt(home, terminal)


@pytest.fixture
def askpass(tmp_path):
    """Writes a program that answers git's questions, and notes them."""
    def write(username, password, name="askpass", more=""):
        script = tmp_path / name
        script.write_text(
            "#!/bin/sh\n"
            f"printf '%s\\0' \"$1\" >> {shlex.quote(str(script))}.asked\n{more}\n"
            f'case "$1" in Username*) printf {shlex.quote(username)} ;;\n'
            f"*) printf {shlex.quote(password)} ;; esac\n")
        script.chmod(0o700)
        return script

    return write
