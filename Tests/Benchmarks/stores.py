"""Scratch homes with stores of a given size: ours, and those of the programs compared with."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Format"))

from sealed_layout import (  # noqa: E402
    DOCKER, GIT, GIT_LOGIN, PASSWORD, REGISTRY, TOKEN, Binding)
from sealed_writer import Description, Draft, Keys, key_file  # noqa: E402

USER = "user"


def host(number):
    return f"host{number}.example.com"


def secret(number):
    """As long as a token, and of the bytes that tokens are made of."""
    return f"token-{number:08}-0123456789abcdefghijkl"


class Store:
    """A home with a sealed file of logins and of an administrator's wildcard, and its anchor."""

    def __init__(self, home, bindings, kind=PASSWORD):
        self.home = home
        logins = [
            Description(
                os.urandom(16), b"login-%d" % number,
                [(b"token" if kind == TOKEN else b"password", secret(number).encode())],
                [binding], username=USER.encode(), kind=kind, currency=number + 1,
                origin=GIT_LOGIN if binding.protocol == GIT else DOCKER)
            for number, binding in enumerate(bindings)]
        wildcard = Description(
            os.urandom(16), b"wildcard", [(b"password", b"of the wildcard")],
            [Binding(GIT, b"*.wild.example.com"), Binding(REGISTRY, b"*.wild.example.com")],
            username=USER.encode())
        keys = Keys.fresh()
        draft = Draft.of([*logins, wildcard], keys)
        self.file = self._write(".local/share/keyfob/credentials.keyfob", draft.sealed())
        self._write(".local/state/keyfob/key", key_file(keys.catalogue))
        self._write(".local/state/keyfob/anchor", draft.anchor())
        # What the first `store` writes down.
        self._write(".config/keyfob/config", b"[keyfob]\n\tstore = file\n")

    @classmethod
    def of_hosts(cls, home, count, protocol=GIT, kind=PASSWORD):
        """So many hosts with a login each."""
        return cls(
            home, [Binding(protocol, host(number).encode()) for number in range(count)], kind)

    @classmethod
    def of_paths(cls, home, count):
        """One host with so many paths, each with a login of its own."""
        return cls(home, [
            Binding(GIT, host(0).encode(), path(number).encode()) for number in range(count)])

    def _write(self, name, content):
        path = self.home / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in path.parents:
            if folder.is_relative_to(self.home):
                folder.chmod(0o700)
        path.touch(mode=0o600)
        path.write_bytes(content)
        return path


def path(number):
    return f"group{number % 10}/project{number}.git"


def git_store(home, count):
    """git's own store: a line in clear for each login. Returns its file."""
    home.mkdir(mode=0o700)
    lines = (f"https://{USER}:{secret(number)}@{host(number)}\n" for number in range(count))
    file = home / ".git-credentials"
    file.write_text("".join(lines))
    file.chmod(0o600)
    return file


class PassStore:
    """A password store under a key made for it, with one login in it."""

    def __init__(self, home):
        self.home = home
        gnupg = home / ".gnupg"
        gnupg.mkdir(mode=0o700, parents=True)
        self._env = {"HOME": str(home), "GNUPGHOME": str(gnupg), "PATH": "/usr/bin:/bin"}
        self._run("gpg", "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback",
                  "--quick-generate-key", "benchmark", "default", "default", "never")
        self._run("pass", "init", "benchmark")
        login = ('{"ServerURL":"https://%s","Username":"%s","Secret":"%s"}'
                 % (host(0), USER, secret(0)))
        self._run("docker-credential-pass", "store", given=login)

    def end(self):
        """Ends the agent that gpg started for this home."""
        self._run("gpgconf", "--kill", "gpg-agent")

    def _run(self, *command, given=""):
        subprocess.run(command, env=self._env, input=given, text=True, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
