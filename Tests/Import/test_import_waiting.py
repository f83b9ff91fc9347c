"""A login that comes while a long import runs."""

import subprocess
import time

import pytest

from Support import Account

COUNT = 100
SCHEMA = {"xdg:schema": "dev.keyfob.Credential"}


@pytest.fixture
def running(home, write, secret_service):
    """An import into the keyring, which takes its time for each secret."""
    home.env["KEYFOB_STORE"] = "secret-service"
    write(".git-credentials", "".join(
        f"https://u{index:03}:s{index}@x.io\n" for index in range(COUNT)))
    with subprocess.Popen(
            [home.program("keyfob"), "import", "--from", "git-store"], env=home.env,
            cwd=home.path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 20
        while len(secret_service.items(**SCHEMA)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        yield process
        process.kill()


def test_does_not_wait_for_its_end_and_is_kept(admin, running):
    admin.docker_store("y.io", Account("b", "1"))
    assert admin.docker_get("y.io") == Account("b", "1")
    assert running.poll() is None
    told = running.communicate(timeout=60)[1]
    assert told == b"keyfob: imported 100 credentials\n"
    assert len(admin.names()) == COUNT + 1
    assert admin.docker_get("y.io") == Account("b", "1")
