"""The rows of the keyring: the same login, asked for in the same daemon by every program."""

import json
import pathlib
import shutil
import subprocess
import sys
from typing import NamedTuple

from jeepney import DBusErrorResponse
from keyrings import Keyring
from measurement import CannotMeasure, Command, times
from stores import USER

PEER = pathlib.Path("/usr/bin/docker-credential-secretservice")
SECRET_TOOL = pathlib.Path("/usr/bin/secret-tool")
#: git ships this helper as source only.
LIBSECRET = pathlib.Path(
    "/usr/share/doc/git/contrib/credential/libsecret/git-credential-libsecret.c")
SERVER, STRANGER = "asked.example.com", "stranger.example.com"
SECRET = "token-of-the-login-0123456789abcdefghijkl"
MISS = "credentials not found"
#: Items, and rounds.
SIZES = ((10, 150), (1000, 150), (9000, 60))
ATTEMPTS = 3


class Measured(NamedTuple):
    rows: dict
    #: Method calls on the bus, by what made them.
    calls: dict


class Asking:
    """The programs that ask a keyring, and what they are given."""

    def __init__(self, root, docker, git):
        self.root = root
        self.docker, self.git = docker, git
        for program in (PEER, SECRET_TOOL):
            if not program.is_file():
                raise CannotMeasure(f"{program} is missing")
        self.libsecret = _built_libsecret_helper(root)
        if not self.libsecret:
            print("git-credential-libsecret cannot be built here, and is not measured",
                  file=sys.stderr)
        login = {"ServerURL": f"https://{SERVER}", "Username": USER, "Secret": SECRET}
        self.login = self._input("docker-login", json.dumps(login))
        self.hit = self._input("docker-hit", f"https://{SERVER}")
        self.miss = self._input("docker-miss", f"https://{STRANGER}")
        request = f"protocol=https\nhost={SERVER}\nusername={USER}\n"
        self.git_login = self._input("git-login", f"{request}password={SECRET}\n\n")
        self.git_hit = self._input("git-hit", f"{request}\n")
        self.nothing = self._input("no-input", "")

    def _input(self, name, text):
        file = self.root / name
        file.write_text(text)
        return file

    def measure(self, timer):
        """Every row, and the calls that a `get` makes."""
        rows, calls = {}, {}
        for count, rounds in SIZES:
            measured = self._lasting(count, rounds, timer)
            rows |= measured.rows
            calls |= measured.calls
        return Measured(rows, calls)

    def _lasting(self, count, rounds, timer):
        """What is measured with a daemon that lasts. gnome-keyring 42.1 can answer a new client
        before it knows it, and then aborts: once in some thousand clients that come as fast."""
        for attempt in range(ATTEMPTS):
            with Keyring(self.root / f"keyring-{count}-{attempt}", count) as keyring:
                try:
                    return self._in(keyring, count, rounds, timer)
                except (CannotMeasure, DBusErrorResponse) as problem:
                    if not keyring.has_ended():
                        raise CannotMeasure(str(problem)) from None
                    print(f"gnome-keyring ended with {count:,} items: {problem}", file=sys.stderr)
        raise CannotMeasure(f"gnome-keyring ended {ATTEMPTS} times with {count:,} items")

    def _in(self, keyring, count, rounds, timer):
        for program in (self.docker, PEER):
            self._command("store", keyring, (program, "store"), self.login).check()
        if keyring.count != count:
            raise CannotMeasure(f"there are {keyring.count} items instead of {count}")
        commands, calls = self._both(keyring, f"{count:,} items"), {}
        if count == SIZES[0][0]:
            calls = {each.name: keyring.calls(each) for each in commands}
            commands += self._others(keyring)
        return Measured(times(timer, commands, rounds), calls)

    def _both(self, keyring, size):
        return [
            self._command(f"{name}, {size}", keyring, (program, "get"), self.hit, SECRET)
            for name, program in (("keyring get", self.docker), ("secretservice get", PEER))]

    def _others(self, keyring):
        """Other programs, and other questions. git's have items of their own, two more in all,
        which everybody's rows are measured with."""
        hit = SECRET
        item = ("xdg:schema", "dev.keyfob.Credential", "id", keyring.our_item(SERVER))
        rows = [
            self._command("secret-tool lookup", keyring, (SECRET_TOOL, "lookup", *item),
                          self.nothing, hit),
            self._command("keyring get, a miss", keyring, (self.docker, "get"), self.miss, MISS, 1),
            self._command("secretservice get, a miss", keyring, (PEER, "get"), self.miss, MISS, 1),
            self._command("keyring get, encrypted", keyring, (self.docker, "get"), self.hit, hit,
                          home=keyring.encrypting_home()),
        ]
        if not self.libsecret:
            return rows
        for name, program in (
                ("git keyring get", self.git), ("git-credential-libsecret get", self.libsecret)):
            # It echoes what it was given.
            stored = SECRET if program == self.libsecret else ""
            self._command("store", keyring, (program, "store"), self.git_login, stored).check()
            rows.append(self._command(name, keyring, (program, "get"), self.git_hit, hit))
        return rows

    def _command(self, name, keyring, argv, given, expected="", status=0, home=None):
        return Command(
            name, home or keyring.home, argv, (given,), expected, variables=keyring.variables,
            status=status)


def _built_libsecret_helper(root):
    """git's helper for libsecret, built from its source; None where that is not at hand."""
    if not LIBSECRET.is_file() or not shutil.which("gcc"):
        return None
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "libsecret-1", "glib-2.0"], capture_output=True,
        text=True)
    if flags.returncode:
        return None
    program = root / "git-credential-libsecret"
    built = subprocess.run(
        ["gcc", "-O2", "-o", str(program), str(LIBSECRET), *flags.stdout.split()],
        capture_output=True, text=True)
    if built.returncode:
        raise CannotMeasure(f"git-credential-libsecret cannot be built: {built.stderr}")
    return program
