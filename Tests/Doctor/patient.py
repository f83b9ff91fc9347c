"""The user whose set-up `keyfob doctor` looks at."""

import base64
import json
from typing import NamedTuple


class Diagnosis(NamedTuple):
    """What was found about one address."""

    code: int
    findings: list
    state: str
    cause: str
    remedy: str

    def of(self, topic, state=None):
        """The texts of a topic."""
        return [each["text"] for each in self.findings
                if each["topic"] == topic and state in (None, each["state"])]

    @property
    def is_well(self):
        return (self.code, self.state) == (0, "good")


class Patient:
    def __init__(self, home):
        self.home = home
        self._secrets = set()
        self._output = b""

    def does(self, *words, input=b""):
        """Runs a command that must succeed."""
        answer = self.home.keyfob(*words, input=input)
        assert answer.code == 0, (words, answer)
        return answer.out

    def stores(self, address, account, *options, name="mine"):
        """Stores a login, as an administrator does."""
        username, password = account
        self.keeps(password)
        user = ["--username", username] if username else []
        self.does(
            "add", name, "--kind", "token" if not username else "password", "--bind", address,
            *user, "--stdin", *options, input=password)

    def keeps(self, secret):
        """Remembers a secret: no output may show it, nor a header made of it."""
        self._secrets.add(secret.encode())

    def asks(self, *words, within=(), **env):
        """Runs the doctor, in another network if one is given."""
        program = self.home.program("keyfob")
        answer = self.home.run(*within, program, "doctor", *words, "--json", **env)
        self._output += answer.out + answer.err
        assert answer.code in (0, 1), answer
        found = json.loads(answer.out)
        assert len(found) == 1, found
        verdict = found[0]["verdict"]
        return Diagnosis(
            answer.code, found[0]["findings"], verdict["state"], verdict["cause"],
            verdict.get("remedy", ""))

    def reads(self, *words, **env):
        """What the doctor says to a person: (code, text)."""
        answer = self.home.keyfob("doctor", *words, **env)
        self._output += answer.out + answer.err
        return answer.code, answer.out.decode()

    def check_secrecy(self):
        """No secret stands in anything that was printed, and no pair of a header."""
        assert self._output, "the doctor was never asked"
        for secret in self._secrets:
            assert secret not in self._output, secret
            for shift in range(3):
                # Base64 at each offset, but for the letters that its neighbours have a part in.
                encoded = base64.b64encode(b"x" * shift + secret)[4:-4]
                assert len(encoded) < 8 or encoded not in self._output, secret
