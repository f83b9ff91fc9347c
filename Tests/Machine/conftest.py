"""A machine with a store that root seeded, two members of its group, and somebody who is none."""

import os
import sys
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("Faults", "Format")]

from machine import BOT, Machine  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def as_root():
    if os.geteuid() != 0:
        pytest.skip("two users of one machine take root to make")


@pytest.fixture
def bare_machine(prefix):
    """A machine on which nobody made a store."""
    with Machine(prefix) as machine:
        yield machine


@pytest.fixture
def machine(bare_machine):
    """A machine whose store answers for a registry and for a git host."""
    bare_machine.does("keyfob init --system")
    bare_machine.does(
        f"keyfob add bot --system --username {BOT.username} --stdin --bind "
        "registry:registry.example.com --bind git:git.example.com", BOT.password)
    return bare_machine


@pytest.fixture
def ann(machine):
    return machine.user("ann", member=True)


@pytest.fixture
def ben(machine):
    return machine.user("ben", member=True)


@pytest.fixture
def otto(machine):
    """No member."""
    return machine.user("otto")
