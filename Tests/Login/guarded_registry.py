"""A registry on loopback whose own token server decides who gets in."""

import base64
import secrets

from Support.loopback import LoopbackServer, Reply, as_json


class GuardedRegistry(LoopbackServer):
    """Like GitHub's: `/v2/` wants a token, which the server beside it gives to whoever shows one of
    `accounts`; of the user name it takes no notice unless `wants_user`."""

    def __init__(self, accounts, wants_user=False, **where):
        self.accounts = accounts
        self.wants_user = wants_user
        self._tokens = set()
        super().__init__(**where)

    def answer(self, request):
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if request.path == "/token":
            return self._token(scheme, value)
        if request.path != "/v2/":
            return Reply(404, b"nothing here\n")
        if scheme == "Bearer" and value in self._tokens:
            return Reply(200, b"{}", self._headers())
        return Reply(401, b'{"errors": [{"code": "UNAUTHORIZED"}]}', {
            **self._headers(), "Content-Type": "application/json",
            "WWW-Authenticate": f'Bearer realm="{self.url}/token",service="guarded"'})

    def _token(self, scheme, value):
        if scheme != "Basic":
            # Whoever comes without a login gets nothing.
            return as_json({"errors": [{"code": "UNAUTHORIZED"}]}, 401)
        name, _, secret = base64.b64decode(value).decode().partition(":")
        known = {name: self.accounts.get(name)} if self.wants_user else self.accounts
        if secret not in known.values():
            return as_json({"errors": [{"code": "DENIED", "message": "denied"}]}, 403)
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return as_json({"token": token})

    @staticmethod
    def _headers():
        return {"Docker-Distribution-Api-Version": "registry/2.0"}
