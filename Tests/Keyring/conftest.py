"""keyfob-keyring in the session of a user."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from keyring_program import KeyringProgram

from Support import Display, SecretService


@pytest.fixture
def start(prefix, home):
    """Starts the program under test; it ends with the test."""
    running = []

    def started(**how):
        running.append(KeyringProgram(prefix, home.env, **how))
        return running[-1]

    yield started
    for program in running:
        if program.process.returncode is None:
            program.close()


@pytest.fixture
def program(secret_service, start):
    """The program under test, with an unlocked and empty keyring."""
    return start()


@pytest.fixture
def never_unlocked(bus):
    """gnome-keyring without any keyring."""
    service = SecretService(bus)
    try:
        service.start(password=None)
        yield service
    finally:
        service.stop()


@pytest.fixture
def display(bus):
    """A screen for the keyring's windows."""
    with Display(bus) as screen:
        yield screen


@pytest.fixture
def foreign_bus():
    """The address of a bus that belongs to another user, and that anybody may use."""
    folder = Path(tempfile.mkdtemp(prefix="bus-", dir="/tmp"))
    folder.chmod(0o755)
    shutil.chown(folder, "nobody")
    (folder / "bus.conf").write_text(f"""\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
  </policy>
</busconfig>
""")
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address=1"],
        user="nobody", group="nogroup", extra_groups=[], env={"PATH": os.defpath},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with daemon:
        try:
            yield daemon.stdout.readline().decode().strip()
        finally:
            daemon.terminate()
    shutil.rmtree(folder)
