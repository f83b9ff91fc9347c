"""Vectors without a fault: each shows one thing that an honest writer may write."""

from sealed_header import EXTERNAL_SLOT, PASSPHRASE_SLOT, Slot, anchor_encoded
from sealed_layout import (
    DOCKER, GIT, GIT_LOGIN, IMPORT, REGISTRY, SECRET, TOKEN, Binding, fingerprint,
)
from sealed_writer import Description, Keys, SlotPlan, key_file
from vector_base import Fixed, Store, Vector, base, base_queries, password, query


def valid_vectors():
    return [make() for make in (
        one_credential, no_credential, many_credentials, wildcard, both_protocols, one_for_both,
        ports, paths, scopes, most_recent, empty_username, no_username, identity_token, unbound,
        several_slots, external_slot, unknown_slot, unknown_tags, all_fields, longest_strings,
        non_ascii, binary_secret, both_keys_old_used, both_keys_new_used, more_buckets_than_needed,
        large_secret,
    )]


def vector(name, about, store, queries, **files):
    files = {"credentials": store.data, "key": store.key, "anchor": store.anchor} | files
    return Vector(name, about, "ok", queries=queries, **files)


def hit(protocol, address, name, **more):
    return query(protocol, address, f"user-{name}", b"secret of " + name.encode(), **more)


def simple(name, about, plan, queries, **options):
    """A store of passwords: `plan` maps a name to its bindings, or to those and more fields."""
    random, made = Fixed(name), []
    for each, parts in plan.items():
        bindings, more = parts if isinstance(parts, tuple) else (parts, {})
        made.append(password(random, each, bindings, **more))
    return vector(name, about, Store.of(made, random, **options), queries)


def one_credential():
    return simple(
        "valid-one-credential", "One credential, one registry.",
        {"solo": [Binding(REGISTRY, b"registry.example.com")]},
        [hit("registry", "registry.example.com", "solo"),
         query("registry", "other.example.com"),
         query("registry", "registry.example.com.evil.example"),
         query("git", "https://registry.example.com")])


def no_credential():
    return simple(
        "valid-no-credential", "A store just initialised: the directory is sealed and empty.", {},
        [query("registry", "registry.example.com")])


def many_credentials():
    names = [f"login-{number:03}" for number in range(120)]
    plan = {name: [Binding(REGISTRY, f"{name}.example.com".encode())] for name in names}
    asked = [hit("registry", f"{name}.example.com", name) for name in names[::17]]
    return simple(
        "valid-many-credentials", "120 credentials in 32 buckets.", plan,
        asked + [query("registry", "login-120.example.com")])


def wildcard():
    return simple(
        "valid-wildcard", "A wildcard answers for one label; a literal host goes before it.",
        {"star": [Binding(REGISTRY, b"*.stars.example.com")],
         "sun": [Binding(REGISTRY, b"sun.stars.example.com")]},
        [hit("registry", "vega.stars.example.com", "star"),
         hit("registry", "sun.stars.example.com", "sun"),
         query("registry", "a.vega.stars.example.com"),
         query("registry", "stars.example.com")])


def both_protocols():
    host = b"forge.example.com"
    return simple(
        "valid-both-protocols", "A docker login and a git login on one host stay apart.",
        {"image": ([Binding(REGISTRY, host)], {"origin": DOCKER}),
         "code": ([Binding(GIT, host)], {"origin": GIT_LOGIN})},
        [hit("registry", "forge.example.com", "image"),
         hit("git", "https://forge.example.com", "code")])


def one_for_both():
    return simple(
        "valid-one-for-both", "One record answers for two registries and a forge.",
        {"shared": [Binding(REGISTRY, b"one.example.com"), Binding(REGISTRY, b"two.example.com"),
                    Binding(GIT, b"git.example.com")]},
        [hit("registry", "one.example.com", "shared"), hit("registry", "two.example.com", "shared"),
         hit("git", "https://git.example.com", "shared"),
         query("git", "https://one.example.com")])


def ports():
    host = b"registry.example.com"
    return simple(
        "valid-ports", "The scheme's port is written as 0; another one is another address.",
        {"default": [Binding(REGISTRY, host)], "other": [Binding(REGISTRY, host, port=5000)]},
        [hit("registry", "registry.example.com:443", "default"),
         hit("registry", "registry.example.com:5000", "other"),
         query("registry", "registry.example.com:5001")])


def paths():
    host = b"registry.example.com"
    return simple(
        "valid-paths", "The exact path, then the longest one above it, then the host.",
        {"host": [Binding(REGISTRY, host)], "team": [Binding(REGISTRY, host, b"team")],
         "image": [Binding(REGISTRY, host, b"team/image")],
         "repository": [Binding(GIT, host, b"team/repository.git")]},
        [hit("registry", "https://registry.example.com", "host"),
         hit("registry", "https://registry.example.com/teams", "host"),
         hit("registry", "https://registry.example.com/team/other", "team"),
         hit("registry", "https://registry.example.com/team/image", "image"),
         hit("git", "https://registry.example.com/team/repository.git", "repository"),
         query("git", "https://registry.example.com/team/other.git")])


def scopes():
    def at(scope):
        return [Binding(REGISTRY, b"registry.example.com")], {"scope": scope}
    address = "registry.example.com"
    return simple(
        "valid-scopes", "The nearest enclosing scope wins; without one, unscoped logins only.",
        {"none": at(b""), "acme": at(b"acme"), "prod": at(b"acme/payments/prod")},
        [hit("registry", address, "none"), hit("registry", address, "acme", scope="acme/other"),
         hit("registry", address, "prod", scope="acme/payments/prod"),
         hit("registry", address, "prod", scope="acme/payments/prod/eu"),
         hit("registry", address, "none", scope="acmes")])


def most_recent():
    def stored(currency):
        return [Binding(REGISTRY, b"registry.example.com")], {
            "currency": currency, "origin": DOCKER}
    return simple(
        "valid-most-recent", "Of equals, the most recently stored one answers.",
        {"alice": stored(9), "bob": stored(4)}, [hit("registry", "registry.example.com", "alice")])


def empty_username():
    return simple(
        "valid-empty-username", "A username may be there and empty.",
        {"anyone": ([Binding(REGISTRY, b"registry.example.com")], {"username": b""})},
        [query("registry", "registry.example.com", "", b"secret of anyone")])


def token(name, about, username, fields, bindings, queries, **more):
    random = Fixed(name)
    made = Description(
        random.uuid(), b"token", fields, bindings, username, kind=TOKEN, **more)
    return vector(name, about, Store.of([made], random), queries)


def no_username():
    return token(
        "valid-no-username", "A token without a username gives the requested one back.", None,
        [(b"token", b"the token")], [Binding(GIT, b"git.example.com")],
        [query("git", "https://git.example.com", "anna", b"the token", wanted="anna")])


def identity_token():
    return token(
        "valid-identity-token", "docker's identity token.", b"<token>",
        [(b"token", b"the identity token")], [Binding(REGISTRY, b"registry.example.com")],
        [query("registry", "registry.example.com", "<token>", b"the identity token")],
        origin=DOCKER)


def unbound():
    random = Fixed("valid-unbound")
    fields = [(b"pin", b"1234"), (b"puk", b"12345678")]
    loose = Description(random.uuid(), b"loose", fields, kind=SECRET)
    bound = password(random, "bound", [Binding(REGISTRY, b"registry.example.com")])
    return vector(
        "valid-unbound", "A credential without a binding stands in the directory alone.",
        Store.of([loose, bound], random), [hit("registry", "registry.example.com", "bound")])


def slotted(name, about, slots, **files):
    return vector(name, about, base(name, slots=slots), base_queries(), **files)


EXTERNAL = b"an external key of some thirty bytes\n"
PASSPHRASE = b"correct horse battery staple"


def several_slots():
    return slotted(
        "valid-several-slots", "A passphrase, an external key and the key file.",
        [SlotPlan(PASSPHRASE_SLOT, passphrase=PASSPHRASE),
         SlotPlan(EXTERNAL_SLOT, external=EXTERNAL), SlotPlan()])


def external_slot():
    return slotted(
        "valid-external-slot", "The only slot is opened by the external key.",
        [SlotPlan(EXTERNAL_SLOT, external=EXTERNAL)], external=EXTERNAL)


def unknown_slot():
    strange = Slot(200, b"of a later day", Fixed("strange slot")(72))
    return slotted(
        "valid-unknown-slot", "A slot of a kind nobody knows is not tried.", [strange, SlotPlan()])


def unknown_tags():
    return simple(
        "valid-unknown-tags", "Fields below and above the known ones that nobody knows.",
        {"future": ([Binding(REGISTRY, b"registry.example.com")],
                    {"unknown": {31: b"kept", 33: b"", 255: bytes(300)}})},
        [hit("registry", "registry.example.com", "future")])


def all_fields():
    random = Fixed("valid-all-fields")
    keys = Keys.fresh(random)
    made = password(
        random, "full",
        [Binding(REGISTRY, b"registry.example.com"), Binding(GIT, b"git.example.com")],
        origin=IMPORT, version=7, currency=12, description=b"every field is here",
        expires_at=4_102_444_800, rotate_after=4_000_000_000, authtype=b"Basic",
        settings=[(b"profile", b"prod"), (b"role", b"")])
    made.fingerprint = fingerprint(keys.store, made.id, made.username, [(b"password", b"older")])
    return vector(
        "valid-all-fields", "Every optional field; a header answers neither query.",
        Store.of([made], random, keys),
        [query("registry", "registry.example.com"), query("git", "git.example.com")])


def longest_strings():
    username = "u" * 65_535
    host = ".".join(["h" * 61] * 4)
    return simple(
        "valid-longest-strings", "A username of 65,535 bytes, a host of 247, a long description.",
        {"long": ([Binding(REGISTRY, host.encode())],
                  {"username": username.encode(), "description": b"d" * 70_000})},
        [query("registry", host, username, b"secret of long")])


def non_ascii():
    random = Fixed("valid-non-ascii")
    secret = "пароль-密码-🔑".encode()
    made = Description(
        random.uuid(), b"wide", [(b"password", secret)],
        [Binding(REGISTRY, b"registry.example.com"), Binding(GIT, b"git.example.com")],
        "jürgen".encode(), description="für später".encode())
    return vector(
        "valid-non-ascii", "Text beyond ASCII in username, secret and description.",
        Store.of([made], random),
        [query("registry", "registry.example.com", "jürgen", secret),
         query("git", "https://git.example.com", "jürgen", secret)])


def binary_secret():
    random = Fixed("valid-lines-in-secret")
    secret = b'{\n\t"type": "service_account",\r\n\t"quote": "\\""\n}\n'
    made = Description(
        random.uuid(), b"key", [(b"password", secret)], [Binding(REGISTRY, b"gcr.example.com")],
        b"_json_key")
    return vector(
        "valid-lines-in-secret", "A registry secret that is itself JSON with line ends.",
        Store.of([made], random), [query("registry", "gcr.example.com", "_json_key", secret)])


def both_keys_old_used():
    store = base("valid-both-keys-old-used")
    keys = store.draft.keys.catalogue, store.random(32)
    return vector(
        "valid-both-keys-old-used", "Rotation began: the file is still under the first key.",
        store, base_queries(), key=key_file(*keys))


def both_keys_new_used():
    store = base("valid-both-keys-new-used")
    before = Keys.fresh(store.random)
    anchor = anchor_encoded(before.catalogue, before.file_id, 7, store.random(24))
    return vector(
        "valid-both-keys-new-used",
        "A crash in a rotation: the file is under the key to come, the anchor under the other.",
        store, base_queries(), key=key_file(before.catalogue, store.draft.keys.catalogue),
        anchor=anchor)


def more_buckets_than_needed():
    name = "valid-more-buckets"
    return vector(
        name, "Readers take the number of buckets from the root.", base(name, buckets=64),
        base_queries())


def large_secret():
    random = Fixed("valid-large-secret")
    secret = b"0123456789abcdef" * 4096
    made = Description(
        random.uuid(), b"large", [(b"password", secret)],
        [Binding(REGISTRY, b"registry.example.com")], b"user-large")
    return vector(
        "valid-large-secret", "A secret of 64 KiB.", Store.of([made], random),
        [query("registry", "registry.example.com", "user-large", secret)])
