"""moto: an AWS on loopback that verifies signatures, policies and the trust of roles."""

import urllib.request
from typing import NamedTuple
from urllib.parse import urlencode
from xml.etree import ElementTree

from .processes import Daemon, free_port

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ECR_HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"

_ARN = f"arn:aws:iam::{ACCOUNT}"
# What moto reads of it is the service; nothing is verified yet.
_UNCHECKED = "AWS4-HMAC-SHA256 Credential=nobody/20150830/us-east-1/iam/aws4_request"
_TOKENS = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action":' \
          ' ["ecr:GetAuthorizationToken", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"]}]}'
_TRUST = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",' \
         ' "Principal": {"AWS": "%s"}}]}'


class User(NamedTuple):
    """A user with an access key."""

    name: str
    key_id: str
    secret: str

    @property
    def arn(self):
        return f"{_ARN}:user/{self.name}"

    @property
    def environment(self):
        return {"AWS_ACCESS_KEY_ID": self.key_id, "AWS_SECRET_ACCESS_KEY": self.secret}


class Role(NamedTuple):
    """A role; only its name matters."""

    name: str

    @property
    def arn(self):
        return f"{_ARN}:role/{self.name}"


class Moto:
    """moto_server with signature checking on, in which there are

    - builder and second: users who may get registry tokens and assume roles
    - stranger: a user without any policy
    - deployer: a role that builder may assume, and that may get registry tokens and assume roles
    - chained: a role that everybody may assume, with the same rights
    - closed: a role that stranger alone may assume, and so nobody
    - powerless: a role that builder may assume, without any rights

    It does not look at dates: signatures are good for ever, and so are sessions.
    """

    def __init__(self, python, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._daemon = Daemon(
            [str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            port=self.port, log=folder / "moto.log")
        try:
            self._people()
            self._check_signatures()
        except BaseException:
            self.stop()
            raise

    def _people(self):
        self.builder = self._user("builder")
        self.second = self._user("second")
        self.stranger = self._user("stranger", may=None)
        self.deployer = self._role("deployer", trusts=self.builder.arn)
        self.chained = self._role("chained", trusts="*")
        self.closed = self._role("closed", trusts=self.stranger.arn)
        self.powerless = self._role("powerless", trusts=self.builder.arn, may=None)

    def _user(self, name, may=_TOKENS):
        self._iam("CreateUser", UserName=name)
        if may:
            self._iam("PutUserPolicy", UserName=name, PolicyName="it", PolicyDocument=may)
        key = self._iam("CreateAccessKey", UserName=name)
        return User(name, key.findtext(".//{*}AccessKeyId"), key.findtext(".//{*}SecretAccessKey"))

    def _role(self, name, trusts, may=_TOKENS):
        self._iam("CreateRole", RoleName=name, AssumeRolePolicyDocument=_TRUST % trusts)
        if may:
            self._iam("PutRolePolicy", RoleName=name, PolicyName="it", PolicyDocument=may)
        return Role(name)

    def _iam(self, action, **parameters):
        form = urlencode({"Action": action, "Version": "2010-05-08", **parameters})
        headers = {"Authorization": _UNCHECKED}
        return ElementTree.fromstring(self._post("/", form.encode(), headers))

    def _check_signatures(self):
        # As a form, which is what urllib calls a body otherwise, it would be a 500.
        self._post("/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})

    def _post(self, path, data, headers):
        request = urllib.request.Request(self.url + path, data, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def stop(self):
        self._daemon.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
