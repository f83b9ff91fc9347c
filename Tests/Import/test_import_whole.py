"""Imports of many logins: all of them in one step, or none."""

import os
import signal
import subprocess
import time

import pytest

from Support import Account, FakeSecretService

COUNT = 120
SCHEMA = {"xdg:schema": "dev.keyfob.Credential"}


def login(index):
    return Account(f"u{index:03}", f"s{index}")


@pytest.fixture
def many(write):
    """A file with many logins for one host, the one that counts first."""
    return write(".git-credentials", "".join(
        f"https://u{index:03}:s{index}@x.io\n" for index in range(COUNT)))


@pytest.fixture
def start(home):
    """Starts an import; what is left of it ends with the test."""
    running = []

    def started(*words):
        running.append(subprocess.Popen(
            [home.program("keyfob"), "import", "--from", "git-store", *words], env=home.env,
            cwd=home.path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
        return running[-1]

    yield started
    for process in running:
        process.kill()
        process.communicate()


def answers_in_order(admin):
    """Removes them from the first on; some of them are looked at."""
    for index in (0, 1, 49, 50, 51, COUNT - 2):
        gone = [name for name in admin.names() if int(name.removeprefix("x.io-u")) < index]
        if gone:
            admin.does(f"keyfob remove --yes {' '.join(gone)}")
        assert admin.git_get("x.io") == login(index)


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_first_counts_over_all(imports, admin, many):
    admin.git_tells("store", "x.io", Account("before", "1"))
    assert {row.action for row in imports.actions("git-store")} == {"add"}
    assert imports.notes == "keyfob: imported 120 credentials\n"
    assert admin.git_get("x.io") == Account("before", "1")
    admin.does("keyfob remove --yes x.io-before")
    answers_in_order(admin)


def test_a_store_that_may_grow_no_further_is_left_as_it_was(home, admin, many):
    admin.git_tells("store", "y.io", Account("before", "1"))
    before = home.credentials.read_bytes()
    many.write_text(many.read_text() + f"https://u:{'s' * 60_000}@z.io\n")
    line = "trap '' XFSZ; ulimit -f 100; exec keyfob import --from git-store"
    answer = home.run("/bin/sh", "-c", line)
    assert answer.code == 1 and b"EFBIG" in answer.err, answer
    assert home.credentials.read_bytes() == before
    assert home.run("keyfob", "import", "--from", "git-store").code == 0
    assert len(admin.names()) == COUNT + 2


def test_a_kill_in_the_keyring_leaves_nothing_that_answers(
        home, imports, admin, many, secret_service, start):
    home.env["KEYFOB_STORE"] = "secret-service"
    admin.git_tells("store", "y.io", Account("before", "1"))
    running = start()
    until(lambda: len(secret_service.items(**SCHEMA)) > 20)
    assert running.poll() is None
    running.kill()
    running.wait()
    assert running.returncode == -signal.SIGKILL
    # What was kept for it is named by no catalogue.
    assert admin.names() == ["y.io-before"]
    assert admin.git_get("x.io") is None
    assert admin.git_get("y.io") == Account("before", "1")
    admin.does("keyfob store fsck --repair --yes")
    assert len(secret_service.items(**SCHEMA)) == 1
    assert {row.action for row in imports.actions("git-store")} == {"add"}
    assert len(secret_service.items(**SCHEMA)) == COUNT + 1
    assert len(admin.names()) == COUNT + 1
    assert admin.git_get("x.io") == login(0)


def test_what_is_taken_for_a_leftover_meanwhile_is_missed(
        home, admin, many, secret_service, start):
    """A repair while it runs removes what no catalogue names yet."""
    home.env["KEYFOB_STORE"] = "secret-service"
    admin.git_tells("store", "y.io", Account("before", "1"))
    running = start()
    until(lambda: len(secret_service.items(**SCHEMA)) > 20)
    admin.does("keyfob store fsck --repair --yes")
    assert running.poll() is None
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 1 and b"x.io-u000" in told, told
    assert admin.names() == ["y.io-before"]
    assert len(secret_service.items(**SCHEMA)) == 1


def test_replacing_in_the_keyring_leaves_no_old_secret(home, imports, admin, secret_service, write):
    home.env["KEYFOB_STORE"] = "secret-service"
    for index in range(3):
        admin.git_tells("store", "x.io", Account(f"u{index}", "old"))
    write(".git-credentials", "".join(f"https://u{index}:new@x.io\n" for index in range(4)))
    rows = imports.actions("git-store --on-conflict replace")
    assert [row.action for row in rows] == ["replace"] * 3 + ["add"]
    assert [item.secret for item in secret_service.items(**SCHEMA)] == [b"new"] * 4
    assert len(admin.names()) == 4
    admin.does("keyfob store fsck")


def test_a_keyring_that_takes_no_more_is_left_as_it_was(home, admin, many, bus, start):
    home.env["KEYFOB_STORE"] = "secret-service"
    with FakeSecretService(bus) as service:
        admin.git_tells("store", "y.io", Account("before", "1"))
        running = start()
        until(lambda: len(service.items(**SCHEMA)) > 20)
        service.behave(refuse={"CreateItem": ["org.freedesktop.DBus.Error.NoMemory", "full"]})
        told = running.communicate(timeout=30)[1]
        assert running.returncode in (1, 4) and told.count(b"\n") == 1, told
        service.behave(refuse={})
        assert len(service.items(**SCHEMA)) == 1
        assert admin.names() == ["y.io-before"]
        assert admin.run("keyfob import --from git-store").code == 0
        assert len(service.items(**SCHEMA)) == COUNT + 1


def test_it_ends_where_it_was_when_it_is_told_to(home, admin, many, secret_service, start):
    """Ctrl-C ends it at once, as a kill does."""
    home.env["KEYFOB_STORE"] = "secret-service"
    running = start()
    until(lambda: len(secret_service.items(**SCHEMA)) > 20)
    os.kill(running.pid, signal.SIGINT)
    assert running.wait(10) == -signal.SIGINT
    assert admin.names() == []


def test_where_one_import_goes_is_no_choice_for_the_next_login(home, admin, many):
    assert admin.run("keyfob import --from git-store --to file", KEYFOB_STORE=None).code == 0
    assert not home.config.exists()
    # Without `--to`, it goes where the rule says, and that is written down.
    many.write_text("https://v:1@y.io\n")
    assert admin.run("keyfob import --from git-store", KEYFOB_STORE=None).code == 0
    assert "store = file" in home.config.read_text()
