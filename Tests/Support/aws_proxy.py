"""moto behind a proxy of ours that adds what it lacks and counts what it is asked."""

import base64
import copy
import http.client
import json
import time

from .aws_errors import xml_error
from .aws_moto import REGION
from .aws_server import AWSServer
from .aws_signature import access_key_id, sign
from .loopback import Reply

_KEPT = ("Content-Type", "x-amzn-RequestId", "x-amzn-ErrorType")


class AWSProxy(AWSServer):
    """Passes ECR and STS calls on to moto as they came, so that their signatures stay valid.

    Attributes to be set by tests, at any time:

    - lifetime: seconds that the registry tokens are valid; moto's own ended in 2015
    - password: the password in them; by default one that names the access key and the call
    - wanted: fields that AssumeRole must have, by the role's ARN, such as a MFA code
    - web_identity: the only token that AssumeRoleWithWebIdentity takes
    """

    def __init__(self, moto, **where):
        self._moto = moto
        self.lifetime = 12 * 3600
        self.password = None
        self.wanted = {}
        self.web_identity = "web-identity-of-the-tests"
        super().__init__(**where)

    def action(self, request):
        target = request.headers.get("X-Amz-Target")
        if target:
            service, operation = target.split(".")
            return f"{'ecr' if 'ContainerRegistry' in service else service}:{operation}"
        return f"sts:{request.form.get('Action')}"

    def act(self, action, request):
        if action == "sts:AssumeRole":
            return self._missing(request) or self._pass_on(request)
        if action == "sts:AssumeRoleWithWebIdentity":
            return self._web_identity(request)
        if action == "ecr:GetAuthorizationToken":
            return self._fresh(request, self._pass_on(request))
        return self._pass_on(request)

    def _fresh(self, request, reply):
        if reply.status != 200:
            return reply
        answer = json.loads(reply.body)
        count = self.count("ecr:GetAuthorizationToken")
        password = self.password or f"token-{count}-of-{access_key_id(request)}"
        for token in answer["authorizationData"]:
            token["expiresAt"] = time.time() + self.lifetime
            token["authorizationToken"] = base64.b64encode(f"AWS:{password}".encode()).decode()
        return reply._replace(body=json.dumps(answer).encode())

    def _missing(self, request):
        """What AWS says to who may not assume a role without more, as moto does not."""
        for field, value in self.wanted.get(request.form.get("RoleArn"), {}).items():
            given = request.form.get(field)
            if given == value:
                continue
            if field == "TokenCode" and given is not None:
                return xml_error("AccessDenied", "MultiFactorAuthentication failed with invalid"
                                 " MFA one time pass code. ")
            return xml_error("AccessDenied")
        return None

    def _web_identity(self, request):
        if request.form.get("WebIdentityToken") != self.web_identity:
            return xml_error("InvalidIdentityToken")
        # The call is unsigned, which moto does not expect of any.
        signed = copy.deepcopy(request)
        user = self._moto.builder
        sign(signed, user.key_id, user.secret, "sts", REGION)
        return self._pass_on(signed)

    def _pass_on(self, request):
        upstream = http.client.HTTPConnection("127.0.0.1", self._moto.port, timeout=30)
        try:
            upstream.putrequest(
                request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(request.body)
            answer = upstream.getresponse()
            body = answer.read()
            kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
            return Reply(answer.status, body, kept)
        finally:
            upstream.close()
