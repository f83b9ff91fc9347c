"""Who is told why there is no token: in one line, and without a byte of what is secret."""

import re
import sys
from pathlib import Path

import pytest

from Support.aws_moto import ECR_HOST
from token_user import TokenUser

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from administrator import MISS, shows  # noqa: E402

_PASSWORD = re.compile(rb"token-\d+-of-")
_SECRET = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN")


class RefusedUser(TokenUser):
    """Keeps an eye on what is printed and on what is left in files."""

    def __init__(self, home):
        super().__init__(home)
        #: What is secret beside the keys of the environment and the fake's own passwords.
        self.secrets = []

    def refusal(self, address=ECR_HOST, **env):
        """Why docker gets no password, without the `keyfob: ` before it."""
        answer = self.home.docker("get", address, **env)
        assert (answer.code, answer.err) == (1, b""), answer
        assert answer.out != MISS and answer.out.startswith(b"keyfob: "), answer
        return self._one_line(answer.out, env)

    def refused_refresh(self, code, **env):
        """The same from `keyfob refresh`, which must end with that exit code."""
        answer = self.home.keyfob("refresh", ECR_HOST, **env)
        assert (answer.code, answer.out) == (code, b""), answer
        assert answer.err.startswith(b"keyfob: "), answer
        return self._one_line(answer.err, env)

    def _one_line(self, output, env):
        line = output.decode()
        assert line.endswith("\n") and line[:-1].isprintable() and len(line) < 800, output
        self._keeps_secrets(output, {**self.home.env, **env})
        return self.plain(output).removeprefix("keyfob: ").removesuffix("\n")

    def _keeps_secrets(self, output, env):
        secrets = self.secrets + [env[name] for name in _SECRET if env.get(name)]
        written = [data for path, data in self.files().items() if not path.startswith(".aws/")]
        for text in [output, *written]:
            assert not _PASSWORD.search(text), "a password got out"
            # A part of it is too much already.
            for secret in secrets:
                assert not any(shows(text, part) for part in (secret[:12], secret[-12:])), \
                    "a secret got out"


@pytest.fixture
def user(home, fake_aws):
    """A user without a past, whose environment has the key of somebody who may get tokens."""
    home.env.update(fake_aws.environment())
    return RefusedUser(home)
