"""The rows of ECR: a token from our cache, from the peer's, and when it must be fetched."""

import pathlib
import sys
import time

import pytest
from measurement import CannotMeasure, Command, times
from stores import REGISTRY, Store

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from Support.aws_behaviour import delayed  # noqa: E402
from Support.aws_fake import FakeAWS  # noqa: E402
from Support.aws_moto import ECR_HOST  # noqa: E402
from Support.crowd import Crowd  # noqa: E402
from Support.ecr_login_peer import ECRLoginPeer  # noqa: E402
from Support.token_cache import TokenCache  # noqa: E402

TOKEN = "ecr:GetAuthorizationToken"
ROUNDS, TURNS, CROWDS = 150, 100, 5
CROWD = 1000
#: Seconds that the token takes which a crowd waits for.
LATENCY = 1


class AgainstECR:
    """What is fair: both sides have their token in the cache and the key in the environment. Ours
    has a store with logins besides, which it must look into first."""

    def __init__(self, root, docker):
        self._root, self._docker = root, docker
        self._home = Store.of_hosts(root / "ecr", 10, REGISTRY).home
        self._cache = TokenCache(
            self._home / ".local/state/keyfob", self._home / ".local/share/keyfob/nothing")
        self._crowds = 0

    def measure(self, timer):
        with FakeAWS() as self._aws:
            self._aws.password = "token-of-the-fake"
            self._environment = {
                "HOME": str(self._home), "PATH": "/usr/bin:/bin", **self._aws.environment()}
            return {**self._warm(timer), **self._past_half_its_life(), **self._crowded()}

    def _warm(self, timer):
        folder = self._root / "ecr-login"
        folder.mkdir(mode=0o700)
        try:
            peer = ECRLoginPeer(folder)
        except pytest.fail.Exception as problem:
            raise CannotMeasure(str(problem)) from None
        asked = self._root / "ecr-host"
        asked.write_text(ECR_HOST)
        rows = times(timer, [
            Command("ecr get", self._home, (self._docker, "get"), (asked,), self._aws.password,
                    variables=_variables(self._aws.environment())),
            Command("ecr-login get", folder, (peer.program, "get"), (asked,), peer.password,
                    variables=_variables({name: value for name, value in peer.environment.items()
                                          if name.startswith("AWS_")})),
        ], ROUNDS)
        if self._aws.count(TOKEN) != 1:
            raise CannotMeasure("a token in the cache is fetched again")
        return rows

    def _past_half_its_life(self):
        """In turns: a token that is young, and one that a process is started to replace. That one
        is at work while the time is taken, as it is for a user; its end is waited for."""
        rows = {"ecr get, in turns": [], "ecr get, past half its life": []}
        young, old = rows.values()
        for _ in range(TURNS):
            young.append(self._many(1, calls=0))
            calls = self._aws.count(TOKEN)
            self._cache.age(0.6)
            aged = self._cache.data
            old.append(self._many(1))
            _wait_for(lambda: self._cache.data != aged)
            if self._aws.count(TOKEN) != calls + 1:
                raise CannotMeasure("a token past half its life is not replaced, or too often")
        return rows

    def _crowded(self):
        """A thousand at once, in turns; what the token takes is none of ours."""
        rows = {f"{CROWD:,} ecr gets": [], f"{CROWD:,} ecr gets, expired, less latency": []}
        warm, expired = rows.values()
        self._aws.on(TOKEN, delayed(LATENCY))
        for _ in range(CROWDS):
            warm.append(self._many(CROWD, calls=0))
            self._cache.age(1.5)
            expired.append(self._many(CROWD, calls=1) - LATENCY * 1e6)
        return rows

    def _many(self, count, calls=None):
        """Microseconds until so many are answered, for so many calls if that is certain."""
        before = self._aws.count(TOKEN)
        self._crowds += 1
        members, seconds = Crowd(
            [self._docker, "get"], count, env=self._environment, input=ECR_HOST.encode(),
            folder=self._root / f"crowd-{self._crowds}").wait()
        answered = sum(self._aws.password.encode() in each.out for each in members)
        if answered != count or calls not in (None, self._aws.count(TOKEN) - before):
            raise CannotMeasure(f"{answered} of {count} were answered, for "
                                f"{self._aws.count(TOKEN) - before} calls")
        return seconds * 1e6


def _variables(environment):
    return tuple(f"{name}={value}" for name, value in environment.items())


def _wait_for(what):
    end = time.monotonic() + 10
    while not what():
        if time.monotonic() > end:
            raise CannotMeasure("a token past half its life is not replaced")
        time.sleep(0.001)
