"""An administrator with a private home, and terminals to sit at."""

import sys
from pathlib import Path

import pexpect
import pytest

from administrator import Administrator

# The independent reader of the sealed file, and the tools that kill a program where it stands.
sys.path += [str(Path(__file__).parents[1] / name) for name in ("Format", "Faults")]


@pytest.fixture
def admin(home):
    administrator = Administrator(home)
    yield administrator
    # No key may stay in the kernel's keyring, which all tests of a user share.
    home.keyfob("lock")


@pytest.fixture
def terminal(home):
    """Runs a shell's command line on a terminal of its own."""
    opened = []

    def open_terminal(line, columns=100):
        child = pexpect.spawn(
            "/bin/sh", ["-c", line], env=home.env, cwd=str(home.path), encoding="utf-8",
            timeout=10, dimensions=(24, columns))
        # The wait before sending is for programs that are slow to turn the echo off; ours has.
        child.delaybeforesend = None
        opened.append(child)
        return child

    yield open_terminal
    for child in opened:
        child.close(force=True)
