"""An administrator whose logins are in other programs still."""

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from administrator import Administrator  # noqa: E402
from imports import Imports  # noqa: E402


@pytest.fixture
def admin(home):
    return Administrator(home)


@pytest.fixture
def imports(home, admin):
    return Imports(home, admin)


@pytest.fixture
def write(home):
    """Writes a file under the home that only its owner can use, and returns its path."""

    def written(name, content, mode=0o600):
        path = home.path / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content, indent="\t")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    return written


@pytest.fixture
def program(home):
    """Puts a shell script of that name on PATH; it writes down its arguments in `NAME.calls`."""

    def write_program(name, script):
        path = home.recorders / name
        path.write_text(f'#!/bin/sh\necho "$*" >> "$0.calls"\n{script}\n')
        path.chmod(0o700)
        return path

    return write_program
