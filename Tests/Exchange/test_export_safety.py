"""Where an export goes, and where it does not."""

import json
import os

import pexpect
import pytest

from exchange import credential

SECRET = "canary exported"


@pytest.fixture
def filled(exchange):
    exchange.fill(credential("one", username="me", scope="acme/work", secrets={"password": SECRET}),
                  credential("two", "token", username="me", scope="acme",
                             secrets={"token": SECRET}))
    return exchange


def read_to_end(child):
    child.expect(pexpect.EOF)
    return child.before.replace("\r\n", "\n")


def test_a_terminal_is_asked_about_first(filled, terminal):
    child = terminal("keyfob export one --format json")
    child.expect_exact("Show the secrets of 1 credential here? [y/N] ")
    child.sendline("n")
    assert SECRET not in read_to_end(child)
    child = terminal("keyfob export one --format json")
    child.expect_exact("[y/N] ")
    child.sendline("y")
    assert SECRET in read_to_end(child)
    assert SECRET in read_to_end(terminal("keyfob export one --format json | cat"))
    assert SECRET in read_to_end(terminal("keyfob export one --format json --yes"))


def test_a_sealed_export_asks_twice_and_is_nothing_for_a_terminal(filled, terminal, elsewhere):
    assert "add `--output FILE`" in read_to_end(terminal("keyfob export --sealed"))
    child = terminal("keyfob export --sealed --output sealed")
    for prompt in ("passphrase for the export: ", "passphrase for the export again: "):
        child.expect_exact(prompt)
        assert not child.getecho()
        child.sendline("correct horse")
    assert "wrote 2 credentials to sealed" in read_to_end(child)
    store = elsewhere()
    file = filled.home.path / "sealed"
    store.take(f"sealed {file} --passphrase-fd 0", "correct horse")
    assert store.listed() == filled.listed()


@pytest.fixture
def open_umask():
    """What is made without a mode of its own is everybody's, for as long as the test runs."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_file_is_its_owners_and_is_not_replaced_unasked(filled, tmp_path, open_umask):
    file = tmp_path / "out.json"
    filled.give(f"one --format json --output {file}")
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    assert filled.admin.fails(1, f"keyfob export --format json --output {file}").endswith(
        "is there; add `--force` to replace it")
    assert file.read_bytes() == before
    filled.give(f"--format json --output {file} --force")
    assert len(json.loads(file.read_text())["credentials"]) == 2
    assert [each.name for each in tmp_path.iterdir() if "out" in each.name] == ["out.json"]
    filled.admin.fails(1, f"keyfob export --format json --output {tmp_path} --force")


@pytest.mark.parametrize("words", ["", "--force"])
def test_an_export_that_is_killed_leaves_nothing(filled, tmp_path, words):
    """Killed when all of it is written, and before it has its name."""
    folder = tmp_path / "stick"
    folder.mkdir()
    file = folder / "out.json"
    if words:
        file.write_text("before")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    export = (filled.home.program("keyfob"), "export", "--format", "json", "--output", file,
              *words.split())
    killed = filled.home.run(
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "--inject=fsync:signal=KILL",
        *export)
    assert killed.code == -9, killed
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert filled.home.run(*export).code == 0
    assert [each.name for each in folder.iterdir()] == [file.name]
    assert SECRET in file.read_text()


@pytest.mark.parametrize("words", ["", "--force"])
def test_a_file_system_without_nameless_files_takes_exports(filled, tmp_path, words):
    file = tmp_path / "out.json"
    if words:
        file.write_text("before")
    log = tmp_path / "log"
    answer = filled.home.run(
        "strace", "-qq", "-o", log, "-P", tmp_path, "-e", "trace=openat",
        "--inject=openat:error=EOPNOTSUPP", filled.home.program("keyfob"),
        "export", "--format", "json", "--output", file, *words.split())
    assert "O_TMPFILE" in log.read_text() and "(INJECTED)" in log.read_text()
    assert answer.code == 0 and SECRET in file.read_text(), answer
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if "out" in each.name] == [file.name]


@pytest.mark.parametrize("mode, is_told", [(0o644, True), (0o640, True), (0o600, False)])
def test_a_file_of_the_shells_that_others_can_read_is_told(filled, tmp_path, mode, is_told):
    file = tmp_path / "out.json"
    for words in ("--format json", "--sealed --passphrase-fd 0"):
        file.write_bytes(b"")
        file.chmod(mode)
        answer = filled.home.run(
            "sh", "-c", f"exec keyfob export {words} > {file}", input="correct horse")
        assert answer.code == 0 and file.stat().st_size > 0, answer
        is_clear = "json" in words
        assert (b"others can read the file" in answer.err) == (is_told and is_clear), answer


def test_a_folder_that_cannot_be_written_is_named(filled):
    told = filled.admin.fails(1, "keyfob export --format json --output missing/out.json")
    assert "missing/out.json" in told and "ENOENT" in told


def test_a_locked_store_gives_nothing_at_all(filled, tmp_path):
    key = filled.home.path / ".local/state/keyfob/key"
    passphrase = "correct horse"
    filled.admin.does(
        "keyfob store rotate-key --lock-with passphrase --passphrase-stdin", passphrase)
    filled.admin.run("keyfob lock")
    assert key.exists()
    file = tmp_path / "out"
    filled.admin.fails(4, f"keyfob export --format json --output {file}")
    assert not file.exists()
    assert filled.give("--format json", code=4) == b""


def test_names_scopes_and_kinds_choose(filled):
    def names(words):
        return sorted(each["name"] for each in
                      json.loads(filled.give(f"--format json {words}"))["credentials"])

    assert names("") == names("--scope acme") == ["one", "two"]
    assert names("two") == names("--kind token") == ["two"]
    assert names("--scope acme/work") == ["one"]
    filled.admin.fails(3, "keyfob export --format json missing")
    filled.admin.fails(3, "keyfob export --format json one --kind token")
    filled.admin.fails(2, "keyfob export --format json --kind passwort")


@pytest.mark.parametrize("words", [
    "", "--format json --sealed", "--format xml", "--format json --namespace x",
    "--format json --force", "--format json --passphrase-fd 0",
    "--format kubernetes --namespace Bad_Name"])
def test_options_that_do_not_go_together(filled, words):
    answer = filled.admin.run(f"keyfob export {words}")
    assert (answer.code, answer.out) == (2, b"")


def test_no_secret_is_said_by_the_way(filled):
    for source in ("json", "csv", "kubernetes", "env"):
        filled.give(f"--format {source}")
        assert SECRET not in filled.notes


def test_an_input_that_never_ends_is_cut_off(exchange):
    answer = exchange.home.run(
        "/bin/sh", "-c", "keyfob import --from json /dev/zero", timeout=60)
    assert answer.code == 1 and b"longer than 256 MiB" in answer.err
