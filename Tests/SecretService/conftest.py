"""A user who keeps one credential in the keyring, and the states the keyring can get into."""

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from Support import FakeSecretService  # noqa: E402
from administrator import Administrator  # noqa: E402
from scene import Scene  # noqa: E402


# A second service beside gnome-keyring is for the full tier.
collect_ignore = [] if os.environ.get("KEYFOB_TESTS_FULL") else ["test_keepassxc.py"]


@pytest.fixture
def admin(keyring):
    """An administrator whose secrets go to an empty and unlocked gnome-keyring."""
    return Administrator(keyring)


@pytest.fixture
def scene(admin, bus, secret_service):
    """One credential in gnome-keyring."""
    return Scene(admin, bus, secret_service)


@pytest.fixture
def fake_scene(home, bus):
    """One credential in a Secret Service that can be told to misbehave."""
    home.env["KEYFOB_STORE"] = "secret-service"
    with FakeSecretService(bus) as service:
        yield Scene(Administrator(home), bus, service)
