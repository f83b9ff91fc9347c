"""Root, whose HOME is a link of root's own into an ordinary user's folder: all that is made there
is that user's."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from fault_home import CREDENTIALS, THREE, FaultHome, expected

USER = 12345


@pytest.fixture
def folders():
    """The user's folder, and a link to it that root made beside it; when the tests do not run as
    root, both are whoever's they are."""
    # pytest's own folders are root's alone: no ordinary user could enter them.
    folder = Path(tempfile.mkdtemp(prefix="keyfob-linked-"))
    folder.chmod(0o711)
    target, link = folder / "of the user", folder / "home"
    target.mkdir(mode=0o700)
    link.symlink_to(target)
    if os.geteuid() == 0:
        os.chown(target, USER, USER)
    yield target, link
    shutil.rmtree(folder)


def test_everything_belongs_to_the_owner_of_the_folder(folders, prefix, tmp_path):
    target, link = folders
    home = FaultHome(tmp_path / "unused", prefix)
    home.env["HOME"] = str(link)
    owner = target.stat().st_uid
    assert owner == (USER if os.geteuid() == 0 else os.geteuid())
    for login in THREE:
        home.change(login, "store")
    assert home.answers(THREE) == expected(THREE)
    home.change(THREE[0], "erase")
    assert home.answers(THREE) == expected(THREE[1:], THREE[0])
    made = list(target.rglob("*"))
    assert target / CREDENTIALS in made
    assert {(path.lstat().st_uid, path.lstat().st_gid) for path in made} == {
        (owner, target.stat().st_gid)}
    assert not list((tmp_path / "unused").iterdir())
