"""The parts of the fake AWS that hand out sessions: IAM Identity Center (SSO), containers, EC2."""

import secrets
import time

from .aws_errors import json_error, oauth_error
from .loopback import Reply, as_json

_METADATA = "/latest/meta-data"
_ROLES = f"{_METADATA}/iam/security-credentials/"


class Sessions:
    """A part of FakeAWS. Attributes to be set by tests, at any time:

    - session_lifetime: seconds that the sessions last that are handed out
    - sso_account, sso_role: whom SSO has a role for
    - sso_token: the access token that SSO takes
    - sso_client, sso_client_secret, sso_refresh_token: what OIDC gives a new access token for;
      each refresh changes the refresh token, and the one before is worth nothing any more
    - sso_token_lifetime: seconds that a new access token lasts
    - container_path: where a container gets its session
    - container_token: what its `Authorization` must be; None: it needs none
    - imds_role: the role of the instance; None: it has none
    - imds_problem: code and message instead of a session, with the status 200, as EC2 does it
    """

    def prepare_sessions(self):
        self.session_lifetime = 3600
        self.sso_account = "123456789012"
        self.sso_role = "Builder"
        self.sso_token = _secret()
        self.sso_client = "client-of-the-tests"
        self.sso_client_secret = _secret()
        self.sso_refresh_token = _secret()
        self.sso_token_lifetime = 8 * 3600
        self.container_path = "/v2/credentials/0f1e2d3c"
        self.container_token = None
        self.imds_role = "builder"
        self.imds_problem = None
        self._imds_tokens = {}

    def session_action(self, request):
        path = request.path
        if path == "/token":
            return "sso-oidc:CreateToken"
        if path == "/federation/credentials":
            return "sso:GetRoleCredentials"
        if path == "/latest/api/token":
            return "imds:GetToken"
        if path == f"{_METADATA}/placement/region":
            return "imds:GetRegion"
        if path.startswith(_ROLES):
            return "imds:ListRoles" if path == _ROLES else "imds:GetRoleCredentials"
        return "container:GetCredentials"

    def session(self, action, request):
        """Answers a call that no key signs."""
        service = action.split(":")[0]
        if action == "sso-oidc:CreateToken":
            return self._create_token(request.document)
        if action == "sso:GetRoleCredentials":
            return self._role_credentials(request)
        if action == "imds:GetToken":
            return self._metadata_token(request)
        return self._metadata(action, request) if service == "imds" else self._container(request)

    # https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
    def _create_token(self, wanted):
        if wanted.get("grantType") != "refresh_token":
            return oauth_error(
                "unsupported_grant_type", "UnsupportedGrantTypeException", "Unsupported grant type")
        client = wanted.get("clientId"), wanted.get("clientSecret")
        if client != (self.sso_client, self.sso_client_secret):
            return oauth_error("invalid_client", "InvalidClientException", "Invalid client")
        if wanted.get("refreshToken") != self.sso_refresh_token:
            return oauth_error(
                "invalid_grant", "InvalidGrantException", "Invalid refresh token provided")
        self.sso_token = _secret()
        self.sso_refresh_token = _secret()
        return as_json({
            "accessToken": self.sso_token, "expiresIn": self.sso_token_lifetime,
            "refreshToken": self.sso_refresh_token, "tokenType": "Bearer"})

    # https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
    def _role_credentials(self, request):
        if request.headers.get("x-amz-sso_bearer_token") != self.sso_token:
            return json_error("UnauthorizedException", content_type="application/json")
        wanted = request.query.get("account_id"), request.query.get("role_name")
        if wanted != (self.sso_account, self.sso_role):
            return json_error("ForbiddenException", "No access", 403, "application/json")
        key = self._new_session()
        return as_json({"roleCredentials": {
            "accessKeyId": key.id, "secretAccessKey": key.secret, "sessionToken": key.token,
            "expiration": int(key.expires * 1000)}})

    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    def _container(self, request):
        if request.path != self.container_path:
            return as_json({"code": "InvalidIdInRequest", "HTTPErrorCode": 404,
                            "message": "CredentialsV2Request: ID not found"}, 404)
        if self.container_token not in (None, request.headers.get("Authorization")):
            return as_json({"code": "AccessDenied", "HTTPErrorCode": 401,
                            "message": "The authorization token is not valid"}, 401)
        key = self._new_session()
        return as_json({
            "RoleArn": f"arn:aws:iam::{self.sso_account}:role/builder", "AccessKeyId": key.id,
            "SecretAccessKey": key.secret, "Token": key.token, "Expiration": _iso(key.expires)})

    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
    def _metadata_token(self, request):
        if request.method != "PUT":
            return _text("", 405)
        if "X-Forwarded-For" in request.headers:
            return _text("", 403)
        ttl = request.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
            return _text("", 400)
        token = _secret()
        self._imds_tokens[token] = time.time() + int(ttl)
        return _text(token, **{"X-aws-ec2-metadata-token-ttl-seconds": ttl})

    def _metadata(self, action, request):
        token = request.headers.get("X-aws-ec2-metadata-token")
        if self._imds_tokens.get(token, 0) <= time.time():
            return _text("", 401)
        if action == "imds:GetRegion":
            return _text("eu-west-1")
        if self.imds_role is None:
            return _text("", 404)
        if action == "imds:ListRoles":
            return _text(self.imds_role)
        if request.path != _ROLES + self.imds_role:
            return _text("", 404)
        if self.imds_problem:
            code, message = self.imds_problem
            return as_json({"Code": code, "Message": message, "LastUpdated": _iso(time.time())})
        key = self._new_session()
        return as_json({
            "Code": "Success", "LastUpdated": _iso(time.time()), "Type": "AWS-HMAC",
            "AccessKeyId": key.id, "SecretAccessKey": key.secret, "Token": key.token,
            "Expiration": _iso(key.expires)}, content_type="text/plain")

    def _new_session(self):
        return self.add_key(lifetime=self.session_lifetime)


def _secret():
    return secrets.token_urlsafe(40)


def _iso(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def _text(text, status=200, **headers):
    return Reply(status, text.encode(), {"Content-Type": "text/plain", **headers})
