"""Stores whose credentials go out in one format and come in again."""

import base64
import json

#: What an import sets anew.
OWN = ("id", "created", "createdBy", "updated", "origin", "store", "version")


class Exchange:
    def __init__(self, admin):
        self.admin = admin
        self.home = admin.home
        #: What the last export said by the way.
        self.notes = ""

    def fill(self, *credentials):
        """Stores credentials, written as JSON by another program than ours."""
        document = {"format": "keyfob-credentials", "version": 1, "credentials": credentials}
        self.take("json -", json.dumps(document))

    def give(self, words, code=0, **options):
        """Exports to standard output."""
        answer = self.admin.run(f"keyfob export {words}", **options)
        self.notes = self.admin.plain(answer.err)
        assert answer.code == code, answer
        return answer.out

    def take(self, words, data=b"", code=0, **options):
        """Imports what is on standard input, or in a file; returns what is said by the way."""
        answer = self.admin.run(f"keyfob import --yes --from {words}", data, **options)
        assert answer.code == code, answer
        return self.admin.plain(answer.err)

    def refusal(self, words, data):
        """Why an import is refused as a whole: one line, and nothing is stored."""
        before = self.home.credentials.exists() and self.home.credentials.read_bytes()
        answer = self.admin.run(f"keyfob import --yes --from {words}", data)
        assert answer.code in (1, 2), answer
        assert before == (self.home.credentials.exists() and self.home.credentials.read_bytes())
        return self.admin.plain(answer.err)

    def listed(self, *without):
        """The credentials by their names, but for what an import sets anew."""
        return {
            each["name"]: {key: value for key, value in each.items()
                           if key not in OWN + without and not key.startswith("status")}
            for each in self.admin.json("keyfob list")}

    def secret(self, name, field=None):
        words = f" --field {field}" if field else ""
        return self.admin.does(f"keyfob show {name} --reveal --yes{words}")


def credential(name, kind="password", bindings=(), secrets=None, **others):
    """A credential in the JSON of an export; bytes stand in base64 there."""
    secrets = secrets or {{"token": "token", "hetzner": "token"}.get(kind, "password"): "s3cret"}
    return {"name": name, "kind": kind, "bindings": list(bindings), **others,
            "secrets": {field: value if isinstance(value, str) else
                        {"base64": base64.b64encode(value).decode()}
                        for field, value in secrets.items()}}
