"""What a user of the clients has at hand: servers that the clients trust, and a recorder."""

import json

import pytest

from Support import Spy


@pytest.fixture(autouse=True, params=["file", "secret-service"])
def kept_in(request):
    """What clients are told does not depend on where their logins rest."""
    if request.param == "secret-service":
        request.getfixturevalue("keyring")
    return request.param


@pytest.fixture
def registry_user(home, registry):
    """A home whose registry clients trust the registry."""
    home.env.update(registry.environment)
    return home


@pytest.fixture
def git_user(home, git_server):
    """A home whose git trusts the server and asks the helper."""
    home.env.update(git_server.environment)
    settings = {
        "credential.helper": "keyfob", "init.defaultBranch": "main",
        "user.name": "A User", "user.email": "user@example.com",
    }
    for name, value in settings.items():
        assert home.run("git", "config", "--global", name, value).code == 0
    return home


@pytest.fixture
def spy(home):
    return Spy(home)


@pytest.fixture
def stored(home):
    """Asks the docker helper what it holds for a server: (user name, secret), or None."""

    def look(server, program="docker-credential-keyfob"):
        answer = home.docker("get", server, program)
        if answer.code == 0:
            reply = json.loads(answer.out)
            return reply["Username"], reply["Secret"]
        assert answer.out == b"credentials not found in native keychain\n"
        return None

    return look
