"""What a vector is, and the small store that most of the faulty ones start from."""

import base64
import hashlib
import itertools
import json
import pathlib
from dataclasses import dataclass, field
from typing import Optional

from sealed_file import open_store
from sealed_layout import GIT, REGISTRY, Binding
from sealed_primitives import SealedFileError
from sealed_resolution import answer
from sealed_writer import Description, Draft, Keys, key_file

FOLDER = pathlib.Path(__file__).parent / "Vectors"


class Fixed:
    """Bytes that are the same in every run; nothing but a vector may be sealed with them."""

    def __init__(self, seed):
        self.seed, self.drawn = seed.encode(), 0

    def __call__(self, count):
        self.drawn += 1
        return hashlib.shake_256(self.seed + b"/%d" % self.drawn).digest(count)

    def uuid(self):
        raw = bytearray(self(16))
        raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
        return bytes(raw)


@dataclass
class Vector:
    """Three files, at most one fault, and what comes of it.

    Each query says what the faultless file answers. `get` says what may come of it here:
    `right` (that answer; beside a fault, an error too), `refused` (an error, never a miss) or
    `unsettled` (somebody with the keys wrote nonsense: only fsck is asked).
    """

    name: str
    about: str
    expect: str
    credentials: Optional[bytes]
    key: Optional[bytes]
    anchor: Optional[bytes]
    external: Optional[bytes] = None
    queries: list = field(default_factory=list)

    FILES = ("credentials", "key", "anchor", "external")

    def opened(self):
        return open_store(self.credentials, self.key, self.anchor, external=self.external)

    def outcome(self):
        """`ok` or an error class, of all that fsck looks at."""
        try:
            store = self.opened()
            if store:
                store.check()
        except SealedFileError as error:
            return error.kind
        return "ok"

    def settle_queries(self):
        for query in self.queries:
            try:
                found = answer(self.opened(), query)
            except SealedFileError:
                query["get"] = "refused"
            except NotImplementedError:
                query["get"] = "unsettled"
            else:
                query["get"] = "right" if as_expected(found) == query["expect"] else "unsettled"

    def encoded(self):
        files = {
            name: value if value is None else base64.b64encode(value).decode()
            for name, value in ((name, getattr(self, name)) for name in self.FILES)
        }
        head = {"name": self.name, "about": self.about, "expect": self.expect}
        return json.dumps(head | {"queries": self.queries} | files, indent=1) + "\n"

    @classmethod
    def decoded(cls, text):
        fields = json.loads(text)
        for name in cls.FILES:
            fields[name] = fields[name] and base64.b64decode(fields[name])
            if fields[name] == "":
                fields[name] = b""
        return cls(**fields)


def published_vectors():
    return [Vector.decoded(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]


def as_expected(found):
    if found is None:
        return None
    username, secret = found
    return {"username": username.decode(), "secretSHA256": hashlib.sha256(secret).hexdigest()}


def query(protocol, address, username=None, secret=None, **more):
    """A question with its answer; without a username and a secret it is a miss."""
    found = None if secret is None else as_expected((username.encode(), secret))
    return {"protocol": protocol, "address": address, **more, "expect": found}


@dataclass
class Store:
    """A file that was built, with all that is needed to build another one beside it."""

    draft: Draft
    random: Fixed
    descriptions: list
    data: bytes = b""
    key: bytes = b""
    anchor: bytes = b""

    @classmethod
    def of(cls, descriptions, random, keys=None, **options):
        keys = keys or Keys.fresh(random)
        draft = Draft.of(descriptions, keys, random=random, **options)
        return cls(draft, random, descriptions).seal()

    def seal(self):
        self.data = self.draft.sealed()
        self.key = key_file(self.draft.keys.catalogue)
        self.anchor = self.draft.anchor()
        return self

    def opened(self):
        return open_store(self.data, self.key, self.anchor)

    def span(self, name):
        return self.opened().parts[name]

    def full_buckets(self):
        return [index for index, entries in enumerate(self.draft.buckets) if entries]


HOSTS = ("alpha", "bravo", "cedar", "delta")


def password(random, name, bindings, username=None, **more):
    """A login whose username and secret are told by its name."""
    name = name.encode()
    username = b"user-" + name if username is None else username
    secret = b"secret of " + name
    return Description(random.uuid(), name, [(b"password", secret)], bindings, username, **more)


def base_descriptions(random):
    made = [
        password(random, host, [Binding(REGISTRY, host.encode() + b".example.com")])
        for host in HOSTS
    ]
    made.append(password(random, "forge", [Binding(GIT, b"git.example.com")]))
    made.append(password(random, "star", [Binding(REGISTRY, b"*.stars.example.com")]))
    return made


def base(name, **options):
    """Four registries, a forge and a wildcard; two of the buckets are of one length."""
    for attempt in itertools.count():
        random = Fixed(f"{name}/{attempt}")
        store = Store.of(base_descriptions(random), random, **options)
        if options or len(alike_buckets(store)) == 2:
            return store


def alike_buckets(store):
    """Two full buckets of the same length."""
    lengths = {}
    for index in store.full_buckets():
        lengths.setdefault(store.opened().root.buckets[index].length, []).append(index)
    return max(lengths.values(), key=len, default=[])[:2]


def base_queries():
    found = [
        query("registry", f"{host}.example.com", f"user-{host}", b"secret of " + host.encode())
        for host in HOSTS
    ]
    found.append(query("git", "https://git.example.com", "user-forge", b"secret of forge"))
    found.append(query("registry", "one.stars.example.com", "user-star", b"secret of star"))
    return found
