"""Real logins at a real sshd, with what `keyfob` made or was given."""

import os

import pytest

from ssh_bench import PASSPHRASE
from ssh_server import SSHServer, account
from Support.processes import required


def test_a_made_key_logs_in(admin, ssh_server, ssh_user):
    admin.does("keyfob add deploy --kind ssh-key --generate")
    admin.does("keyfob add other --kind ssh-key --generate")
    ssh_server.admit(admin.json("keyfob show deploy")["settings"]["publicKey"])
    assert not ssh_user.logs_in()

    key = admin.does("keyfob show other --reveal --field privateKey")
    assert ssh_user.takes(key).code == 0
    assert not ssh_user.logs_in()

    key = admin.does("keyfob show deploy --reveal --field privateKey")
    assert ssh_user.takes(key).code == 0
    assert ssh_user.logs_in()
    fingerprint = admin.json("keyfob show deploy")["settings"]["fingerprint"]
    assert "Accepted publickey for" in ssh_server.log()
    assert fingerprint in ssh_server.log()


@pytest.mark.parametrize("form", ["ed25519-OPENSSH", "rsa-2048-PEM", "ecdsa-256-PKCS8"])
def test_a_locked_key_logs_in(home, admin, bench, add_key, ssh_server, ssh_user, form):
    add_key(bench.make(form, PASSPHRASE), PASSPHRASE)
    ssh_server.admit(admin.json("keyfob show key")["settings"]["publicKey"])
    key = admin.does("keyfob show key --reveal --field privateKey")

    def takes(script):
        program = home.recorders / "askpass"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        return ssh_user.takes(key, SSH_ASKPASS=program, SSH_ASKPASS_REQUIRE="force")

    # It asks again until it is told nothing.
    answer = bench.write("answer", "wrong")
    assert takes(f"cat {answer}; : > {answer}").code == 1
    assert answer.read_bytes() == b""
    assert not ssh_user.logs_in()

    assert takes("exec keyfob show key --reveal --field passphrase").code == 0
    assert ssh_user.logs_in()


@pytest.fixture
def password_server(tmp_path):
    """A server that takes passwords."""
    folder = tmp_path / "sshd"
    folder.mkdir()
    with SSHServer(folder, passwords=True) as server:
        yield server


def test_passwords_log_in_by_sshpass_and_by_askpass(admin, home, bench, password_server):
    """Each is found by what it is for: host, port and user."""
    assert os.getuid() == 0, "it takes root to make a user with a password"
    port = password_server.port
    with account("s3cret pw") as user:
        for name, password in [("right", "s3cret pw"), ("wrong", "s3cret")]:
            source = bench.write(name, password)
            admin.does(
                f"keyfob add {name} --kind ssh-password --username {user}"
                f" --field host=127.0.0.1 --field port={port} --field password=@{source}")
        admin.does("keyfob add elsewhere --kind secret --stdin", "x")
        listed = admin.json("keyfob list --filter kind=ssh-password")
        assert sorted(each["name"] for each in listed) == ["right", "wrong"]
        assert [each["settings"] for each in listed] == [
            {"host": "127.0.0.1", "port": str(port)}] * 2

        ssh = password_server.client("-o", "PubkeyAuthentication=no", user=user)
        for name, out in [("right", f"{user}\n".encode()), ("wrong", b"")]:
            password = admin.does(f"keyfob show {name} --reveal")
            answer = home.run(required("sshpass"), "-d0", *ssh, "id -un", input=password)
            assert answer.out == out, answer
            program = home.recorders / "askpass"
            program.write_text(f"#!/bin/sh\nexec keyfob show {name} --reveal\n")
            program.chmod(0o700)
            once = [ssh[0], "-o", "NumberOfPasswordPrompts=1", *ssh[1:]]
            answer = home.run(
                *once, "id -un", SSH_ASKPASS=program, SSH_ASKPASS_REQUIRE="force")
            assert answer.out == out, answer
    assert f"Accepted password for {user}" in password_server.log()
    assert f"Failed password for {user}" in password_server.log()
