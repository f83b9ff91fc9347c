"""A scratch home with the three files in place, and the installed programs run in it."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

import pytest

from sealed_file import open_store
from sealed_resolution import parsed

PREFIX = os.environ.get("KEYFOB_PREFIX")
MISS = b"credentials not found in native keychain\n"


@dataclass
class Reply:
    """How a helper answered: a (username, secret), a miss (`None`), or a refusal."""

    found: object = None
    refused: bool = False


class Home:
    FILES = {
        "credentials": ".local/share/keyfob/credentials.keyfob",
        "key": ".local/state/keyfob/key",
        "anchor": ".local/state/keyfob/anchor",
        "external": "external-key",
    }

    def __init__(self, root, **files):
        if not PREFIX:
            pytest.fail("KEYFOB_PREFIX must name the folder that the programs are installed in")
        self.root = pathlib.Path(root)
        for folder in (".config", ".local/share/keyfob", ".local/state/keyfob"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for folder in (self.root, *self.root.rglob("*")):
            folder.chmod(0o700)
        for name, content in files.items():
            if content is not None:
                descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)

    def path(self, name):
        return self.root / self.FILES[name]

    def read(self, name):
        return self.path(name).read_bytes() if self.path(name).exists() else None

    def contents(self):
        return {name: self.read(name) for name in self.FILES}

    def opened(self, **at_hand):
        """The files as they now are, in the Python reader."""
        files = [self.read(name) for name in ("credentials", "key", "anchor")]
        return open_store(*files, **at_hand)

    def run(self, program, *arguments, stdin=b"", scope=None, seconds=10):
        environment = {"HOME": str(self.root), "PATH": "/usr/bin:/bin", "KEYFOB_STORE": "file"}
        if scope:
            environment["KEYFOB_SCOPE"] = scope
        if self.path("external").exists():
            environment["KEYFOB_KEY_FILE"] = str(self.path("external"))
        done = subprocess.run(
            [f"{PREFIX}/bin/{program}", *arguments], input=stdin, capture_output=True,
            env=environment, cwd=self.root, timeout=seconds)
        # What every secret in the vectors begins with; an answer goes to stdout, with exit 0.
        assert b"secret of" not in done.stderr + (done.stdout if done.returncode else b""), done
        return done

    # docker's protocol

    def docker_get(self, address, scope=None):
        done = self.run("docker-credential-keyfob", "get", stdin=address.encode(), scope=scope)
        if done.returncode == 0:
            reply = json.loads(done.stdout)
            return Reply((reply["Username"].encode(), reply["Secret"].encode()))
        assert done.returncode == 1, done
        assert done.stdout.count(b"\n") == 1 and len(done.stdout) > 1, done
        return Reply(refused=done.stdout != MISS)

    def docker_store(self, address, username, secret):
        login = {"ServerURL": address, "Username": username, "Secret": secret}
        done = self.run("docker-credential-keyfob", "store", stdin=json.dumps(login).encode())
        assert (done.returncode, done.stdout) == (0, b""), done

    def docker_erase(self, address):
        done = self.run("docker-credential-keyfob", "erase", stdin=address.encode())
        assert (done.returncode, done.stdout) == (0, b""), done

    # git's protocol

    def git_get(self, address, wanted=None, scope=None):
        request = git_request(address, wanted)
        done = self.run("git-credential-keyfob", "get", stdin=request, scope=scope)
        if done.returncode:
            assert (done.returncode, done.stdout) == (1, b""), done
            assert done.stderr.strip().count(b"\n") == 0 and done.stderr.strip(), done
            return Reply(refused=True)
        fields = dict(line.split(b"=", 1) for line in done.stdout.split(b"\n") if line)
        return Reply((fields[b"username"], fields[b"password"]) if b"password" in fields else None)

    def git_store(self, address, username, secret):
        request = git_request(address, username, secret)
        done = self.run("git-credential-keyfob", "store", stdin=request)
        assert (done.returncode, done.stdout) == (0, b""), done

    def ask(self, query):
        """The reply of the helper that a vector's query is meant for."""
        scope = query.get("scope")
        if query["protocol"] == "registry":
            return self.docker_get(query["address"], scope)
        return self.git_get(query["address"], query.get("wanted"), scope)

    def fsck(self):
        """The exit code and the report of `keyfob store fsck --json`."""
        done = self.run("keyfob", "store", "fsck", "--json")
        report = json.loads(done.stdout)
        for problem in report["problems"]:
            assert problem.keys() >= {"class", "where", "message"}, problem
        return done.returncode, report


def git_request(address, username=None, password=None):
    scheme, host, port, path = parsed(address)
    lines = [b"protocol=" + scheme, b"host=" + host + (b":%d" % port if port else b"")]
    if path:
        lines.append(b"path=" + path)
    if username is not None:
        lines.append(b"username=" + username.encode())
    if password is not None:
        lines.append(b"password=" + password.encode())
    return b"\n".join(lines) + b"\n\n"
