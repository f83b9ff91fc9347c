"""An administrator with SSH keys of every kind, and a server to log in to."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from administrator import Administrator  # noqa: E402
from ssh_bench import SSHBench  # noqa: E402
from ssh_server import SSHServer, SSHUser  # noqa: E402


@pytest.fixture
def admin(home):
    return Administrator(home)


@pytest.fixture
def bench(tmp_path):
    """Makes keys by the real programs."""
    return SSHBench(tmp_path / "bench")


@pytest.fixture(scope="session")
def ssh_server(tmp_path_factory):
    with SSHServer(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def ssh_user(home, ssh_server):
    """Somebody with an agent of their own, who logs in to the server."""
    with SSHUser(home, ssh_server) as user:
        yield user


@pytest.fixture
def add_key(admin, bench):
    """Stores a key as `key`, as far as it is one: an answer."""

    def add(content, passphrase=None, name="key", run=admin.does):
        given = bench.write("given", content)
        line = f"keyfob add {name} --kind ssh-key --field privateKey=@{given}"
        if passphrase is not None:
            line += f" --field passphrase=@{bench.write('passphrase', passphrase)}"
        return run(line)

    return add
