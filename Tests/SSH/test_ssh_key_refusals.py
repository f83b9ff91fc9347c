"""What is no private key, or not with this passphrase, is refused and not stored."""

import os

import pytest

from ssh_bench import PASSPHRASE, ed25519_in_pkcs8
from Support.processes import prepare

LOCKED = ["ed25519-OPENSSH", "rsa-2048-PEM", "ecdsa-256-PKCS8"]


@pytest.fixture
def refuses(admin, add_key):
    """What is said of a key that is not stored."""

    def refused(content, passphrase=None, code=2):
        line = add_key(content, passphrase, run=lambda line: admin.fails(code, line))
        assert admin.names() == []
        return line

    return refused


@pytest.mark.parametrize("form", LOCKED)
def test_a_locked_key_is_not_stored_without_its_passphrase(admin, bench, refuses, add_key, form):
    key = bench.make(form, PASSPHRASE)
    assert "the private key is locked with a passphrase" in refuses(key)
    assert "the passphrase does not open the private key" in refuses(key, "wrong", code=1)
    add_key(key, PASSPHRASE)
    assert admin.names() == ["key"]


def test_a_passphrase_for_an_open_key_is_a_mistake(bench, refuses):
    line = refuses(bench.make("ed25519-OPENSSH"), PASSPHRASE)
    assert "a passphrase is given, but the private key is not locked" in line


@pytest.mark.parametrize("passphrase", ["two\nlines", "nul\0", "x" * 1024])
def test_no_passphrase_that_ssh_would_cut(bench, refuses, passphrase):
    refuses(bench.make("ed25519-OPENSSH", passphrase.split("\n")[0][:1023].strip("\0")), passphrase)


def test_the_longest_passphrase(admin, bench, add_key):
    add_key(bench.make("ed25519-OPENSSH", "x" * 1023), "x" * 1023)
    assert admin.names() == ["key"]


def test_what_is_no_private_key(bench, refuses):
    key = bench.make("ed25519-OPENSSH")
    pem = bench.make("rsa-2048-PEM")
    lines = key.splitlines(keepends=True)
    body = b"".join(lines[1:-1])
    mixed = b"".join(line.rstrip()[::-1] + b"\n" for line in lines[1:-1])
    for content, said in [
        (bench.public(key), "this is a public key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "this is a public key"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", "this is a public key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\n", "this is a key of PuTTY"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n", "this is a certificate"),
        ("hello", "this is no private key"),
        (bytes(range(256)) * 16, "this is no private key"),
        (key + b"hello\n", "something else stands before or after the private key"),
        (b"hello\n" + key, "something else stands before or after the private key"),
        (key + pem, "there are 2 private keys in this"),
        (pem + pem, "there are 2 private keys in this"),
        (b"".join(lines[:-1]), "the private key is cut off"),
        (lines[0] + mixed + lines[-1], "ssh-keygen cannot read the private key"),
        (key.replace(body, body[:70] + b"\x1b[31m" + body[75:]), "ssh-keygen cannot read"),
        (pem.replace(pem[100:104], b"\0\0\0\0"), "ssh-keygen cannot read the private key"),
    ]:
        line = refuses(content)
        assert said in line and "\x1b" not in line, (content, line)


def test_four_mebibytes_of_anything(refuses):
    assert "a private key does not have 4000000 bytes" in refuses(b"\xf3" * 4_000_000)


def test_a_locked_ed25519_key_in_pkcs8_is_taken_or_refused_with_a_way_out(
        admin, bench, refuses, add_key):
    key, public = ed25519_in_pkcs8(bench)
    locked = prepare(
        ["openssl", "pkcs8", "-topk8", "-in", str(bench.write("pkcs8", key)), "-passout",
         f"pass:{PASSPHRASE}"])
    if bench.reads(locked, PASSPHRASE):
        add_key(locked, PASSPHRASE)
        assert admin.json("keyfob show key")["settings"]["publicKey"] == public
    else:
        # OpenSSH before 9.6.
        assert "`openssl pkey -in FILE`, which unlocks it" in refuses(locked, PASSPHRASE)


def test_without_ssh_keygen_it_says_what_to_install(admin, bench, add_key, prefix):
    key = bench.make("ed25519-OPENSSH")
    line = add_key(key, run=lambda line: admin.fails(1, line, PATH=f"{prefix}/bin"))
    assert "ssh-keygen is not on PATH" in line and "install openssh-client" in line


def test_without_its_own_program_it_says_so(home, bench, tmp_path, prefix):
    """An installation that somebody took apart."""
    apart = tmp_path / "apart/bin"
    apart.mkdir(parents=True)
    (apart / "keyfob").write_bytes((prefix / "bin/keyfob").read_bytes())
    (apart / "keyfob").chmod(0o755)
    key = bench.write("key", bench.make("ed25519-OPENSSH"))
    answer = home.run(
        apart / "keyfob", "add", "key", "--kind", "ssh-key", "--field", f"privateKey=@{key}")
    assert answer.code == 4
    assert b"keyfob-askpass is not installed" in answer.err


@pytest.mark.skipif(not os.environ.get("KEYFOB_TESTS_FULL"), reason="takes 20 s")
def test_an_ssh_keygen_that_hangs_is_ended(home, admin, bench, add_key):
    program = home.recorders / "ssh-keygen"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    key = bench.make("ed25519-OPENSSH")
    line = add_key(key, run=lambda line: admin.fails(4, line, timeout=40))
    assert "ssh-keygen did not answer in time" in line
