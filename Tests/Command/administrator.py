"""The person who runs `keyfob`: commands, what they print, and what clients are answered then."""

import base64
import json
import re
import shlex
from typing import NamedTuple

from Support import Account
from Support.attributes import decode, encode

MISS = b"credentials not found in native keychain\n"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Refused(NamedTuple):
    """The one line in which a helper says why it gives no answer."""

    line: str


class Administrator:
    def __init__(self, home):
        self.home = home
        #: All that any command printed so far.
        self.output = b""

    # Commands.

    def run(self, line, input="", **env):
        """Runs a command line: `keyfob` and its words, split as a shell splits them."""
        program, *words = shlex.split(line)
        assert program == "keyfob"
        answer = self.home.keyfob(*words, input=input, **env)
        self.output += answer.out + answer.err
        return answer

    def does(self, line, input="", **env):
        """Runs a command that must succeed; returns what it prints."""
        answer = self.run(line, input, **env)
        assert answer.code == 0, (line, answer)
        return answer.out

    def fails(self, code, line, input="", **env):
        """Runs a command that must fail so, with one line on stderr and nothing on stdout;
        returns the line."""
        answer = self.run(line, input, **env)
        assert (answer.code, answer.out) == (code, b""), (line, answer)
        assert answer.err.startswith(b"keyfob: ") and answer.err.count(b"\n") == 1, answer
        return self.plain(answer.err).removeprefix("keyfob: ").rstrip("\n")

    def json(self, line, **env):
        return json.loads(self.does(line + " --json", **env))

    def transcript(self, line, input="", **env):
        """What a person sees: stdout, stderr with `2> ` before each line, then an exit code that is
        not 0. Times, ids and the home are replaced by `<time>`, `<id>` and `~`."""
        answer = self.run(line, input, **env)
        shown = self.plain(answer.out)
        shown += "".join(f"2> {each}\n" for each in self.plain(answer.err).splitlines())
        return "\n" + shown + (f"exit {answer.code}\n" if answer.code else "")

    def plain(self, text):
        text = text.decode().replace(str(self.home.path), "~")
        return _ID.sub("<id>", _TIME.sub("<time>", text))

    # Clients.

    def docker_get(self, address, **env):
        """An account, None for a miss, or what was refused."""
        answer = self.home.docker("get", address, **env)
        self.output += answer.err
        if answer.code == 0:
            reply = json.loads(answer.out)
            return Account(reply["Username"], reply["Secret"])
        self.output += answer.out
        assert answer.code == 1 and answer.out.count(b"\n") == 1, answer
        return None if answer.out == MISS else Refused(self.plain(answer.out).rstrip("\n"))

    def docker_store(self, address, account):
        login = {"ServerURL": address, "Username": account.username, "Secret": account.password}
        assert self.home.docker("store", json.dumps(login)) == (0, b"", b"")

    def docker_erase(self, address):
        """Erases, which always succeeds; returns what it says about that."""
        answer = self.home.docker("erase", address)
        assert (answer.code, answer.out) == (0, b""), answer
        return self.plain(answer.err)

    def docker_list(self):
        answer = self.home.docker("list")
        assert (answer.code, answer.err) == (0, b""), answer
        return json.loads(answer.out)

    def git_get(self, host, **env):
        """An account, None for a miss, or what was refused."""
        answer = self.home.git("get", encode({"protocol": "https", "host": host}), **env)
        self.output += answer.err
        if answer.code:
            assert (answer.code, answer.out, answer.err.count(b"\n")) == (1, b"", 1), answer
            return Refused(self.plain(answer.err).rstrip("\n"))
        reply = decode(answer.out)
        return Account(reply["username"], reply["password"]) if reply else None

    def git_tells(self, verb, host, account):
        """A `store` or an `erase`, which must succeed and print nothing."""
        request = {"protocol": "https", "host": host, **account.attributes()}
        assert self.home.git(verb, encode(request)) == (0, b"", b"")

    # What is left behind.

    def files(self):
        """Every file under the home, with its bytes."""
        return {str(path.relative_to(self.home.path)): path.read_bytes()
                for path in self.home.path.rglob("*") if path.is_file()}

    def names(self):
        """The credentials there are."""
        return [each["name"] for each in self.json("keyfob list")]


def traces_of(secret):
    """How a secret would look if it got out: as it is, in hex, in base64 at any offset."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    for offset in range(3):
        # The first and the last quantum depend on the neighbours.
        yield base64.b64encode(bytes(offset) + raw)[4 if offset else 0:-4]


def shows(text, secret):
    return any(trace in text for trace in traces_of(secret))
