"""Imports of many logins: in parts, so that nobody waits for the whole, and a kill loses little."""

import subprocess

import pytest

from Support import Account

COUNT = 120


def login(index):
    return Account(f"u{index:03}", f"s{index}")


@pytest.fixture
def many(write):
    """A file with many logins for one host, the one that counts first."""
    return write(".git-credentials", "".join(
        f"https://u{index:03}:s{index}@x.io\n" for index in range(COUNT)))


def told(imports):
    return [line for line in imports.notes.splitlines() if "imported" in line]


def answers_in_order(admin):
    """Removes them from the first on; at the edges of each batch that is the one that answers."""
    for start in range(0, COUNT, 50):
        end = min(start + 50, COUNT)
        for index in (start, start + 1):
            assert admin.git_get("x.io") == login(index)
            admin.does(f"keyfob remove --yes x.io-u{index:03}")
        rest = " ".join(f"x.io-u{index:03}" for index in range(start + 2, end - 1))
        admin.does(f"keyfob remove --yes {rest}")
        assert admin.git_get("x.io") == login(end - 1)
        admin.does(f"keyfob remove --yes x.io-u{end - 1:03}")


def test_progress_is_told_and_the_first_counts_over_all(imports, admin, many):
    admin.git_tells("store", "x.io", Account("before", "1"))
    assert {row.action for row in imports.actions("git-store")} == {"add"}
    assert told(imports) == [
        "keyfob: imported 50 of 120", "keyfob: imported 100 of 120",
        "keyfob: imported 120 of 120", "keyfob: imported 120 credentials"]
    assert admin.git_get("x.io") == Account("before", "1")
    admin.does("keyfob remove --yes x.io-before")
    answers_in_order(admin)
    assert admin.names() == []


def test_of_fifty_nothing_is_told_on_the_way(imports, many):
    many.write_text("".join(many.read_text().splitlines(keepends=True)[:50]))
    imports.actions("git-store")
    assert told(imports) == ["keyfob: imported 50 credentials"]


def test_a_failure_says_how_many_came_before_it(home, admin, many):
    """The store may grow to a limit that the second batch passes."""
    lines = many.read_text().splitlines(keepends=True)[:50]
    long = [f"https://u:{'s' * 50_000}@y{index}.io\n" for index in range(10)]
    many.write_text("".join(lines + long))
    line = "trap '' XFSZ; ulimit -f 500; exec keyfob import --from git-store"
    answer = home.run("/bin/sh", "-c", line)
    notes = answer.err.decode()
    assert answer.code != 0 and "50 of 60 were imported before this" in notes, notes[-500:]
    assert len(admin.names()) == 50
    assert admin.git_get("x.io") == login(0)
    # The next import goes on from there.
    answer = home.run("keyfob", "import", "--from", "git-store")
    assert answer.code == 0 and b"imported 10 credentials" in answer.err
    assert admin.git_get("x.io") == login(0)


@pytest.mark.parametrize("store", ["file", "secret-service"])
def test_a_kill_leaves_whole_batches_and_the_next_import_the_rest(
        request, home, imports, admin, many, store):
    if store == "secret-service":
        request.getfixturevalue("secret_service")
    home.env["KEYFOB_STORE"] = store
    with subprocess.Popen(
            [home.program("keyfob"), "import", "--from", "git-store"], env=home.env,
            cwd=home.path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        assert running.stderr.readline() == b"keyfob: imported 50 of 120\n"
        running.kill()
    assert len(admin.names()) in (50, 100, 120)
    assert admin.git_get("x.io") == login(0)
    actions = [row.action for row in imports.actions("git-store")]
    assert actions[:50] == ["present"] * 50 and set(actions[50:]) <= {"present", "add"}
    assert len(admin.names()) == COUNT
    answers_in_order(admin)


def test_where_one_import_goes_is_no_choice_for_the_next_login(home, admin, many):
    assert admin.run("keyfob import --from git-store --to file", KEYFOB_STORE=None).code == 0
    assert not home.config.exists()
    # Without `--to`, it goes where the rule says, and that is written down.
    many.write_text("https://v:1@y.io\n")
    assert admin.run("keyfob import --from git-store", KEYFOB_STORE=None).code == 0
    assert "store = file" in home.config.read_text()
