"""An authorization server made of Authlib: code with PKCE, device codes, rotation, ID tokens.

Run by the Python that has Authlib, with the port as its argument; everybody who visits its page is
alice, or whoever `login_hint` names.
"""

import sys
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import (
    DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict,
)
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, request

CODES, TOKENS, DEVICES = {}, {}, {}
SIGNING = {"alg": "HS256", "key": "not-a-secret-0123456789-0123456789", "exp": 300,
           "iss": "https://authorization.example"}


class Client(ClientMixin):
    """The only client: a public one, with any redirect on loopback."""

    client_id = "keyfob-tests"

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.startswith("http://127.0.0.1:")

    def check_client_secret(self, client_secret):
        return False

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "none"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return True


class Grant(dict):
    """What a code or device code stands for."""

    def get_redirect_uri(self):
        return self["redirect_uri"]

    def get_scope(self):
        return self["scope"]

    def get_nonce(self):
        return None

    def get_auth_time(self):
        return int(time.time())

    def get_acr(self):
        return None

    def get_amr(self):
        return None

    code_challenge = property(lambda self: self["challenge"])
    code_challenge_method = property(lambda self: self["method"])


class Token(dict, TokenMixin):
    def check_client(self, client):
        return True

    def get_scope(self):
        return self["scope"]

    def get_expires_in(self):
        return self["expires_in"]

    def is_expired(self):
        return False

    def is_revoked(self):
        return False


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def save_authorization_code(self, code, request):
        asked = request.payload
        CODES[code] = Grant(
            redirect_uri=asked.redirect_uri, scope=asked.scope, user=request.user,
            challenge=asked.data.get("code_challenge"),
            method=asked.data.get("code_challenge_method"))
        return code

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code):
        for code in [code for code, grant in CODES.items() if grant is authorization_code]:
            del CODES[code]

    def authenticate_user(self, authorization_code):
        return authorization_code["user"]


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        return TOKENS.get(refresh_token)

    def authenticate_user(self, refresh_token):
        return refresh_token["user"]

    def revoke_old_credential(self, refresh_token):
        del TOKENS[refresh_token["refresh_token"]]


class IdentityToken(OpenIDCode):
    def exists_nonce(self, nonce, request):
        return False

    def get_jwt_config(self, grant):
        return SIGNING

    def generate_user_info(self, user, scope):
        return UserInfo(sub=f"id-of-{user}", preferred_username=user)


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    CLIENT_AUTH_METHODS = ["none"]

    def get_verification_uri(self):
        return "https://authorization.example/device"

    def save_device_credential(self, client_id, scope, data):
        DEVICES[data["device_code"]] = DeviceCredentialDict(
            {**data, "client_id": client_id, "scope": scope,
             "expires_at": time.time() + data["expires_in"]})


class DeviceGrant(DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def query_device_credential(self, device_code):
        return DEVICES.get(device_code)

    def query_user_grant(self, user_code):
        return ("alice", True) if user_code in ENTERED else None

    def should_slow_down(self, credential):
        return credential["user_code"] in HURRIED


ENTERED, HURRIED = set(), set()


def save_token(token, request):
    if "refresh_token" in token:
        TOKENS[token["refresh_token"]] = Token(token, user=request.user)


def main():
    app = Flask(__name__)
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    server = AuthorizationServer(app, query_client=lambda _: Client(), save_token=save_token)
    server.register_grant(CodeGrant, [CodeChallenge(required=True), IdentityToken()])
    server.register_grant(RefreshGrant)
    server.register_grant(DeviceGrant)
    server.register_endpoint(DeviceEndpoint)

    @app.get("/authorize")
    def authorize():
        who = request.args.get("login_hint", "alice")
        return server.create_authorization_response(
            grant_user=who, grant=server.get_consent_grant(end_user=who))

    @app.post("/token")
    def token():
        return server.create_token_response()

    @app.post("/device")
    def device():
        return server.create_endpoint_response(DeviceEndpoint.ENDPOINT_NAME)

    @app.post("/said/<what>/<user_code>")
    def said(what, user_code):
        {"entered": ENTERED, "hurried": HURRIED}[what].add(user_code)
        return ""

    app.run("127.0.0.1", int(sys.argv[1]))


if __name__ == "__main__":
    main()
