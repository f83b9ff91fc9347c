"""The same administrator over each store."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from administrator import Administrator  # noqa: E402


@pytest.fixture(params=["file", "secret-service"])
def store(request):
    """The name of the store that secrets go to."""
    return request.param


@pytest.fixture
def admin(request, store):
    """An administrator whose secrets go to an empty store, open and ready."""
    administrator = Administrator(
        request.getfixturevalue("home" if store == "file" else "keyring"))
    yield administrator
    administrator.home.keyfob("lock")


@pytest.fixture
def kept(request, admin, store):
    """Everything that is kept, to be compared: files, and the keyring's items."""
    if store == "file":
        return lambda: (admin.files(), [])
    service = request.getfixturevalue("secret_service")
    return lambda: (admin.files(), service.items())
