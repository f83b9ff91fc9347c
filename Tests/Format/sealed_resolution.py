"""Which entry answers an address: as much of the resolution as the vectors ask for."""

from sealed_layout import ADMIN, FILE, GIT, REGISTRY

PROTOCOLS = {"registry": REGISTRY, "git": GIT}
DEFAULT_PORTS = {b"https": 443, b"http": 80}


def parsed(address):
    """`[scheme://]host[:port][/path]` as (scheme, host, port or 0, path)."""
    scheme, found, rest = address.encode().partition(b"://")
    if not found:
        scheme, rest = b"https", scheme
    authority, _, path = rest.partition(b"/")
    host, _, port = authority.partition(b":")
    port = int(port) if port else 0
    return scheme, host, 0 if port == DEFAULT_PORTS.get(scheme) else port, path


def answer(store, query):
    """(username, secret) for a vector's query, or None when nothing answers."""
    if store is None:
        return None
    protocol = PROTOCOLS[query["protocol"]]
    scheme, host, port, path = parsed(query["address"])
    scope = query.get("scope", "").encode()
    wanted = query["wanted"].encode() if "wanted" in query else None
    fitting = [
        entry for entry in store.entries(host, port)
        if (entry.protocol, entry.scheme, entry.port) == (protocol, scheme, port)
        and host_fits(entry.host, host) and path_fits(entry, path, protocol)
        and encloses(entry.scope, scope)
        and (wanted is None or entry.username in (None, wanted))
        # A ready-made header is for requests of git that ask for one; no query here does.
        and entry.authtype is None
    ]
    if not fitting:
        return None
    best = max(fitting, key=rank)
    if best.store != FILE:
        raise NotImplementedError("secrets of another store")
    secrets = store.secrets(best.record, best.credential_id, best.version, best.kind)
    return (wanted or b"" if best.username is None else best.username), secrets[0][1]


def host_fits(pattern, host):
    labels, patterns = host.split(b"."), pattern.split(b".")
    return len(labels) == len(patterns) and all(
        each == label or (each == b"*" and label) for each, label in zip(patterns, labels)
    )


def path_fits(entry, path, protocol):
    if entry.path == path:
        return True
    below = encloses(entry.path, path)
    return below and (protocol == REGISTRY or entry.origin == ADMIN)


def encloses(outer, inner):
    return not outer or inner == outer or inner.startswith(outer + b"/")


def rank(entry):
    depth = len(entry.scope.split(b"/")) if entry.scope else 0
    return b"*" not in entry.host, len(entry.path), depth, entry.currency
