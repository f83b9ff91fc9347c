"""Fixtures that every suite shares: a private home for each test, servers once for all of them."""

import os
import signal
from pathlib import Path

import pexpect
import pytest

from Support import (
    Certificate, CodeHost, GitServer, MessageBus, Registry, ScratchHome, SecretService,
)

# Where a shell runs the tests in the background, they ignore Ctrl-C, and so would what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture
def terminal(home):
    """Runs a shell's command line on a terminal of its own."""
    opened = []

    def open_terminal(line, columns=100):
        child = pexpect.spawn(
            "/bin/sh", ["-c", line], env=home.env, cwd=str(home.path), encoding="utf-8",
            timeout=10, dimensions=(24, columns))
        # The wait before sending is for programs that are slow to turn the echo off; ours has.
        child.delaybeforesend = None
        opened.append(child)
        return child

    yield open_terminal
    for child in opened:
        child.close(force=True)


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


@pytest.fixture
def code_hosts(tmp_path, certificate):
    """Makes git hosts, each of a provider's kind, that live as long as the test."""
    made = []

    def make(provider="gitea"):
        made.append(CodeHost(tmp_path / f"code-host-{len(made)}", certificate, provider))
        return made[-1]

    yield make
    for host in made:
        host.stop()


@pytest.fixture
def bus(home):
    """A message bus for this user's session, on which nothing runs yet."""
    with MessageBus(home.env) as session_bus:
        home.env["DBUS_SESSION_BUS_ADDRESS"] = session_bus.address
        yield session_bus


@pytest.fixture
def secret_service(bus):
    """gnome-keyring on the session's bus, with its keyring empty and unlocked."""
    service = SecretService(bus)
    try:
        service.start()
        yield service
    finally:
        # A bus that hangs would not say that the service is gone.
        bus.resume()
        service.stop()


@pytest.fixture
def keyring(home, secret_service):
    """A user without a past, who keeps secrets in an empty and unlocked keyring."""
    home.env["KEYFOB_STORE"] = "secret-service"
    return home
