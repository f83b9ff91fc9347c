"""keyfob-mint for a user who trusts the tests' certificate, and a second authorization server."""

from pathlib import Path

import pytest
from mint_program import MintProgram

from Support.processes import Daemon, free_port
from Support.stand_ins import stand_in_python


@pytest.fixture
def mint(prefix, home, certificate):
    """The program under test."""
    home.env.update(certificate.environment())
    return MintProgram(prefix, home.env)


@pytest.fixture(scope="session")
def authlib_server(tmp_path_factory):
    """The URL of an authorization server that somebody else wrote."""
    port = free_port()
    server = Daemon(
        [str(stand_in_python()), "-B", str(Path(__file__).with_name("authorization_server.py")),
         str(port)],
        port=port, log=tmp_path_factory.mktemp("authlib") / "log")
    yield f"http://127.0.0.1:{port}"
    server.stop()
