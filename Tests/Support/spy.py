"""Sees which helper calls a client makes, and passes them on unchanged."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

_RECORDER = Path(__file__).with_name("recorder.py")
_PROGRAMS = ("docker-credential-keyfob", "git-credential-keyfob")


class Call(NamedTuple):
    """One start of a helper. Secrets stand in it as digests only."""

    program: str
    arguments: list
    #: The address (docker: the server key as sent) or the attributes (git) of the request.
    key: str
    fields: dict
    #: Length and digest of the whole input.
    length: int
    digest: str
    code: int

    @property
    def verb(self):
        return self.arguments[-1]


class Spy:
    """Recorders in front of both helpers, or of links with the given names.

    A recorder keeps the name it was called by: the programs take their scope from it.
    """

    def __init__(self, home, *links):
        self._log = home.root / "calls"
        for name in (*_PROGRAMS, *links):
            recorder = home.recorders / name
            recorder.write_text(
                "#!/bin/sh\n"
                f'exec {sys.executable} -I {_RECORDER} {home.program(name)} {self._log} "$@"\n')
            recorder.chmod(0o700)

    def calls(self):
        """Every call so far, in order."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [Call(**json.loads(line)) for line in lines]

    def take(self):
        """The calls since the last `take`."""
        seen = self.calls()
        self._log.unlink(missing_ok=True)
        return seen

    def verbs(self):
        """The verbs of the calls since the last `take`."""
        return [call.verb for call in self.take()]

    def requests(self):
        """Verb and address of the calls since the last `take`."""
        return [(call.verb, call.key) for call in self.take()]
