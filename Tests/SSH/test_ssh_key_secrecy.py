"""What ssh-keygen is handed a key and a passphrase by shows neither of them."""

import re

import pytest

from administrator import shows
from ssh_bench import PASSPHRASE
from Support.processes import required


@pytest.fixture
def calls(admin, bench, tmp_path):
    """Every system call of storing a locked key, and the key's first secret line."""
    key = bench.make("rsa-2048-PKCS8", PASSPHRASE)
    given = bench.write("given", key)
    passphrase = bench.write("passphrase", PASSPHRASE)
    log = tmp_path / "log"
    argv = [required("strace"), "-f", "-qq", "-v", "-y", "-s", "65536", "-o", log,
            admin.home.program("keyfob"), "add", "key", "--kind", "ssh-key",
            "--field", f"privateKey=@{given}", "--field", f"passphrase=@{passphrase}"]
    answer = admin.home.run(*argv)
    assert answer.code == 0, answer
    admin.output += answer.out + answer.err
    lines = [line.partition(b" ")[2].lstrip() for line in log.read_bytes().splitlines()]
    return lines, key.splitlines()[1].decode()


def escaped(secret):
    """As strace writes it."""
    special = {'"': '\\"'}
    return "".join(
        special.get(letter, letter) if letter.isascii()
        else "".join(f"\\{byte:o}" for byte in letter.encode()) for letter in secret).encode()


def test_neither_is_in_an_argument_or_the_environment(calls):
    lines, key = calls
    started = [line for line in lines if line.startswith(b"execve(")]
    programs = [re.match(rb'execve\("[^"]*/([^"/]+)"', line)[1] for line in started]
    assert programs == [b"keyfob", b"ssh-keygen", b"keyfob-askpass"]
    assert b"SSH_ASKPASS_REQUIRE=force" in started[1]
    for line in started:
        assert escaped(PASSPHRASE) not in line and not shows(line, PASSPHRASE)
        assert not shows(line, key)


def test_neither_is_written_but_to_a_pipe(calls):
    lines, key = calls
    assert any(line.startswith(b"memfd_create(") for line in lines)
    # The search finds both where they are read.
    read = [line for line in lines if line.startswith(b"read(")]
    assert any(escaped(PASSPHRASE) in line for line in read)
    assert any(shows(line, key) for line in read)

    written = [line for line in lines if re.match(rb"p?writev?(64)?\(", line)]
    assert not any(shows(line, key) for line in written)
    told = [line for line in written if escaped(PASSPHRASE) in line]
    # From keyfob to its askpass program, and from that to ssh-keygen.
    assert len(told) == 2
    assert all(re.match(rb"write\(\d+<pipe:", line) for line in told)


def test_no_other_program_makes_a_file(calls):
    lines, _ = calls
    first = next(place for place, line in enumerate(lines) if b"/ssh-keygen\"" in line)
    last = next(place for place, line in enumerate(lines) if line.startswith(b"wait4(")
                and place > first and b"WNOHANG) = 0" not in line)
    made = [line for line in lines if line.startswith(b"open") and b"O_CREAT" in line]
    assert made
    assert [line for line in lines[first:last] if line in made] == []


def test_no_file_and_no_output_shows_either(admin, calls):
    _, key = calls
    for name, content in admin.files().items():
        assert not shows(content, PASSPHRASE) and not shows(content, key), name
    assert list((admin.home.root / "tmp").iterdir()) == []
    for line in ["show key", "list", "status"]:
        admin.does(f"keyfob {line}")
        admin.does(f"keyfob {line} --json")
    assert not shows(admin.output, PASSPHRASE) and not shows(admin.output, key)
    assert admin.does("keyfob show key --reveal --field passphrase") == PASSPHRASE.encode()
