"""What holds for the setup of every client."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from Support import ScratchHome

CLIENTS = ["docker", "git", "podman", "helm"]
NOBODY = 65534


@pytest.mark.parametrize("client", CLIENTS)
def test_an_undo_with_nothing_to_do_needs_neither_client_nor_sound_configuration(
        setup, home, files, client, bare_path):
    for place in (".docker/config.json", ".config/helm/registry/config.json", ".gitconfig"):
        (home.path / place).parent.mkdir(parents=True, exist_ok=True)
        (home.path / place).write_text("[broken")
    home.configure("broken")
    before = files()
    answer = setup(client, "--undo", PATH=bare_path())
    assert answer.out == f"Nothing to undo for {client}.\n".encode()
    assert files() == before
    if client != "podman":
        setup(client, code=1)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_broken_record_is_named(setup, home, client):
    record = home.path / f".local/state/keyfob/setup/{client}.json"
    record.parent.mkdir(parents=True, mode=0o700)
    record.write_text('{"version": 9, "edits": []}')
    record.chmod(0o600)
    answer = setup(client, "--undo", code=1)
    assert str(record).encode() in answer.err and answer.err.count(b"\n") == 1

    record.unlink()
    setup(client, "--undo")


@pytest.fixture
def other_home(prefix):
    """A user's home that root runs in."""
    if os.geteuid() != 0:
        pytest.fail("run as root: what root does in a user's home is to be seen")
    root = Path(tempfile.mkdtemp(prefix="keyfob-"))
    root.chmod(0o755)
    home = ScratchHome(root, prefix)
    os.chown(home.path, NOBODY, NOBODY)
    yield home
    shutil.rmtree(root)


@pytest.mark.parametrize("client", CLIENTS)
def test_root_in_a_users_home_makes_files_of_that_user(other_home, client):
    assert other_home.keyfob("setup", client).code == 0
    made = list(other_home.path.rglob("*"))
    assert any(path.is_file() for path in made)
    assert {path.lstat().st_uid for path in made} == {NOBODY}


def test_root_follows_no_link_out_of_a_users_home(other_home):
    outside = other_home.root / "run/config.json"
    (other_home.path / ".docker").symlink_to(outside.parent)
    answer = other_home.keyfob("setup", "docker")
    assert answer.code == 1 and b"Permission denied" in answer.err
    assert not outside.exists()

    (other_home.path / ".docker").unlink()
    assert other_home.keyfob("setup", "docker").code == 0
