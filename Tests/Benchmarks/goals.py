"""What the rows' times have to come to."""

import pathlib
from typing import NamedTuple, Optional

from measurement import ratio


class Goal(NamedTuple):
    """At most `most` times the other row; `reach` is what is worth more work."""

    name: str
    row: str
    other: str
    most: float
    reach: Optional[float] = None


class Verdict(NamedTuple):
    goal: str
    most: float
    reach: Optional[float]
    measured: float
    is_met: bool


GOALS = [
    Goal("get, against git's own store in clear", "get, 1,000 logins", "git-credential-store get",
         0.75),
    Goal("get, against docker-credential-pass", "docker get, 1,000 logins",
         "docker-credential-pass get", 0.03),
    Goal("100,000 logins, against 10", "get, 100,000 logins", "get, 10 logins", 1.3),
    Goal("1,000 paths on a host, against one", "get, 1,000 paths", "get, one path", 1.5),
    Goal("a certain miss, against a hit", "get, a miss", "get, 1,000 logins", 1.0),
    Goal("an unchanged store, against a get", "store, unchanged", "get, 1,000 logins", 1.2),
    Goal("a changing store, against git's own in clear", "store, changing",
         "git-credential-store store", 5),
    Goal("keyring, against docker's own helper", "keyring get, 10 items",
         "secretservice get, 10 items", 0.18, 0.15),
    Goal("keyring, against secret-tool", "keyring get, 10 items", "secret-tool lookup", 0.22, 0.18),
    Goal("keyring of 1,000 items, against docker's", "keyring get, 1,000 items",
         "secretservice get, 1,000 items", 0.18, 0.14),
    Goal("keyring of 9,000 items, against docker's", "keyring get, 9,000 items",
         "secretservice get, 9,000 items", 0.15, 0.10),
    Goal("keyring, a miss, against docker's", "keyring get, a miss", "secretservice get, a miss",
         0.10, 0.06),
    Goal("list of 10,000, against 10", "list, 10,000 credentials", "list, 10 credentials", 10),
    Goal("list of 10,000 as JSON, against 10", "list as JSON, 10,000 credentials",
         "list as JSON, 10 credentials", 10),
    Goal("importing 100,000, an entry against 1,000", "import, an entry of 100,000",
         "import, an entry of 1,000", 1.5),
    Goal("ECR, against docker-credential-ecr-login", "ecr get", "ecr-login get", 0.15),
    Goal("1,000 gets of an expired token, against warm", "1,000 ecr gets, expired, less latency",
         "1,000 ecr gets", 1.5),
]
#: Bytes of a helper.
LARGEST = 9_000_000
#: Method calls on the bus that the keyring's `get` makes when it knows where its item is.
MOST_CALLS = 4


def verdicts(measured, calls, programs):
    """On every goal, then on the programs' sizes, then on the calls by the name of their row."""
    for goal in GOALS:
        found = ratio(measured[goal.row], measured[goal.other])
        yield Verdict(goal.name, goal.most, goal.reach, round(found, 3), found <= goal.most)
    for program in map(pathlib.Path, programs):
        size = program.stat().st_size
        yield Verdict(f"bytes of {program.name}", LARGEST, None, size, size <= LARGEST)
    found = calls["keyring get, 10 items"]
    yield Verdict("calls on the bus", MOST_CALLS, None, found, found <= MOST_CALLS)
