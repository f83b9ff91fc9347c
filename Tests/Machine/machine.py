"""A machine of its own inside this one: users, groups and `/var/lib` that nobody else sees.

Everything happens in a mount namespace over copies, so that no user and no file of the tests is
ever this machine's.
"""

import json
import shlex
import stat

from fault_mounts import PrivateMounts
from Support import Account
from Support.attributes import decode, encode
from Support.processes import SYSTEM_PATH, finish, required

STORE = "/var/lib/keyfob"
MISS = b"credentials not found in native keychain\n"
#: What root seeded.
BOT = Account("bot", "canary of the machine")


class Machine:
    """Root's side: the store, the users, the group."""

    def __init__(self, prefix):
        self.mounts = PrivateMounts()
        #: What root's programs find; a home that is root's.
        self.env = {"HOME": "/mnt/root", "PATH": f"/mnt/prefix/bin:{SYSTEM_PATH}",
                    "LANG": "C.UTF-8", "TERM": "dumb"}
        # The prefix is bound to a place that every user can reach; /etc is a copy.
        self.sh(f"""
            mount -t tmpfs -o mode=755 tmpfs /mnt
            mkdir -m 755 /mnt/etc /mnt/home /mnt/prefix /mnt/work && mkdir -m 700 /mnt/root
            cp -a /etc/. /mnt/etc && mount --bind /mnt/etc /etc
            mount --bind {shlex.quote(str(prefix))} /mnt/prefix
            mount -t tmpfs -o mode=755 tmpfs /var/lib""")

    def sh(self, script):
        """Prepares something as root, inside."""
        answer = finish([*self.mounts.wrapper, "/bin/sh", "-ec", script], env=self.env, cwd="/")
        assert answer.code == 0, answer
        return answer.out.decode()

    def user(self, name, *, member=False):
        self.sh(f"useradd --no-log-init --create-home --base-dir /mnt/home {name}"
                + (f" && usermod -aG keyfob {name}" if member else ""))
        return User(self, name)

    def root(self, *argv, input="", wrapper=(), **env):
        """Runs a program as root."""
        return finish([*self.mounts.wrapper, *wrapper, *argv], env={**self.env, **env},
                      input=input.encode(), cwd="/")

    def does(self, line, input="", **env):
        """Runs a command of root's that must succeed; returns what it prints."""
        answer = self.root(*shlex.split(line), input=input, **env)
        assert answer.code == 0, (line, answer)
        return answer.out.decode()

    def names(self):
        return [each["name"] for each in json.loads(self.does("keyfob list --system --json"))]

    def modes(self):
        """Owner, group and mode of the folder and of every file in it."""
        lines = self.sh(f"cd {STORE} && stat -c '%n %U:%G %a' . *").splitlines()
        return {name: f"{owner} {mode}" for name, owner, mode in map(str.split, lines)}

    def seal(self):
        """The store's bytes, to see whether anything was written."""
        folder = self.mounts.folder(STORE)
        return {path.name: path.read_bytes() for path in folder.iterdir()
                if stat.S_ISREG(path.lstat().st_mode) and path.name != "events"}

    def __enter__(self):
        self.mounts.__enter__()
        return self

    def __exit__(self, *how):
        self.mounts.__exit__(*how)


class User:
    """Somebody with a login shell on the machine, in the groups that /etc/group says."""

    def __init__(self, machine, name):
        self.machine = machine
        self.name = name
        self.home = f"/mnt/home/{name}"
        self.env = {**machine.env, "HOME": self.home, "USER": name, "GIT_TERMINAL_PROMPT": "0",
                    "GIT_CONFIG_NOSYSTEM": "1"}

    def run(self, *argv, input=b"", **env):
        become = [required("setpriv"), f"--reuid={self.name}", f"--regid={self.name}",
                  "--init-groups", "--"]
        return finish([*self.machine.mounts.wrapper, *become, *argv], env={**self.env, **env},
                      input=input.encode() if isinstance(input, str) else input, cwd="/")

    def keyfob(self, line, input="", **env):
        return self.run("keyfob", *shlex.split(line), input=input, **env)

    def fails(self, code, line, input="", **env):
        """Runs a command that must fail so; returns the one line that it says."""
        answer = self.keyfob(line, input, **env)
        assert (answer.code, answer.out, answer.err.count(b"\n")) == (code, b"", 1), answer
        return answer.err.decode().removeprefix("keyfob: ").rstrip("\n")

    def docker(self, verb, input="", **env):
        return self.run("docker-credential-keyfob", verb, input=input, **env)

    def docker_get(self, address, **env):
        """An account, None for a miss, or the line that says why there is no answer."""
        answer = self.docker("get", address, **env)
        if answer.code == 0:
            reply = json.loads(answer.out)
            return Account(reply["Username"], reply["Secret"])
        return None if answer.out == MISS else answer.out.decode()

    def docker_store(self, address, account, **env):
        login = {"ServerURL": address, "Username": account.username, "Secret": account.password}
        assert self.docker("store", json.dumps(login), **env) == (0, b"", b"")

    def docker_list(self):
        answer = self.docker("list")
        assert answer.code == 0, answer
        return json.loads(answer.out)

    def git(self, verb, host, account=None, **env):
        request = {"protocol": "https", "host": host, **(account.attributes() if account else {})}
        return self.run("git-credential-keyfob", verb, input=encode(request), **env)

    def git_get(self, host, **env):
        """An account, None for a miss, or the line that says why there is no answer."""
        answer = self.git("get", host, **env)
        if answer.code != 0:
            assert answer.out == b""
            return answer.err.decode()
        reply = decode(answer.out)
        return Account(reply["username"], reply["password"]) if reply else None

    def git_tells(self, verb, host, account):
        assert self.git(verb, host, account) == (0, b"", b"")

    def names(self):
        """The credentials in the user's own store."""
        answer = self.keyfob("list --json")
        assert answer.code == 0, answer
        return [each["name"] for each in json.loads(answer.out)]

    def files(self):
        """Every file of ours under the user's home, with its bytes."""
        folder = self.machine.mounts.folder(self.home)
        return {str(path.relative_to(folder)): path.read_bytes()
                for path in folder.rglob("*keyfob/*") if path.is_file()}
