"""Fixtures that every suite shares: a private home for each test, servers once for all of them."""

import os
from pathlib import Path

import pytest

from Support import Certificate, GitServer, Registry, ScratchHome


@pytest.fixture(scope="session")
def prefix():
    """Where the programs under test are installed."""
    named = os.environ.get("KEYFOB_PREFIX")
    if not named:
        pytest.fail("KEYFOB_PREFIX must name the folder that the programs are installed in")
    folder = Path(named).resolve()
    for program in ("docker-credential-keyfob", "git-credential-keyfob"):
        if not os.access(folder / "bin" / program, os.X_OK):
            pytest.fail(f"{folder}/bin/{program} is not an executable file")
    return folder


@pytest.fixture
def home(tmp_path, prefix):
    """A user without a past."""
    return ScratchHome(tmp_path, prefix)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def registry(tmp_path_factory, certificate):
    with Registry(tmp_path_factory.mktemp("registry"), certificate) as server:
        yield server


@pytest.fixture(scope="session")
def git_server(certificate):
    with GitServer(certificate) as server:
        yield server
