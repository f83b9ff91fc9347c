"""A home that is broken and put back thousands of times, and what its helpers answer."""

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

from fault_launch import launch
from sealed_file import open_store
from sealed_layout import FILE
from sealed_primitives import MAGIC, SealedFileError

DOCKER, GIT = "docker-credential-keyfob", "git-credential-keyfob"
MISS = b"credentials not found in native keychain\n"

DATA, STATE = ".local/share/keyfob", ".local/state/keyfob"
CREDENTIALS, PREVIOUS = f"{DATA}/credentials.keyfob", f"{DATA}/credentials.keyfob.previous"
NEW, LOCK = f"{DATA}/credentials.keyfob.new", f"{DATA}/credentials.keyfob.lock"
KEY, ANCHOR, CONFIG = f"{STATE}/key", f"{STATE}/anchor", ".config/keyfob/config"


class Login(NamedTuple):
    """A login, in the words in which its client stores it, asks for it and erases it."""

    program: str
    address: str
    username: str
    secret: str

    def request(self, verb):
        if self.program == DOCKER:
            fields = {"ServerURL": self.address, "Username": self.username, "Secret": self.secret}
            return (json.dumps(fields) if verb == "store" else self.address).encode()
        scheme, _, host = self.address.partition("://")
        lines = [f"protocol={scheme}", f"host={host}"]
        if verb != "get":
            lines += [f"username={self.username}", f"password={self.secret}"]
        return "".join(line + "\n" for line in lines).encode()


class Refusal(NamedTuple):
    """An error, told in one line where the client looks for it."""

    line: bytes


class Unclear(NamedTuple):
    """What no helper may do: die, take too long, say two things, print an error and a secret."""

    reply: tuple


#: Two registries and a forge, as a home has them before most faults.
ALICE = Login(DOCKER, "registry.example.com", "alice", "canary of alice")
BOB = Login(DOCKER, "second.example.com:5000", "bob", "canary of bob")
CAROL = Login(GIT, "https://forge.example.com", "carol", "canary of carol")
THREE = (ALICE, BOB, CAROL)


class FaultHome:
    """A user's home, with nothing of this machine in its environment."""

    def __init__(self, root, prefix):
        self.root, self.prefix = Path(root), prefix
        self.root.mkdir(mode=0o700, parents=True)
        self.env = {"HOME": str(self.root), "PATH": "/usr/bin:/bin", "KEYFOB_STORE": "file"}

    def program(self, name):
        return f"{self.prefix}/bin/{name}"

    def run(self, name, *arguments, stdin=b"", wrapper=(), seconds=10.0):
        argv = [*wrapper, self.program(name), *arguments]
        return launch(argv, self.env, stdin, seconds)

    def ask(self, login, verb, **options):
        return self.run(login.program, verb, stdin=login.request(verb), **options)

    # What comes back.

    def get(self, login):
        """(username, secret), None for a miss, a `Refusal`, or an `Unclear` thing."""
        return verdict(login.program, self.ask(login, "get"))

    def answers(self, logins):
        return {login[:2]: self.get(login) for login in logins}

    def change(self, login, verb):
        """A store or erase that must work, and say nothing."""
        reply = self.ask(login, verb)
        assert reply[:3] == (0, b"", b""), (login, verb, reply)

    # The files.

    def path(self, name):
        return self.root / name

    def read(self, name):
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name, content):
        """Puts a file of the user's, mode 600, in its place; None takes it away."""
        path = self.path(name)
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)

    def snapshot(self):
        """Every file and folder: path to bytes, or None for a folder."""
        return {
            str(path.relative_to(self.root)): None if path.is_dir() else path.read_bytes()
            for path in sorted(self.root.rglob("*"))
        }

    def restore(self, snapshot):
        """Puts back what a snapshot saw, and nothing else."""
        for entry in os.scandir(self.root):
            shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)
        for name, content in snapshot.items():
            if content is None:
                self.path(name).mkdir(mode=0o700)
            else:
                self.write(name, content)

    def opened(self):
        """The sealed file in the Python reader; all that fsck checks is checked."""
        store = open_store(self.read(CREDENTIALS), self.read(KEY), self.read(ANCHOR))
        if store is not None:
            store.check()
        return store

    def secrets(self):
        """Every secret in any file under the home: sealed files are opened with the key there is,
        and must open whole; of other files, the bytes as they stand."""
        found = []
        for name, content in self.snapshot().items():
            if content is None:
                continue
            if not content.startswith(MAGIC):
                found.append(content)
                continue
            store = open_store(content, self.read(KEY))
            for credential in store.check():
                if credential.store != FILE:
                    continue
                fields = store.secrets(
                    credential.record, credential.id, credential.version, credential.kind)
                found += [value for _, value in fields]
        return found

    def holds(self, secret):
        """Whether decrypting everything under the home finds a secret."""
        return any(secret.encode() in value for value in self.secrets())


def stocked(root, prefix, logins=THREE):
    """A home that holds these logins, each stored by its own helper."""
    home = FaultHome(root, prefix)
    for login in logins:
        home.change(login, "store")
    assert home.answers(logins) == expected(logins)
    return home


def expected(logins, *missing):
    """What `answers` gives when all is well."""
    found = {login[:2]: (login.username, login.secret) for login in logins}
    return found | {login[:2]: None for login in missing}


def verdict(program, reply):
    """What a reply to a `get` says; see `FaultHome.get`."""
    if reply.code not in (0, 1) or reply.is_late:
        return Unclear(reply)
    read = docker_verdict if program == DOCKER else git_verdict
    return read(reply)


def docker_verdict(reply):
    if reply.code == 0:
        login = json.loads(reply.out)
        return login["Username"], login["Secret"]
    if reply.out == MISS:
        return None
    return Refusal(reply.out) if is_one_line(reply.out) else Unclear(reply)


def git_verdict(reply):
    if reply.code == 1:
        return Refusal(reply.err) if not reply.out and is_one_line(reply.err) else Unclear(reply)
    if not reply.out:
        return None
    fields = dict(line.split("=", 1) for line in reply.out.decode().splitlines())
    return fields["username"], fields["password"]


def error_line(program, reply):
    """The line in which a failed store or erase says why; None when there is no such line."""
    line, rest = (reply.out, reply.err) if program == DOCKER else (reply.err, reply.out)
    return line if reply.code == 1 and is_one_line(line) and not rest else None


def is_one_line(text):
    return len(text) > 1 and text.find(b"\n") == len(text) - 1


def is_damage(store_of):
    """Whether the independent reader refuses what `store_of` opens and checks."""
    try:
        store_of()
    except SealedFileError:
        return True
    return False
