"""The installer and its mirror: what they print, put in place, and leave alone."""

import shutil
from pathlib import Path

import pytest

INSTALL = Path(__file__).resolve().parents[2] / "install"


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def installed(tmp_path, prefix):
    """An installation of the test's own, to take away."""
    return Path(shutil.copytree(prefix, tmp_path / "installed"))


def test_a_dry_run_prints_every_step_and_changes_nothing(home, tmp_path, prefix):
    target = tmp_path / "absent"
    answer = home.run(INSTALL / "install.sh", "--dry-run", "--prefix", target)
    assert answer.code == 0
    printed = answer.out.decode()
    for file in files(prefix):
        assert f" {target}/{file}\n" in printed
    assert "swift build" in printed and "prove.sh" in printed
    assert not target.exists()


def test_uninstall_takes_away_exactly_what_was_installed(home, installed):
    foreign = installed / "bin/docker-credential-other"
    foreign.write_text("of somebody else")
    before = files(home.path)
    answer = home.run(INSTALL / "uninstall.sh", "--prefix", installed)
    assert (answer.code, answer.err) == (0, b"")
    assert files(installed) == ["bin/docker-credential-other"]
    assert files(home.path) == before


def test_uninstall_undoes_the_setup_when_told_to(home, installed):
    assert home.run(installed / "bin/keyfob", "setup", "git").code == 0
    config = home.path / ".gitconfig"
    assert "keyfob" in config.read_text()
    answer = home.run(INSTALL / "uninstall.sh", "--prefix", installed, "--yes")
    assert (answer.code, answer.err) == (0, b"")
    # There was no configuration before setup, and so there is none after it.
    assert not config.exists()
    assert files(installed) == []


def test_uninstall_keeps_credentials_and_says_where_they_are(home, installed):
    login = b'{"ServerURL":"registry.example","Username":"u","Secret":"s"}'
    assert home.docker("store", login).code == 0
    sealed = home.credentials.read_bytes()
    answer = home.run(INSTALL / "uninstall.sh", "--prefix", installed, "--yes")
    assert answer.code == 0
    assert str(home.credentials.parent).encode() in answer.out
    assert home.credentials.read_bytes() == sealed
    assert b'"Secret":"s"' in home.docker("get", b"registry.example").out


def test_uninstall_removes_nothing_when_a_setup_cannot_be_undone(home, installed):
    (installed / "bin/keyfob").write_text("#!/bin/sh\nexit 1\n")
    before = files(installed)
    answer = home.run(INSTALL / "uninstall.sh", "--prefix", installed, "--yes")
    assert answer.code == 1
    assert b"nothing was removed" in answer.err
    assert files(installed) == before


@pytest.mark.parametrize("script", ["install.sh", "uninstall.sh"])
def test_an_unknown_argument_is_a_usage_error(home, script):
    assert home.run(INSTALL / script, "--help").code == 0
    answer = home.run(INSTALL / script, "--prefx", "/nowhere")
    assert answer.code == 2
    assert b"--prefx" in answer.err


@pytest.mark.parametrize("breakage, told", [
    ("exit 7", b"exit 7"),
    # Takes the login and keeps nothing.
    ("cat > /dev/null", b"no sealed file"),
    # Keeps the login as it is.
    ('cat > "$HOME/x.keyfob"', b"in clear"),
    # Keeps something, and answers with something else.
    ('if [ $1 = store ]; then rev > "$HOME/x.keyfob"; else echo "{}"; fi', b"docker get"),
])
def test_the_proof_notices_a_broken_helper(home, installed, breakage, told):
    (installed / "bin/docker-credential-keyfob").write_text(f"#!/bin/sh\n{breakage}\n")
    answer = home.run(INSTALL / "prove.sh", installed, timeout=60)
    assert answer.code == 1
    assert told in answer.err


def test_the_proof_accepts_what_was_installed(home, prefix):
    answer = home.run(INSTALL / "prove.sh", prefix, timeout=60)
    assert (answer.code, answer.err) == (0, b"")
    assert answer.out.count(b" ok\n") == 10
    assert files(home.path) == []
