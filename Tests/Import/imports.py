"""`keyfob import` and what it tells."""

import json
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the JSON that tests look at."""

    address: str
    username: str
    action: str


class Imports:
    def __init__(self, home, admin):
        self.home = home
        self.admin = admin
        #: What it said by the way, the last time.
        self.notes = ""

    def rows(self, line, code=0, **options):
        """Imports; returns the JSON's objects."""
        answer = self.admin.run(f"keyfob import --json --from {line}", **options)
        self.notes = self.admin.plain(answer.err)
        assert answer.code == code, answer
        return json.loads(answer.out)

    def actions(self, line, code=0, **options):
        """Imports; returns address, user and action of each entry."""
        return [Row(row["address"], row.get("username"), row["action"])
                for row in self.rows(line, code, **options)]

    def reasons(self, line, code=1, **options):
        """Imports; returns why entries were not imported, by their addresses."""
        return {row["address"]: row["reason"] for row in self.rows(line, code, **options)
                if row["action"] in ("refuse", "skip")}

    def snapshot(self):
        """The user's files as they are, but for Keyfob's own: bytes, mode and time of change."""
        return {
            str(path.relative_to(self.home.path)): (
                path.stat().st_mode, path.stat().st_mtime_ns,
                path.read_bytes() if path.is_file() else None)
            for path in sorted(self.home.path.rglob("*"))
            if path.is_file() and "keyfob" not in path.parts
            and ".gnupg" not in path.parts and "keyrings" not in path.parts}
