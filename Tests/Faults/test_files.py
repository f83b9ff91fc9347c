"""Files and folders that are not what they should be: refused at once, with the path and the
command that mends it, and mended by that command."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from fault_home import (
    ALICE, ANCHOR, CONFIG, CREDENTIALS, DATA, KEY, LOCK, STATE, THREE, FaultHome,
    expected, stocked,
)
from fault_launch import PATIENCE
from fault_operations import DAVE

FILES = (CREDENTIALS, KEY, ANCHOR, LOCK)
FOLDERS = (DATA, STATE)
USER, STRANGER = 12345, 54321
CONFIGURATION = b"[keyfob]\n\tstore = file\n"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture
def open_folder():
    """A folder that an ordinary user can enter: pytest's own are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="keyfob-files-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def user_home(prefix, open_folder):
    """A home with three logins: an ordinary user's when the tests run as root."""
    home = stocked(open_folder / "home", prefix)
    home.write(CONFIG, CONFIGURATION)
    if os.geteuid() == 0:
        give(home, USER)
    return home


def give(home, user):
    for path in (home.root, *home.root.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def refusals(home, name):
    """What the helpers say of a request that has to use the file: one line each."""
    asked = [(ALICE, "store" if name == LOCK else "get"), (DAVE, "store")]
    lines = []
    for login, verb in asked:
        login = login._replace(secret="another canary") if verb == "store" else login
        reply = home.ask(login, verb)
        assert not reply.is_late and reply.seconds < PATIENCE
        lines.append((reply.code, reply.out))
    return lines


def assert_refused(home, name, word=None):
    """Fails unless the path and a command are named; returns the command."""
    commands = set()
    for code, line in refusals(home, name):
        assert code == 1 and line.count(b"\n") == 1, (code, line)
        assert str(home.path(name)).encode() in line
        found = re.search(r"`([^`]+)`", line.decode())
        assert found, f"no command in {line!r}"
        commands.add(found[1])
        assert word is None or word in line.decode(), line
    (command,) = commands
    return command


def mend(home, command, as_user=True):
    """Runs the command as its user would, or as root where it says so."""
    identity = {}
    if os.geteuid() == 0 and as_user:
        identity = {"user": USER, "group": USER, "extra_groups": []}
    subprocess.run(["sh", "-c", command], check=True, cwd="/", **identity)


def assert_well(home):
    assert home.answers(THREE) == expected(THREE)
    home.change(DAVE, "store")
    home.change(DAVE, "erase")
    home.opened()


# Modes and owners.


@pytest.mark.parametrize("mode", ["640", "604", "620", "602", "644", "666", "777", "400", "000"])
@pytest.mark.parametrize("name", FILES)
def test_modes_of_files(name, mode, user_home, table):
    user_home.path(name).chmod(int(mode, 8))
    if mode == "400" and name != LOCK:
        # Stricter than needed, and never written in place.
        assert_well(user_home)
        return
    command = assert_refused(user_home, name)
    assert command == f"chmod 600 {user_home.path(name)}"
    mend(user_home, command)
    assert_well(user_home)
    table.record("modes and owners")


@pytest.mark.parametrize("mode", ["770", "707", "777", "1777", "000"])
@pytest.mark.parametrize("name", FOLDERS)
def test_modes_of_folders(name, mode, user_home, table):
    user_home.path(name).chmod(int(mode, 8))
    command = assert_refused(user_home, name)
    assert command == f"chmod 700 {user_home.path(name)}"
    mend(user_home, command)
    assert_well(user_home)
    table.record("modes and owners")


@pytest.mark.parametrize("mode, command", [("666", "chmod 644"), ("620", "chmod 644")])
def test_modes_of_the_configuration(mode, command, user_home, table):
    user_home.path(CONFIG).chmod(int(mode, 8))
    assert assert_refused(user_home, CONFIG) == f"{command} {user_home.path(CONFIG)}"
    mend(user_home, f"{command} {user_home.path(CONFIG)}")
    assert_well(user_home)
    table.record("modes and owners")


@pytest.mark.parametrize("mode", ["600", "640", "644", "400"])
def test_others_may_read_the_configuration(mode, user_home):
    user_home.path(CONFIG).chmod(int(mode, 8))
    assert_well(user_home)


@as_root
@pytest.mark.parametrize("name", (*FILES, *FOLDERS, CONFIG))
def test_what_belongs_to_another_user(name, user_home, table):
    os.chown(user_home.path(name), STRANGER, STRANGER)
    command = assert_refused(user_home, name, "belongs to another user")
    assert command == f"chown {USER} {user_home.path(name)}"
    mend(user_home, command, as_user=False)
    assert_well(user_home)
    table.record("modes and owners")


@as_root
@pytest.mark.parametrize("name", (*FILES, *FOLDERS))
def test_what_belongs_to_root(name, user_home, table):
    """What a `sudo docker login` with the user's HOME would leave there, if it wrote as root."""
    os.chown(user_home.path(name), 0, 0)
    command = assert_refused_as_user(user_home, name)
    mend(user_home, command, as_user=False)
    assert_well(user_home)
    table.record("modes and owners")


def assert_refused_as_user(home, name):
    wrapped = [shutil.which("setpriv"), f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    reply = home.ask(DAVE, "store", wrapper=wrapped)
    assert reply.code == 1 and str(home.path(name)).encode() in reply.out, reply
    return re.search(r"`([^`]+)`", reply.out.decode())[1]


# What stands in a file's place.


def put_link(path, aside):
    path.symlink_to(os.path.relpath(aside, path.parent))


def put_fifo(path, _):
    os.mkfifo(path, 0o600)


def put_folder(path, _):
    path.mkdir(mode=0o700)


def put_socket(path, _):
    with socket.socket(socket.AF_UNIX) as end:
        # A socket's own path may have 107 bytes only.
        here = os.getcwd()
        os.chdir(path.parent)
        end.bind(path.name)
        os.chdir(here)


def put_file(path, _):
    path.touch(mode=0o600)


PUT = {"FIFO": put_fifo, "folder": put_folder, "socket": put_socket}


def replaced(home, name, put):
    """Sets the real thing aside and puts something else in its place; returns where it is now."""
    path, aside = home.path(name), home.path(f"{name}.aside")
    path.rename(aside)
    put(path, aside)
    if os.geteuid() == 0:
        os.chown(path, USER, USER, follow_symlinks=False)
    return aside


@pytest.mark.parametrize("thing", PUT)
@pytest.mark.parametrize("name", (*FILES, CONFIG))
def test_in_a_files_place(name, thing, user_home, table):
    aside = replaced(user_home, name, PUT[thing])
    command = assert_refused(user_home, name, "not a regular file")
    mend(user_home, command)
    assert not user_home.path(name).exists()
    aside.rename(user_home.path(name))
    assert_well(user_home)
    table.record("things in a file's place")


@pytest.mark.parametrize("thing", ["FIFO", "socket", "file"])
@pytest.mark.parametrize("name", FOLDERS)
def test_in_a_folders_place(name, thing, user_home, table):
    aside = replaced(user_home, name, {**PUT, "file": put_file}[thing])
    command = assert_refused(user_home, name, "not a folder")
    mend(user_home, command)
    aside.rename(user_home.path(name))
    assert_well(user_home)
    table.record("things in a file's place")


@pytest.mark.parametrize("name", (*FILES, *FOLDERS))
def test_a_symbolic_link(name, user_home, table):
    """Not even to the user's own file: what it leads to can be exchanged meanwhile."""
    aside = replaced(user_home, name, put_link)
    command = assert_refused(user_home, name, "symbolic link")
    mend(user_home, command)
    assert not user_home.path(name).is_symlink() and not aside.exists()
    assert_well(user_home)
    table.record("links")


@pytest.mark.parametrize("name", FILES)
def test_a_link_that_leads_nowhere(name, user_home, table):
    """Nothing is made where it leads to, and it is no way to be asked anew."""
    path = user_home.path(name)
    aside = path.rename(f"{path}.aside")
    path.symlink_to("nowhere")
    assert_refused(user_home, name, "symbolic link")
    assert not (path.parent / "nowhere").exists()
    path.unlink()
    aside.rename(path)
    assert_well(user_home)
    table.record("links")


@pytest.mark.parametrize("name", FILES)
def test_a_second_name(name, user_home, table):
    os.link(user_home.path(name), user_home.path(f"{name}.second"))
    command = assert_refused(user_home, name, "second name")
    mend(user_home, command)
    assert_well(user_home)
    table.record("links")


def test_a_linked_configuration_is_read(user_home):
    """Dotfile managers make such links, and a configuration holds no secret."""
    replaced(user_home, CONFIG, put_link)
    assert_well(user_home)


def test_a_path_that_a_shell_would_split(prefix, tmp_path):
    """The command can be pasted as it is."""
    home = stocked(tmp_path / "it's a $(home)", prefix)
    home.path(KEY).chmod(0o644)
    code, line = refusals(home, KEY)[0]
    assert code == 1
    subprocess.run(["sh", "-c", re.search(rb"`([^`]+)`", line)[1]], check=True)
    assert home.answers(THREE) == expected(THREE)


# Root, with an ordinary user's HOME.


@as_root
def test_root_works_as_the_owner_of_the_home(prefix, open_folder):
    home = FaultHome(open_folder / "home", prefix)
    give(home, USER)
    for login in THREE:
        home.change(login, "store")
    assert home.answers(THREE) == expected(THREE)
    home.change(ALICE, "erase")
    for path in home.root.rglob("*"):
        assert (path.stat().st_uid, path.stat().st_gid) == (USER, USER), path
    assert home.path(CREDENTIALS).stat().st_mode & 0o7777 == 0o600


@as_root
@pytest.mark.parametrize("planted", [DATA, STATE, ".local", ".local/share", ".config/keyfob"])
@pytest.mark.parametrize("asked", [ALICE, THREE[2]], ids=["docker", "git"])
def test_a_link_planted_on_roots_way(planted, asked, prefix, open_folder, table):
    """Root makes and changes nothing where the link leads, neither by a store nor by an erase."""
    home = FaultHome(open_folder / "home", prefix)
    target = open_folder / "of root"
    for folder in ("", "share/keyfob", "state/keyfob", "keyfob"):
        (target / folder).mkdir(mode=0o755, parents=True, exist_ok=True)
    (target / "passwd").write_text("root's own\n")
    seen = tree(target)
    link = home.path(planted)
    link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    link.symlink_to(target)
    give(home, USER)
    for verb in ("store", "get", "erase", "store"):
        reply = home.ask(asked, verb)
        assert reply.code in (0, 1) and not reply.is_late, reply
        assert tree(target) == seen, (verb, reply)
    table.record("links on root's way")


@as_root
@pytest.mark.parametrize("name", [CREDENTIALS, KEY, ANCHOR, LOCK, f"{STATE}/events", CONFIG,
                                  f"{CREDENTIALS}.new", f"{KEY}.new", f"{ANCHOR}.new"])
def test_a_linked_file_on_roots_way(name, prefix, open_folder, table):
    home = FaultHome(open_folder / "home", prefix)
    target = open_folder / "of root"
    target.mkdir(mode=0o755)
    (target / "passwd").write_text("root's own\n")
    seen = tree(target)
    path = home.path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.symlink_to(target / "passwd")
    give(home, USER)
    for verb in ("store", "get", "erase"):
        reply = home.ask(ALICE, verb)
        assert reply.code in (0, 1) and not reply.is_late, reply
        assert tree(target) == seen, (verb, reply)
    table.record("links on root's way")


@as_root
def test_roots_own_home_is_roots(prefix, tmp_path):
    """The control: without another user on the way, root's files are root's."""
    home = stocked(tmp_path / "home", prefix)
    for path in home.root.rglob("*"):
        assert path.stat().st_uid == 0


def tree(folder):
    return {
        str(path): (path.lstat().st_uid, path.lstat().st_mode, path.lstat().st_mtime_ns,
                    path.read_bytes() if path.is_file() else None)
        for path in sorted(folder.rglob("*"))
    }
