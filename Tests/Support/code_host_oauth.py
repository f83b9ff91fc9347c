"""The authorization server of a code host: code with PKCE, device codes, refresh tokens."""

import base64
import hashlib
import hmac
import secrets
import threading
from urllib.parse import urlencode

from .loopback import Reply, as_json

#: Where each provider has its endpoints: authorization, tokens, device codes.
_PATHS = {
    "github": ("/login/oauth/authorize", "/login/oauth/access_token", "/login/device/code"),
    "gitlab": ("/oauth/authorize", "/oauth/token", "/oauth/authorize_device"),
    "gitea": ("/login/oauth/authorize", "/login/oauth/access_token", None),
    "forgejo": ("/login/oauth/authorize", "/login/oauth/access_token", None),
    "bitbucket": ("/site/oauth2/authorize", "/site/oauth2/access_token", None),
    "generic": ("/authorize", "/token", "/device"),
    "azure": ("/authorize", "/token", "/device"),
}


class CodeHostOAuth:
    """Who visits the authorization page is `login_as`, and agrees unless `denies`."""

    def __init__(self, host):
        self._host = host
        self._lock = threading.Lock()
        self._codes = {}
        self._devices = {}
        #: Refresh tokens that are good, with their account; and those that were, with their family.
        self.refresh_tokens = {}
        self._spent = {}
        self.client_id = "keyfob-tests"
        #: Set to a text, the token endpoint wants it.
        self.client_secret = None
        self.login_as = "alice"
        self.denies = False
        #: How long access tokens live, in seconds; None says nothing of it and gives no refresh
        #: token.
        self.lifetime = 7200
        #: Whether each refresh token is good once.
        self.rotates = True
        self.scopes = ("api", "all")
        #: How long the token endpoint takes, in seconds.
        self.latency = 0
        #: What polls for a device's code are answered before `login_as` agrees.
        self.device_answers = []
        self.device_interval = 1
        self.device_lifetime = 600
        authorize, token, device = _PATHS[host.provider]
        self.device_path = device
        self.endpoints = {authorize: ("authorize", self._authorize), token: ("token", self._token)}
        if device:
            self.endpoints[device] = ("device", self._device)

    def own_endpoints(self):
        """What the configuration must say of endpoints that no preset knows."""
        if self._host.provider not in ("generic", "azure"):
            return {}
        authorize, token, device = _PATHS[self._host.provider]
        return {
            "authorizeUrl": self._host.url + authorize, "tokenUrl": self._host.url + token,
            "deviceUrl": self._host.url + device, "accountUrl": self._host.url + "/userinfo"}

    def grant(self, account="alice", lifetime=None):
        """Tokens as the server gives them out, for a login that is there before the test."""
        return self._tokens(account, lifetime=self.lifetime if lifetime is None else lifetime)

    def kill_refresh_tokens(self):
        """As though they were revoked: the next use is an `invalid_grant`."""
        with self._lock:
            self._spent.update(dict.fromkeys(self.refresh_tokens, ""))
            self.refresh_tokens.clear()

    # The page.

    def _authorize(self, request):
        asked = request.query
        if asked.get("client_id") != self.client_id or asked.get("response_type") != "code":
            return Reply(400, b"unknown client\n")
        redirect = asked["redirect_uri"]
        if self.denies:
            answer = {"error": "access_denied", "error_description": "The user said no"}
        else:
            code = secrets.token_urlsafe(16)
            with self._lock:
                self._codes[code] = (asked.get("code_challenge"), redirect, self.login_as)
            answer = {"code": code}
        if "state" in asked:
            answer["state"] = asked["state"]
        joint = "&" if "?" in redirect else "?"
        return Reply(302, b"", {"Location": redirect + joint + urlencode(answer)})

    # The other endpoints.

    def _token(self, request):
        if self.latency:
            self._host.ending.wait(self.latency)
        form = self._form(request)
        if form is None:
            return as_json({"error": "invalid_client"}, 401)
        grants = {
            "authorization_code": self._redeem, "refresh_token": self._refresh,
            "urn:ietf:params:oauth:grant-type:device_code": self._poll}
        handle = grants.get(form.get("grant_type"))
        return handle(form) if handle else as_json({"error": "unsupported_grant_type"}, 400)

    def _form(self, request):
        """The request's fields; None for a client that is not known."""
        form = request.form
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            name, _, secret = base64.b64decode(value).decode().partition(":")
            form = {**form, "client_id": name, "client_secret": secret}
        if form.get("client_id") != self.client_id:
            return None
        if self.client_secret and not hmac.compare_digest(
                form.get("client_secret", "").encode(), self.client_secret.encode()):
            return None
        return form

    def _redeem(self, form):
        with self._lock:
            known = self._codes.pop(form.get("code"), None)
        if known is None:
            return as_json({"error": "invalid_grant"}, 400)
        challenge, redirect, account = known
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != expected or redirect != form.get("redirect_uri"):
            return as_json({"error": "invalid_grant", "error_description": "PKCE"}, 400)
        return as_json(self._tokens(account))

    def _refresh(self, form):
        old = form.get("refresh_token")
        with self._lock:
            account = self.refresh_tokens.get(old)
            if account is None:
                # A spent one that comes again ends all that came of it (RFC 9700, 4.14.2).
                family = self._spent.get(old)
                if family:
                    for token, owner in list(self.refresh_tokens.items()):
                        if owner == family:
                            del self.refresh_tokens[token]
                return as_json({"error": "invalid_grant", "error_description": "expired"}, 400)
            if self.rotates:
                del self.refresh_tokens[old]
                self._spent[old] = account
        tokens = self._tokens(account)
        if not self.rotates:
            with self._lock:
                self.refresh_tokens.pop(tokens.pop("refresh_token", None), None)
        return as_json(tokens)

    def _tokens(self, account, lifetime=None):
        lifetime = self.lifetime if lifetime is None else lifetime
        access = self._host.book.give(
            account, lifetime=lifetime, is_oauth=True, scopes=self.scopes)
        tokens = {"access_token": access, "token_type": "bearer", "scope": " ".join(self.scopes)}
        if lifetime is None:
            return tokens
        refresh = secrets.token_urlsafe(24)
        with self._lock:
            self.refresh_tokens[refresh] = account
        return {**tokens, "expires_in": lifetime, "refresh_token": refresh}

    def _device(self, request):
        if self._form(request) is None:
            return as_json({"error": "invalid_client"}, 401)
        code = secrets.token_urlsafe(16)
        with self._lock:
            self._devices[code] = list(self.device_answers)
        return as_json({
            "device_code": code, "user_code": "WDJB-MJHT",
            "verification_uri": f"{self._host.url}/login/device",
            "interval": self.device_interval, "expires_in": self.device_lifetime})

    def _poll(self, form):
        with self._lock:
            answers = self._devices.get(form.get("device_code"))
            if answers is None:
                return as_json({"error": "invalid_grant"}, 400)
            if answers:
                # GitHub answers errors with 200.
                status = 200 if self._host.provider == "github" else 400
                return as_json({"error": answers.pop(0)}, status)
            del self._devices[form["device_code"]]
        return as_json(self._tokens(self.login_as))
