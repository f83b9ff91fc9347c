"""A user whose clients have a past, and the command that sets them up."""

import json
from pathlib import Path

import pytest

from Support import Spy


@pytest.fixture
def setup(home):
    """Runs `keyfob setup`; it must succeed unless another code is expected."""

    def run(*args, code=0, **options):
        answer = home.keyfob("setup", *args, **options)
        assert answer.code == code, answer
        return answer

    return run


@pytest.fixture
def report(setup):
    """Runs `keyfob setup --json` and returns what it prints."""
    return lambda *args, **options: json.loads(setup(*args, "--json", **options).out)


@pytest.fixture
def files(home):
    """Every file and folder of the user as it is now, but for setup's own lock."""

    def look():
        return {
            str(path.relative_to(home.path)): (
                path.lstat().st_mode, str(path.readlink()) if path.is_symlink()
                else path.read_bytes() if path.is_file() else None)
            for path in sorted(home.path.rglob("*"))
            if path.name != "lock"
        }

    return look


@pytest.fixture
def spy(home):
    return Spy(home)


@pytest.fixture
def registry_user(home, registry):
    """A home whose registry clients trust the registry."""
    home.env.update(registry.environment)
    return home


@pytest.fixture
def program(home):
    """Puts a script of that name on PATH."""

    def write(name, script):
        path = home.recorders / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        return path

    return write


@pytest.fixture
def bare_path(tmp_path):
    """A PATH with nothing on it but the named programs."""

    def make(*programs):
        folder = tmp_path / "bare"
        folder.mkdir()
        for path in programs:
            (folder / Path(path).name).symlink_to(path)
        return str(folder)

    return make
