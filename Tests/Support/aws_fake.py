"""A small AWS of our own, for what moto lacks. Its answers are those of AWS's API references."""

import base64
import calendar
import secrets
import time
from dataclasses import dataclass
from http.client import HTTPMessage

from .aws_errors import json_error
from .aws_fake_sessions import Sessions
from .aws_moto import REGION
from .aws_server import AWSServer
from .aws_signature import access_key_id, authorization, is_signed, sign
from .loopback import Request, as_json

_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass
class Key:
    """An access key that the fake knows, with its session token if it is a temporary one."""

    id: str
    secret: str
    token: str = None
    #: When its session ends, in seconds since 1970 by the fake's clock.
    expires: float = None
    #: Whether it may get registry tokens.
    allowed: bool = True

    @property
    def environment(self):
        environment = {"AWS_ACCESS_KEY_ID": self.id, "AWS_SECRET_ACCESS_KEY": self.secret}
        return {**environment, "AWS_SESSION_TOKEN": self.token} if self.token else environment


class FakeAWS(Sessions, AWSServer):
    """Private and public ECR, and (see aws_fake_sessions.py) everything that hands out sessions.

    ECR verifies every signature, its date, the session and the right to call. Actions:
    `ecr:` and `ecr-public:GetAuthorizationToken`, `sso:GetRoleCredentials`, `sso-oidc:CreateToken`,
    `container:GetCredentials`, `imds:GetToken`, `imds:ListRoles`, `imds:GetRoleCredentials`,
    `imds:GetRegion`. Attributes to be set by tests, at any time:

    - skew: seconds that the fake's clock is ahead of the machine's; it dates answers by it
    - window: seconds that a signature's date may be off
    - lifetime: seconds that registry tokens are valid
    - password: the password in them; by default one that names the access key and the call
    """

    def __init__(self, **where):
        self.skew = 0
        self.window = 300
        self.lifetime = 12 * 3600
        self.password = None
        self._keys = {}
        #: The key of somebody who may get registry tokens.
        self.key = self.add_key()
        self.prepare_sessions()
        super().__init__(**where)

    def environment(self, variables=None):
        """By which a client uses the fake for everything: with `key`, unless it is told more."""
        return super().environment(self.key.environment if variables is None else variables)

    def token_request(self, body=b"{}", service="ecr"):
        """A request for a registry token as it should be, signed with `key`."""
        headers = HTTPMessage()
        headers["Host"] = self.host
        headers["Content-Type"] = "application/x-amz-json-1.1"
        headers["X-Amz-Target"] = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
        request = Request("POST", "/", headers, body)
        sign(request, self.key.id, self.key.secret, service, REGION)
        return request

    def now(self):
        return time.time() + self.skew

    def date(self):
        return self.now()

    def add_key(self, *, lifetime=None, **values):
        """Knows one key more: of a session, if it has a lifetime."""
        word = secrets.token_hex(8).upper()
        if lifetime is None:
            key = Key(f"AKIA{word}", secrets.token_urlsafe(30), **values)
        else:
            key = Key(f"ASIA{word}", secrets.token_urlsafe(30), secrets.token_urlsafe(300),
                      self.now() + lifetime, **values)
        self._keys[key.id] = key
        return key

    def action(self, request):
        target = request.headers.get("X-Amz-Target")
        if target is None:
            return self.session_action(request)
        service, operation = target.split(".")
        services = {
            "AmazonEC2ContainerRegistry_V20150921": "ecr", "SpencerFrontendService": "ecr-public"}
        return f"{services.get(service, service)}:{operation}"

    def act(self, action, request):
        if action in ("ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken"):
            service = action.split(":")[0]
            return self._refusal(service, request) or self._token(action, service, request)
        if "X-Amz-Target" in request.headers:
            return json_error("UnknownOperationException", "The operation is not known")
        return self.session(action, request)

    def _token(self, action, service, request):
        password = self.password or f"token-{self.count(action)}-of-{access_key_id(request)}"
        data = {
            "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
            "expiresAt": round(self.now() + self.lifetime, 3)}
        if service == "ecr-public":
            return self._json({"authorizationData": data})
        region = authorization(request)["region"]
        accounts = request.document.get("registryIds", ["123456789012"])
        return self._json({"authorizationData": [
            {**data, "proxyEndpoint": f"https://{account}.dkr.ecr.{region}.amazonaws.com"}
            for account in accounts]})

    def _json(self, value):
        return as_json(value, content_type="application/x-amz-json-1.1")

    def _refusal(self, service, request):
        """Why a call is refused, or None, in the order in which AWS looks at it."""
        if "Authorization" not in request.headers:
            return json_error("MissingAuthenticationTokenException")
        parts = authorization(request)
        if parts is None:
            return json_error("IncompleteSignatureException")
        key = self._keys.get(parts["key"])
        if key is None or request.headers.get("X-Amz-Security-Token") != key.token:
            return json_error("UnrecognizedClientException")
        wrong = self._scope(service, parts) or self._date(request)
        if wrong:
            return json_error("InvalidSignatureException", wrong)
        if not is_signed(key.secret, request):
            return json_error("InvalidSignatureException")
        if key.expires is not None and key.expires <= self.now():
            return json_error("ExpiredTokenException")
        return None if key.allowed else json_error("AccessDeniedException")

    def _scope(self, service, parts):
        if parts["service"] != service:
            return f"Credential should be scoped to correct service: '{service}'."
        if service == "ecr-public" and parts["region"] != "us-east-1":
            return "Credential should be scoped to a valid region."
        return None

    def _date(self, request):
        stamp = request.headers.get("X-Amz-Date", "")
        try:
            signed = calendar.timegm(time.strptime(stamp, _STAMP))
        except ValueError:
            return "Date must be in ISO-8601 'basic format'."
        now = self.now()
        minutes = self.window // 60
        if signed < now - self.window:
            return (f"Signature expired: {stamp} is now earlier than {_stamp(now - self.window)} "
                    f"({_stamp(now)} - {minutes} min.)")
        if signed > now + self.window:
            return (f"Signature not yet current: {stamp} is still later than "
                    f"{_stamp(now + self.window)} ({_stamp(now)} + {minutes} min.)")
        return None


def _stamp(moment):
    return time.strftime(_STAMP, time.gmtime(moment))
