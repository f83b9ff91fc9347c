"""Administrators with signing keys, machines with keys of their own, and bundles between them."""

import os
import sys
from pathlib import Path

import pexpect
import pytest

# The administrator of a home, another system's Format reader, and how programs are killed.
sys.path += [str(Path(__file__).parents[1] / name) for name in ("Command", "Faults", "Format")]

from seed_homes import SeedAdmin, SeedMachine  # noqa: E402


@pytest.fixture(scope="session")
def full():
    """Whether everything is to be tried, not a sample."""
    return bool(os.environ.get("KEYFOB_TESTS_FULL"))


@pytest.fixture
def make_machine(tmp_path, prefix):
    """Makes a machine with a key of its own that trusts the signers it is given."""

    def made(name, *admins):
        machine = SeedMachine(tmp_path / name, prefix)
        for admin in admins:
            machine.trust(admin)
        return machine

    return made


@pytest.fixture
def make_admin(tmp_path, prefix):
    return lambda name: SeedAdmin(tmp_path / name, prefix)


@pytest.fixture
def alice(make_admin):
    """An administrator who keeps a login for a registry and one for git."""
    admin = make_admin("alice")
    admin.add("ghcr", "bot", "canary of ghcr", "registry:ghcr.io")
    admin.add("forge", "bot", "canary of forge", "git:forge.example.com")
    return admin


@pytest.fixture
def machine(make_machine, alice):
    """A machine that trusts alice."""
    return make_machine("machine", alice)


@pytest.fixture
def terminal():
    """Runs a command of somebody's on a terminal of its own."""
    opened = []

    def open_terminal(admin, *words):
        home = admin.home
        child = pexpect.spawn(
            str(home.program("keyfob")), list(words), env=home.env, cwd=str(home.path),
            encoding="utf-8", timeout=20, dimensions=(24, 200))
        child.delaybeforesend = None
        opened.append(child)
        return child

    yield open_terminal
    for child in opened:
        child.close(force=True)
