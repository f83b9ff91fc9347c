"""The people whom the loopback servers know."""

from typing import NamedTuple


class Account(NamedTuple):
    username: str
    password: str

    def attributes(self):
        """The two attributes of git's credential protocol."""
        return {"username": self.username, "password": self.password}


# Passwords with a space, a colon and letters outside ASCII, as people have them.
ALICE = Account("alice", "s3cret pw")
BOB = Account("bob", "b0b: pässwörd")
