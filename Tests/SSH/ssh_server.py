"""A real sshd on loopback, and somebody who logs in to it."""

import getpass
import os
from contextlib import contextmanager
from pathlib import Path

from Support.child import Child
from Support.processes import Daemon, free_port, prepare, required

_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
PermitRootLogin yes
UsePAM no
PasswordAuthentication {passwords}
LogLevel VERBOSE
"""


class SSHServer:
    """sshd with a host key of its own, in the foreground of a session of its own. It lets in those
    whose keys it was told, as whoever runs the tests."""

    def __init__(self, folder, passwords=False):
        self.port = free_port()
        self._folder = folder
        if os.getuid() == 0:
            # Where sshd locks itself in; the service's start would make it.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        prepare(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host")])
        (folder / "sshd_config").write_text(_CONFIG.format(
            port=self.port, folder=folder, passwords="yes" if passwords else "no"))
        self.admit()
        self.known_hosts = folder / "known_hosts"
        host = (folder / "host.pub").read_text()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {host}")
        self._daemon = Daemon(
            [required("sshd"), "-D", "-e", "-f", str(folder / "sshd_config")], port=self.port,
            log=folder / "log")

    def admit(self, *public_keys):
        """Lets in those who have one of these keys, and nobody else."""
        (self._folder / "authorized_keys").write_text("".join(f"{key}\n" for key in public_keys))

    def log(self):
        return (self._folder / "log").read_text()

    def client(self, *options, user=None):
        """The command line that logs in without asking anybody, up to what is run there."""
        return [required("ssh"), "-F", "/dev/null", "-p", str(self.port),
                "-o", f"UserKnownHostsFile={self.known_hosts}", "-o", "StrictHostKeyChecking=yes",
                *options, f"{user or getpass.getuser()}@127.0.0.1"]

    def stop(self):
        self._daemon.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class SSHUser:
    """Somebody with an agent of their own, in which there is no key yet, and no other key."""

    def __init__(self, home, server):
        self._home = home
        self._server = server
        socket = home.root / "agent"
        self._agent = Child(
            ["ssh-agent", "-D", "-a", str(socket)], env=home.env, log=home.root / "agent.log")
        while not socket.exists():
            assert self._agent.is_running()
        self.env = {"SSH_AUTH_SOCK": socket}

    def takes(self, key, **env):
        """`ssh-add -` with a key on standard input: whether the agent has it then."""
        return self._home.run(required("ssh-add"), "-q", "-", input=key, **self.env, **env)

    def logs_in(self):
        """Logs in by what the agent has; whether that went well."""
        argv = self._server.client("-o", "BatchMode=yes", "-o", "IdentityFile=none")
        answer = self._home.run(*argv, "echo logged in", **self.env)
        assert answer.code == 0 or b"Permission denied" in answer.err, answer
        return answer.out == b"logged in\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._agent.stop()


@contextmanager
def account(password):
    """A user of this machine with a password, for a while: its name."""
    name = f"keyfob-test-{os.getpid()}"
    prepare(["useradd", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", name])
    try:
        prepare(["chpasswd"], input=f"{name}:{password}\n".encode())
        yield name
    finally:
        prepare(["userdel", name])
