"""A login that comes while a long import runs."""

import subprocess
import time

from Support import Account


def test_does_not_wait_for_its_end(home, admin, write, secret_service):
    home.env["KEYFOB_STORE"] = "secret-service"
    write(".git-credentials", "".join(
        f"https://u{index:03}:s{index}@x.io\n" for index in range(300)))
    with subprocess.Popen(
            [home.program("keyfob"), "import", "--from", "git-store"], env=home.env,
            cwd=home.path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        assert running.stderr.readline() == b"keyfob: imported 50 of 300\n"
        start = time.monotonic()
        while running.poll() is None and time.monotonic() < start + 0.05:
            time.sleep(0.005)
        admin.docker_store("y.io", Account("b", "1"))
        # It did not wait for the end: there are batches left to do.
        assert running.poll() is None
        told = running.stderr.read().splitlines()
    assert told[-1] == b"keyfob: imported 300 credentials"
    assert len(admin.names()) == 301
