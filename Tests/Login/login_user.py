"""Somebody who logs in and out, and whose clients then ask."""

import json

import pexpect

from Support.attributes import decode, encode

NO_LOGIN = b"credentials not found in native keychain\n"


class LoginUser:
    def __init__(self, home, terminal):
        self.home = home
        self._terminal = terminal
        #: All that any command printed so far.
        self.output = b""

    def run(self, *words, input="", **env):
        answer = self.home.keyfob(*words, input=input, **env)
        self.output += answer.out + answer.err
        return answer

    def does(self, *words, input="", **env):
        """Runs a command that must succeed; returns all that it says."""
        answer = self.run(*words, input=input, **env)
        assert answer.code == 0, answer
        return (answer.out + answer.err).decode()

    def fails(self, code, *words, input="", **env):
        """Runs a command that must fail so; returns the one line in which it says why."""
        answer = self.run(*words, input=input, **env)
        assert (answer.code, answer.out) == (code, b""), answer
        assert answer.err.startswith(b"keyfob: "), answer
        return answer.err.decode().splitlines()[-1].removeprefix("keyfob: ")

    def login(self, *words, token, **env):
        """Logs in with a token from standard input, and returns the report."""
        answer = self.run("login", *words, "--token-stdin", "--json", input=token + "\n", **env)
        assert answer.code == 0, answer
        return json.loads(answer.out)

    def listed(self):
        """What is stored, by name."""
        answer = self.run("list", "--json")
        assert answer.code == 0, answer
        return {each["name"]: each for each in json.loads(answer.out)}

    def git_login(self, host, **fields):
        """What git's helper answers: (user name, password); None for a miss."""
        request = encode({"protocol": "https", "host": host, **fields})
        answer = self.home.git("get", request)
        assert answer.code == 0, answer
        reply = decode(answer.out)
        return (reply["username"], reply["password"]) if reply else None

    def docker_login(self, address):
        """What docker's helper answers: (user name, password); None for a miss."""
        answer = self.home.docker("get", address)
        if answer.code == 1 and answer.out == NO_LOGIN:
            return None
        assert answer.code == 0, answer
        reply = json.loads(answer.out)
        return reply["Username"], reply["Secret"]

    def terminal(self, line, **options):
        """Runs a command line on a terminal."""
        self.home.env.pop("GIT_TERMINAL_PROMPT", None)
        return self._terminal(line, columns=200, **options)

    def git(self, *words, **env):
        answer = self.home.run("git", *words, **env)
        return answer


def ended(child, code=0):
    """What a terminal showed until its program ended."""
    child.expect(pexpect.EOF)
    shown = child.before
    child.close()
    assert child.exitstatus == code, shown
    return shown
