"""A code host for each test, and a user whose git asks the helper about it."""

import os

import pytest

from oauth_user import OAuthUser


@pytest.fixture
def host(code_hosts):
    return code_hosts()


@pytest.fixture
def user(home, host):
    """Somebody for whom Keyfob is registered as a client at the host; nobody is asked."""
    home.configure(host.configuration())
    return OAuthUser(home, host)


@pytest.fixture
def full():
    """Whether the exhaustive tier runs."""
    return bool(os.environ.get("KEYFOB_TESTS_FULL"))
