"""A secret goes in by stdin, a descriptor or a terminal, and out to the client that asked for it;
it is nowhere else."""

import re
from pathlib import Path

import pytest

from administrator import shows, traces_of
from Support import Account
from Support.processes import required

SEED = "canary-seed-5f1c0ade77"
ROTATED = "canary-rotated-91b0c2d4"
LOGIN = "canary-login-0e8d7a6b55"
PASSPHRASE = "canary-passphrase-3c9f21"
ALL = (SEED, ROTATED, LOGIN, PASSPHRASE)


@pytest.mark.parametrize("form", range(5))
def test_the_search_finds_a_secret_in_any_form(form):
    trace = list(traces_of(SEED))[form]
    assert shows(b"before " + trace + b" after", SEED)
    assert not shows(b"before " + trace[:-1] + b" after", SEED)


def test_no_file_and_no_output_shows_a_secret(admin):
    """A life of a store, with every failure there is a message for."""
    admin.does("keyfob init --lock-with passphrase key-file --passphrase-stdin", PASSPHRASE)
    admin.does("keyfob add ci --username bot --bind registry:r.io --bind git:g.io --stdin", SEED)
    admin.run("keyfob add ci --username bot --stdin", SEED)
    admin.run("keyfob add 'no name' --username bot --stdin", SEED)
    admin.run("keyfob add other --username bot --bind 'registry:*.azurecr.io' --stdin", SEED)
    admin.run("keyfob add big --username bot --stdin", SEED * 250_000)
    admin.does("keyfob edit ci --stdin", ROTATED)
    admin.docker_store("r.io", Account("eve", LOGIN))
    admin.git_tells("store", "g.io", Account("eve", LOGIN))
    admin.git_tells("erase", "g.io", Account("eve", LOGIN))
    admin.git_tells("erase", "g.io", Account("bot", ROTATED))
    malformed = admin.home.docker("store", '{"ServerURL":"r.io","Secret":"%s"' % LOGIN)
    assert malformed.code == 1
    admin.output += malformed.out + malformed.err
    for line in ("list", "show ci", "status", "explain r.io", "store fsck"):
        admin.does(f"keyfob {line}")
        admin.does(f"keyfob {line} --json")
    admin.run("keyfob unlock --stdin", "wrong " + PASSPHRASE)
    admin.does("keyfob unlock --stdin --for 1m", PASSPHRASE)
    admin.does("keyfob store rotate-key --lock-with passphrase --passphrase-stdin", PASSPHRASE)
    for line in ("edit ci", "show ci --reveal", "add other --username u"):
        admin.fails(4, f"keyfob {line}")

    found = [(name, secret) for name, content in admin.files().items() for secret in ALL
             if shows(content, secret)]
    assert found == []
    assert len(admin.files()) >= 5 and len(admin.output) > 3000
    assert not any(shows(admin.output, secret) for secret in ALL)


def traced(admin, log, program, *words, input):
    """Every system call of a run, one a line, with its strings whole."""
    argv = [required("strace"), "-f", "-qq", "-v", "-s", "65536", "-o", log, program, *words]
    answer = admin.home.run(*argv, input=input)
    assert answer.code == 0, answer
    return log.read_bytes().splitlines()


@pytest.mark.parametrize("line, given, call", [
    ("keyfob add ci --username bot --bind registry:r.io --stdin", SEED, rb"read\(0,"),
    ("keyfob edit seeded --stdin", ROTATED, rb"read\(0,"),
    ("keyfob show seeded --reveal", "", rb"write\(1,"),
    ("keyfob store rotate-key", "", None),
    ("docker-credential-keyfob get", "seeded.io", rb"write\(1,"),
    ("docker-credential-keyfob erase", "seeded.io", None),
])
def test_a_secret_passes_one_system_call_and_no_argument(admin, tmp_path, line, given, call):
    admin.does("keyfob add seeded --username bot --bind registry:seeded.io --stdin", SEED)
    name, *words = line.split()

    calls = traced(admin, tmp_path / "log", admin.home.program(name), *words, input=given)

    assert len(calls) > 50
    leaks = [each for each in calls if any(shows(each, secret) for secret in ALL)]
    assert len(leaks) == (1 if call else 0), leaks
    assert call is None or re.match(rb"\d+ +" + call, leaks[0])
    # Nothing else is started that could be handed one.
    assert [each for each in calls if b"execve(" in each][1:] == []
    assert not any(re.match(rb"\d+ +(fork|vfork)\(", each) for each in calls)


def test_while_it_waits_neither_its_arguments_nor_a_core_dump_can_show_it(admin, terminal):
    child = terminal("ulimit -c unlimited; exec keyfob add ci --username bot")
    child.expect_exact("password: ")
    child.sendline(SEED)
    child.expect_exact("password again: ")
    process = Path(f"/proc/{child.pid}")
    assert b"--username\0bot" in (process / "cmdline").read_bytes()
    assert b"KEYFOB_STORE=file" in (process / "environ").read_bytes()
    for name in ("cmdline", "environ"):
        assert not shows((process / name).read_bytes(), SEED)
    assert re.search(r"^Max core file size +0 +0 ", (process / "limits").read_text(), re.MULTILINE)
    child.sendintr()
