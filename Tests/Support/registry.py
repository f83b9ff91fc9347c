"""A container registry on loopback, over TLS, that lets only known accounts in."""

import base64
import json
from contextlib import contextmanager

from .accounts import ALICE, BOB
from .image import write_layout
from .processes import Daemon, free_port, prepare

_CONFIG = """\
version: 0.1
log: {{level: info}}
storage: {{filesystem: {{rootdirectory: {folder}/data}}}}
http:
  addr: 127.0.0.1:{port}
  tls: {{certificate: {tls.certificate}, key: {tls.key}}}
auth:
  htpasswd: {{realm: registry, path: {folder}/htpasswd}}
"""


class Registry:
    """docker-registry with the image `team/app:1` in it; alice and bob may do everything."""

    def __init__(self, folder, certificate, accounts=(ALICE, BOB)):
        self.port = free_port()
        self.host = f"localhost:{self.port}"
        self.image = f"{self.host}/team/app:1"
        self.environment = certificate.environment()
        self._folder = folder
        self._accounts = accounts
        self._admit(accounts)
        (folder / "config.yml").write_text(
            _CONFIG.format(folder=folder, port=self.port, tls=certificate))
        self._daemon = Daemon(
            ["docker-registry", "serve", str(folder / "config.yml")], port=self.port,
            log=folder / "log")
        #: The image as an OCI layout, to push from.
        self.layout = write_layout(folder / "image")
        self._push(folder / "push.json", accounts[0])

    def _push(self, authentication, account):
        login = base64.b64encode(":".join(account).encode()).decode()
        authentication.write_text(json.dumps({"auths": {self.host: {"auth": login}}}))
        # Docker's own manifest type: older docker clients do not inspect OCI manifests.
        prepare(
            ["skopeo", "copy", "--insecure-policy", "--format", "v2s2", "--dest-authfile",
             str(authentication), self.layout, f"docker://{self.image}"],
            env={**self.environment, "HOME": str(authentication.parent)})

    @contextmanager
    def only(self, account):
        """Lets nobody but `account` in for a while: a client that comes in then used it."""
        self._admit([account])
        try:
            yield
        finally:
            self._admit(self._accounts)

    def _admit(self, accounts):
        """Replaces the password file; the registry reads it again when it is newer."""
        fresh = self._folder / "htpasswd.new"
        fresh.write_bytes(b"".join(
            prepare(["htpasswd", "-niB", user], input=password.encode())
            for user, password in accounts))
        fresh.replace(self._folder / "htpasswd")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._daemon.stop()
