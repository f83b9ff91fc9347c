"""A place with mounts of its own: nobody else sees them, and they go when it ends."""

import os
import subprocess
from pathlib import Path

from Support.processes import required


class PrivateMounts:
    """A mount namespace, held open by a sleeping process; without root, a user namespace too."""

    def __init__(self):
        as_root = os.geteuid() == 0
        flags = ["--mount"] if as_root else ["--user", "--map-root-user", "--mount"]
        self._holder = subprocess.Popen(
            [required("unshare"), *flags, "--propagation", "private", "sh", "-c",
             "echo up; exec sleep 600"], stdout=subprocess.PIPE)
        assert self._holder.stdout.readline() == b"up\n", "no mount namespace can be made here"
        self._enter = [
            required("nsenter"), *([] if as_root else ["--user", "--preserve-credentials"]),
            "--mount", "--target", str(self._holder.pid), "--"]

    @property
    def wrapper(self):
        """What to put in front of a program to run it inside."""
        return self._enter

    def run(self, *argv):
        subprocess.run([*self._enter, *map(str, argv)], check=True)

    def folder(self, path):
        """The folder as it looks inside, for reading its files from outside."""
        return Path(f"/proc/{self._holder.pid}/root{path}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.kill()
        self._holder.wait()
        self._holder.stdout.close()
