"""docker-registry that takes the tokens of a server of ours, which signs them as it should."""

import base64
import json
import secrets
import time

from Support.loopback import LoopbackServer, as_json
from Support.processes import Daemon, free_port, prepare

_CONFIG = """\
version: 0.1
log: {{level: info}}
storage: {{filesystem: {{rootdirectory: {folder}/data}}}}
http:
  addr: {address}:{port}
  tls: {{certificate: {tls.certificate}, key: {tls.key}}}
auth:
  token:
    realm: {realm}
    service: bed
    issuer: bed
    rootcertbundle: {folder}/signer.pem
"""


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TokenServer(LoopbackServer):
    """Gives tokens (RS256, with the certificate in `x5c`) to whoever shows one of `accounts`; to
    identity tokens as well, and with `is_open` to anybody. `rights` are the repositories that they
    may pull from. What it answers can be changed by `tamper`."""

    def __init__(self, folder, accounts, certificate):
        self.accounts = accounts
        self.identity_tokens = set()
        self.rights = {"team/app"}
        self.is_open = False
        self.requests = []
        self.tamper = lambda request, reply: reply
        self._key = folder / "signer-key.pem"
        self._certificate = folder / "signer.pem"
        prepare([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=signer", "-keyout", str(self._key), "-out", str(self._certificate)])
        super().__init__(certificate=certificate)

    def answer(self, request):
        self.requests.append(request)
        return self.tamper(request, self._reply(request))

    def _reply(self, request):
        fields = request.form if request.method == "POST" else request.query
        user = self._user(request, fields)
        if user is None:
            return as_json({"errors": [{"code": "UNAUTHORIZED", "message": "who is that?"}]}, 401)
        return as_json({"token": self._token(user, fields), "expires_in": 300})

    def _user(self, request, fields):
        if request.method == "POST":
            return "robot" if fields.get("refresh_token") in self.identity_tokens else None
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return "" if self.is_open else None
        name, _, password = base64.b64decode(value).decode().partition(":")
        return name if self.accounts.get(name) == password else None

    def _token(self, user, fields):
        access = []
        kind, _, rest = fields.get("scope", "").partition(":")
        name, _, actions = rest.rpartition(":")
        if kind == "repository" and name in self.rights:
            access.append({"type": kind, "name": name, "actions": actions.split(",")})
        now = int(time.time())
        der = prepare(["openssl", "x509", "-in", str(self._certificate), "-outform", "DER"])
        head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
        claims = {
            "iss": "bed", "sub": user, "aud": fields.get("service", ""), "exp": now + 300,
            "nbf": now - 10, "iat": now, "jti": secrets.token_hex(8), "access": access}
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in (head, claims))
        signature = prepare(
            ["openssl", "dgst", "-sha256", "-sign", str(self._key)], input=signed.encode())
        return f"{signed}.{_base64url(signature)}"


class SigningRegistry:
    """docker-registry whose tokens come from a `TokenServer`."""

    def __init__(self, folder, certificate, accounts):
        folder.mkdir(exist_ok=True)
        self.tokens = TokenServer(folder, accounts, certificate)
        self.port = free_port()
        self.host = f"localhost:{self.port}"
        (folder / "config.yml").write_text(_CONFIG.format(
            folder=folder, address="127.0.0.1", port=self.port, tls=certificate,
            realm=f"{self.tokens.url}/token"))
        self._daemon = Daemon(
            ["docker-registry", "serve", str(folder / "config.yml")], port=self.port,
            log=folder / "log")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._daemon.stop()
        self.tokens.stop()
