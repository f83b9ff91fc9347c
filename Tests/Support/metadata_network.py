"""A network in which the addresses of AWS's metadata services lead to a server of the test."""

import os
import socket
import subprocess
import sys

import pytest

from .processes import required

#: ECS, EKS and EC2, by IPv4 and IPv6.
ADDRESSES = ("169.254.170.2", "169.254.170.23", "169.254.169.254", "fd00:ec2::23", "fd00:ec2::254")

# It waits in the new network until its input ends, after it sent the listening sockets home.
_HOLDER = """
import socket, subprocess, sys
ip, port, *addresses = sys.argv[1:]
subprocess.run([ip, "link", "set", "lo", "up"], check=True)
listeners = []
for address in addresses:
    flags = ["nodad"] if ":" in address else []
    subprocess.run([ip, "address", "add", address, "dev", "lo", *flags], check=True)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listeners.append(socket.create_server((address, int(port)), family=family, backlog=128))
home = socket.socket(fileno=0)
socket.send_fds(home, [b"x"], [each.fileno() for each in listeners])
home.recv(1)
"""


class MetadataNetwork:
    """A network of its own, with nothing else in it, where a server answers at `addresses`.

    Programs get into it by `within`, to be put before their command line.
    """

    def __init__(self, server, addresses=ADDRESSES, port=80):
        is_root = os.geteuid() == 0
        self._namespaces = ["--net"] if is_root else ["--user", "--map-root-user", "--net"]
        self._line, theirs = socket.socketpair()
        self._holder = subprocess.Popen(
            [required("unshare"), *self._namespaces, sys.executable, "-I", "-c", _HOLDER,
             required("ip"), str(port), *addresses],
            stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        theirs.close()
        self._line.settimeout(10)
        _, descriptors, _, _ = socket.recv_fds(self._line, 1, len(addresses))
        if not descriptors:
            self.stop()
            pytest.fail(f"no network of its own: {self._holder.stderr.read().decode()}")
        for descriptor in descriptors:
            server.listen(socket.socket(fileno=descriptor))

    @property
    def within(self):
        user = ["--user", "--preserve-credentials"] if "--user" in self._namespaces else []
        return [required("nsenter"), f"--target={self._holder.pid}", *user, "--net", "--"]

    def stop(self):
        self._line.close()
        self._holder.wait(timeout=5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self._holder.stderr.close()
