"""A registry that says what a test wants it to, and keeps what came."""

import base64

from Support.loopback import LoopbackServer, Reply, as_json


class ScriptedRegistry(LoopbackServer):
    """Wants a token of `realm` and takes `token`; or, with `is_open`, lets anybody in. Its own
    token server, at `/token`, knows `account`. `tamper` changes what is answered."""

    def __init__(self, account, **where):
        self.account = account
        self.is_open = False
        self.token = "good-token"
        #: The time that it says it is.
        self.time = None
        self.requests = []
        self.tamper = lambda request, reply: reply
        super().__init__(**where)
        self.realm = f"{self.url}/token"

    def answer(self, request):
        self.requests.append(request)
        return self.tamper(request, self._reply(request))

    def _reply(self, request):
        authorization = request.headers.get("Authorization", "")
        if request.path == "/token":
            wanted = base64.b64encode(":".join(self.account).encode()).decode()
            if authorization == f"Basic {wanted}":
                return as_json({"token": self.token})
            return as_json({"details": "incorrect username or password"}, 401)
        if request.path != "/v2/":
            return as_json({"errors": [{"code": "NAME_UNKNOWN"}]}, 404)
        if self.is_open or authorization == f"Bearer {self.token}":
            return Reply(200, b"{}", {"Docker-Distribution-Api-Version": "registry/2.0"})
        return Reply(401, b"", {
            "WWW-Authenticate": f'Bearer realm="{self.realm}",service="scripted"'})

    def date(self):
        return self.time

    @property
    def logins(self):
        """The requests that carried a login."""
        return [each for each in self.requests if "Authorization" in each.headers]
