"""Addresses that look like one that is stored and are another one, by named mutations."""

import random
from typing import NamedTuple

REGISTRY, GIT = "registry", "git"

FOREIGN = ("evil.com", "evil.example", "attacker.test", "10.0.0.1", "x.io", "localhost")


class Place(NamedTuple):
    """A bound address. `lead` is a label, with its dot, that a wildcard leaves open: mutations
    leave it alone."""

    protocol: str
    host: str
    lead: str = ""
    port: str = ""
    path: str = ""
    scheme: str = "https"

    @property
    def authority(self):
        return self.lead + self.host + (f":{self.port}" if self.port else "")

    @property
    def address(self):
        """As a person writes it; a registry is written without its scheme."""
        path = f"/{self.path}" if self.path else ""
        scheme = f"{self.scheme}://" if self.protocol == GIT or self.scheme != "https" else ""
        return scheme + self.authority + path


class Asked(NamedTuple):
    """What is asked for: a registry's whole address, or the fields of git's protocol."""

    protocol: str
    scheme: bytes
    authority: bytes
    path: bytes = b""

    def request(self):
        if self.protocol == GIT:
            path = b"path=" + self.path + b"\n" if self.path else b""
            return b"protocol=%s\nhost=%s\n%s" % (self.scheme, self.authority, path)
        scheme = b"" if self.scheme == b"https" else self.scheme + b"://"
        return scheme + self.authority + (b"/" + self.path if self.path else b"")


def asked(place, *, host=None, port=None, path=None, scheme=None, authority=None):
    """The place with some of its parts exchanged."""
    host = place.lead + (place.host if host is None else host)
    port = place.port if port is None else port
    whole = authority if authority is not None else host + (f":{port}" if port else "")
    return Asked(
        place.protocol, (scheme or place.scheme).encode(), whole.encode(),
        (place.path if path is None else path).encode())


MUTATIONS = {}


def mutation(function):
    """Registers `function(place, random)`, which gives one look-alike, or None where none fits."""
    MUTATIONS[function.__name__.replace("_", " ")] = function
    return function


def cut(text, choose):
    at = choose.randrange(1, len(text))
    return text[:at], text[at:]


def word(choose, letters="abcdefghijklmnopqrstuvwxyz0123456789"):
    return "".join(choose.choice(letters) for _ in range(choose.randrange(1, 9)))


def generate(places, total, seed=7):
    """`total` look-alikes or a few more: (place, name of the mutation, what is asked)."""
    choose, made, seen = random.Random(seed), [], set()
    while len(made) < total:
        before = len(made)
        for place in places:
            for name, mutate in MUTATIONS.items():
                found = mutate(place, choose)
                if found is None or found == asked(place) or found in seen:
                    continue
                seen.add(found)
                made.append((place, name, found))
        assert len(made) > before, "the mutations give nothing new"
    return made
