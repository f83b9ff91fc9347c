"""An administrator with a private home."""

import sys
from pathlib import Path

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
