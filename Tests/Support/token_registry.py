"""A container registry on loopback that lets in exactly one user name with one password."""

import base64
import hmac
import json

from .image import write_layout
from .loopback import LoopbackServer, Reply

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class TokenRegistry(LoopbackServer):
    """A read-only registry with the image `team/app:1` in it, for AWS and a password of any length.

    htpasswd looks at the first 72 bytes only; here all of them count. Tests set `password`.
    """

    def __init__(self, folder, *, password, username="AWS", **where):
        self.username = username
        self.password = password
        write_layout(folder / "image")
        self._blobs = folder / "image/blobs/sha256"
        index = json.loads((folder / "image/index.json").read_text())
        self._manifest = index["manifests"][0]["digest"]
        #: How many requests were let in, and how many came with another login.
        self.admitted = 0
        self.refused = 0
        super().__init__(**where)
        self.image = f"{self.host}/team/app:1"

    def answer(self, request):
        login = request.headers.get("Authorization")
        if login is None or not hmac.compare_digest(login.encode(), self._wanted()):
            self.refused += login is not None
            return Reply(401, b'{"errors": [{"code": "UNAUTHORIZED"}]}', {
                "Content-Type": "application/json",
                "WWW-Authenticate": 'Basic realm="registry"'})
        self.admitted += 1
        return self._serve_file(request.path)

    def _wanted(self):
        return b"Basic " + base64.b64encode(f"{self.username}:{self.password}".encode())

    def _serve_file(self, path):
        if path == "/v2/":
            return Reply(200, b"{}", {"Content-Type": "application/json"})
        if path == "/v2/team/app/tags/list":
            return Reply(200, b'{"name": "team/app", "tags": ["1"]}', {
                "Content-Type": "application/json"})
        if path in ("/v2/team/app/manifests/1", f"/v2/team/app/manifests/{self._manifest}"):
            return self._blob(self._manifest, _MANIFEST)
        name, _, digest = path.rpartition("/")
        if name == "/v2/team/app/blobs" and digest in self._digests():
            return self._blob(digest, "application/octet-stream")
        return Reply(404, b'{"errors": [{"code": "NAME_UNKNOWN"}]}', {
            "Content-Type": "application/json"})

    def _digests(self):
        return {f"sha256:{each.name}" for each in self._blobs.iterdir()}

    def _blob(self, digest, kind):
        data = (self._blobs / digest.removeprefix("sha256:")).read_bytes()
        return Reply(200, data, {"Content-Type": kind, "Docker-Content-Digest": digest})
