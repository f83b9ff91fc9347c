"""`keyfob setup git` with a git that does not get to the end of its part."""

import json

import pytest

FAILS = "exit 255"
KILLS = "kill -9 $PPID; exit"
ADDS = 'case "$*" in *--add*)'
STORE = "[user]\n\tname = A\n[credential]\n\thelper = cache\n\thelper = store\n"


@pytest.fixture
def config(home):
    path = home.path / ".gitconfig"
    path.write_text(STORE)
    path.chmod(0o640)
    return path


@pytest.fixture
def helpers(home):
    def look():
        answer = home.run("git", "config", "--global", "--get-all", "credential.helper")
        return answer.out.decode().splitlines()

    return look


@pytest.fixture
def record(home):
    path = home.path / ".local/state/keyfob/setup/git.json"
    return lambda: json.loads(path.read_text())["edits"] if path.exists() else []


@pytest.fixture
def broken_git(program):
    """Puts a git on PATH that comes to an end at the second edit of a list."""

    def write(end):
        return program("git", f'{ADDS} {end};; esac\nexec /usr/bin/git "$@"')

    return write


def copies(config):
    return [path for path in config.parent.iterdir() if path.name.startswith(".gitconfig.keyfob-")]


@pytest.mark.parametrize("end, code", [(FAILS, 1), (KILLS, -9)])
def test_a_setup_that_is_cut_short_changes_nothing_and_can_be_undone(
        setup, home, config, helpers, record, broken_git, end, code):
    git = broken_git(end)
    assert home.keyfob("setup", "git").code == code
    assert config.read_text() == STORE and len(record()) == 1
    if end == FAILS:
        assert copies(config) == []

    git.unlink()
    undone = setup("git", "--undo")
    assert b"Nothing to undo" in undone.out and undone.err == b""
    assert config.read_text() == STORE and record() == []

    setup("git")
    assert helpers() == ["", "keyfob"]
    setup("git", "--undo")
    assert helpers() == ["cache", "store"]


@pytest.mark.parametrize("end, code", [(FAILS, 1), (KILLS, -9)])
def test_a_setup_that_is_cut_short_can_be_repeated(
        setup, home, config, helpers, record, broken_git, end, code):
    git = broken_git(end)
    for _ in range(2):
        assert home.keyfob("setup", "git").code == code
    git.unlink()
    backup = config.with_name(".gitconfig.keyfob-backup")
    backup.write_text("")
    setup("git")
    assert helpers() == ["", "keyfob"] and len(record()) == 1
    assert copies(config) == [backup], "what was killed leaves nothing for long"
    setup("git", "--undo")
    assert helpers() == ["cache", "store"] and record() == []


@pytest.mark.parametrize("end, code", [(FAILS, 1), (KILLS, -9)])
def test_an_undo_that_is_cut_short_can_be_repeated(
        setup, home, config, helpers, record, broken_git, end, code):
    setup("git")
    git = broken_git(end)
    assert home.keyfob("setup", "git", "--undo").code == code
    assert helpers() == ["", "keyfob"] and len(record()) == 1

    git.unlink()
    setup("git", "--undo")
    assert helpers() == ["cache", "store"] and record() == []


def test_the_file_keeps_its_mode_and_a_link_stays_one(setup, home, config, helpers):
    real = home.path / "dotfiles" / "gitconfig"
    real.parent.mkdir()
    config.rename(real)
    config.symlink_to("dotfiles/gitconfig")
    for options, expected in ([], ["", "keyfob"]), (["--undo"], ["cache", "store"]):
        setup("git", *options)
        assert config.is_symlink() and helpers() == expected
        assert real.stat().st_mode & 0o777 == 0o640
        assert [path.name for path in real.parent.iterdir()] == ["gitconfig"]


def test_half_of_what_was_written_is_not_taken_for_a_wish(setup, config, helpers, record):
    setup("git")
    config.write_text("[credential]\n\thelper =\n")
    for _ in range(2):
        assert b"was changed since setup" in setup("git", "--undo").err
        assert helpers() == [""] and record()[0]["replaced"] == ["cache", "store"]

    setup("git")
    assert helpers() == ["", "keyfob"]
    setup("git", "--undo")
    assert helpers() == ["cache", "store"] and record() == []


def test_what_the_user_put_back_by_hand_needs_no_undo(setup, config, record):
    setup("git")
    config.write_text(STORE)
    undone = setup("git", "--undo")
    assert b"Nothing to undo" in undone.out and undone.err == b""
    assert config.read_text() == STORE and record() == []


def test_every_helper_that_was_replaced_stays_known(setup, config, helpers, record):
    setup("git")
    config.write_text("[credential]\n\thelper = mine\n")
    setup("git")
    undone = setup("git", "--undo")
    assert helpers() == ["mine"] and undone.err == b""
    assert [edit["replaced"] for edit in record()] == [["cache", "store"]]
    assert b"was changed since setup" in setup("git", "--undo").err
    assert helpers() == ["mine"]

    config.write_text("[credential]\n\thelper =\n\thelper = keyfob\n")
    setup("git", "--undo")
    assert helpers() == ["cache", "store"] and record() == []
