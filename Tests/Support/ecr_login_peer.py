"""Debian's docker-credential-ecr-login with a warm cache, to measure against."""

import base64
import hashlib
import json
import time

from .aws_moto import ACCOUNT, ECR_HOST, REGION
from .processes import SYSTEM_PATH, finish, required

_KEY_ID = "AKIAIOSFODNN7EXAMPLE"


class ECRLoginPeer:
    """A home in which the peer answers `get` from `~/.ecr/cache.json`, without any network."""

    def __init__(self, folder, password="token-of-the-peer"):
        self.program = required("docker-credential-ecr-login")
        self.password = password
        self.environment = {
            "HOME": str(folder), "PATH": SYSTEM_PATH, "LANG": "C.UTF-8",
            "AWS_ACCESS_KEY_ID": _KEY_ID, "AWS_SECRET_ACCESS_KEY": "never-used",
            "AWS_EC2_METADATA_DISABLED": "true"}
        #: Where it says what it did.
        self.log = folder / ".ecr/log/ecr-login.log"
        self.cache = folder / ".ecr/cache.json"
        self.cache.parent.mkdir(mode=0o700)
        self.warm()

    def warm(self, *, since=0, lifetime=12 * 3600):
        """Writes the cache as the peer does; it serves a token for half of its life."""
        requested = time.time() - since
        # Its name for an access key: the key's id with the MD5 of nothing behind it.
        digest = hashlib.md5(usedforsecurity=False).digest()
        name = base64.b64encode(_KEY_ID.encode() + digest).decode()
        entry = {
            "AuthorizationToken": base64.b64encode(f"AWS:{self.password}".encode()).decode(),
            "RequestedAt": _stamp(requested), "ExpiresAt": _stamp(requested + lifetime),
            "ProxyEndpoint": f"https://{ECR_HOST}", "Service": "ecr"}
        cache = {"Registries": {f"{REGION}-{name}-{ACCOUNT}": entry}, "Version": "1.0"}
        self.cache.write_text(json.dumps(cache, indent=1))
        self.cache.chmod(0o600)

    def get(self, within=()):
        """Asks it once; `within` comes before the command."""
        return finish([*within, self.program, "get"], env=self.environment, input=ECR_HOST.encode())

    def get_without_network(self):
        return self.get(within=[required("unshare"), "--net", "--map-root-user", "--"])


def _stamp(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
