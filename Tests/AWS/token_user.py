"""Who wants tokens from the installed helper."""

import base64
import json
import sys
from pathlib import Path

import pytest

from Support import Account
from Support.aws_moto import ACCOUNT, ECR_HOST
from Support.aws_signature import authorization

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from administrator import Administrator, Refused  # noqa: E402

TOKEN = "ecr:GetAuthorizationToken"
PUBLIC_TOKEN = "ecr-public:GetAuthorizationToken"
GALLERY = "public.ecr.aws"
OTHER_ACCOUNT = "999999999999"
OTHER_HOST = ECR_HOST.replace(ACCOUNT, OTHER_ACCOUNT)
CHINESE_HOST = f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn"
#: A registry's name that only an administrator knows to be one.
NAMED = "images.example.com"
NO_CREDENTIALS = (
    "there are no AWS credentials here: none in the environment, in the profile that is used, from"
    " a container or from an EC2 instance; run `keyfob add --kind access-key` or `aws configure`,"
    " or name the profile to use in Keyfob's configuration: `[aws \"ACCOUNT\"]` with"
    " `profile = NAME`")


class TokenUser(Administrator):
    """Asks the docker helper. Variables that are given to a call are set for that call alone."""

    def token(self, address=ECR_HOST, **env):
        """The password for a registry, whose user name must be ECR's."""
        account = self.docker_get(address, **env)
        assert isinstance(account, Account) and account.username == "AWS", account
        return account.password

    def refusal(self, address=ECR_HOST, **env):
        """Why there is no password, which must be another reason than that none is known."""
        answer = self.docker_get(address, **env)
        assert isinstance(answer, Refused), answer
        return answer.line.removeprefix("keyfob: ")

    def misses(self, address=ECR_HOST, **env):
        """Whether the answer is that no credential is known, in docker's words."""
        return self.docker_get(address, **env) is None

    def forget(self, address=ECR_HOST):
        """Has the next token minted anew."""
        assert self.docker_erase(address) == ""


@pytest.fixture
def user(home, fake_aws):
    """A user without a past, whose environment has the key of somebody who may get tokens."""
    home.env.update(fake_aws.environment())
    return TokenUser(home)


@pytest.fixture
def keyless(user, fake_aws):
    """The same without the key."""
    for name in fake_aws.key.environment:
        del user.home.env[name]
    return user


def login(expiration=None):
    """The password of a `docker login` that somebody made by hand, as ECR writes it."""
    document = {"payload": "of a login", "datakey": "x", "version": "2", "type": "DATA_KEY"}
    if expiration is not None:
        document["expiration"] = expiration
    return base64.b64encode(json.dumps(document).encode()).decode()


def scopes(server, action=TOKEN):
    """Region and service for which each request to a server was signed."""
    parts = [authorization(each) for each in server.requests(action)]
    return [(each["region"], each["service"]) for each in parts]
