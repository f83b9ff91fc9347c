"""A user of ECR registries whose AWS is a stand-in of ours."""

import json
import time

from .aws_moto import ECR_HOST
from .crowd import Crowd
from .token_cache import TokenCache

TOKEN = "ecr:GetAuthorizationToken"


class ECRUser:
    """A home, the AWS that it uses, and what is kept of tokens between the two."""

    def __init__(self, home, aws):
        self.home = home
        self.aws = aws
        self.cache = TokenCache.of(home)
        home.env.update(aws.environment())

    @property
    def calls(self):
        """How often a token was asked for."""
        return self.aws.count(TOKEN)

    def token(self, number, key=None):
        """What the answer to the n-th call has as its password."""
        return f"token-{number}-of-{(key or self.aws.key).id}"

    def answer(self, number, host=ECR_HOST, key=None):
        """What docker is told then."""
        value = {"ServerURL": host, "Username": "AWS", "Secret": self.token(number, key)}
        return json.dumps(value, separators=(",", ":")).encode() + b"\n"

    def get(self, host=ECR_HOST, **env):
        answer = self.home.docker("get", host, **env)
        assert answer.err == b"" and answer.out.count(b"\n") == 1, answer
        return answer

    def has(self, number, host=ECR_HOST, key=None, **env):
        """Whether a `get` is answered with the token of that call."""
        return self.get(host, **env) == (0, self.answer(number, host, key), b"")

    def crowd(self, count, host=ECR_HOST, within=()):
        """So many who ask at once; `within` comes before the command."""
        folder = self.home.root / f"crowd-{len(list(self.home.root.glob('crowd-*')))}"
        return Crowd([*within, self.home.program("docker-credential-keyfob"), "get"], count,
                     env=self.home.env, input=host.encode(), folder=folder)

    def wait_for(self, what, seconds=20):
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, "it does not happen"
            time.sleep(0.005)

    def wait_for_calls(self, count):
        self.wait_for(lambda: self.calls >= count)

    def grow_old(self, share):
        """Gets a first token, and lets that share of its life be over."""
        assert self.has(1)
        self.cache.age(share)
