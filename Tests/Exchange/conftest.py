"""An administrator with credentials to move, and empty stores to move them into."""

import sys
from pathlib import Path

import pytest

from Support import ScratchHome

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from administrator import Administrator  # noqa: E402
from exchange import Exchange  # noqa: E402


@pytest.fixture
def admin(home):
    return Administrator(home)


@pytest.fixture
def exchange(admin):
    return Exchange(admin)


@pytest.fixture
def elsewhere(tmp_path, prefix):
    """Makes another user without a past: an empty store to import into."""
    made = []

    def make():
        root = tmp_path / f"elsewhere{len(made)}"
        root.mkdir(mode=0o700)
        made.append(Exchange(Administrator(ScratchHome(root, prefix))))
        return made[-1]

    return make
