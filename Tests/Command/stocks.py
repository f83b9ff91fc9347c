"""Stores with many credentials at once, written by the tests' own writer of the file."""

import os

from sealed_layout import ADMIN
from sealed_writer import Description, Draft, Keys, key_file


def credential(name, secret="canary", bindings=(), **options):
    """A credential of the administrator's, unless the options say otherwise."""
    options = {key: value.encode() if isinstance(value, str) else value
               for key, value in options.items()}
    return Description(
        os.urandom(16), name.encode(), [(b"password", secret.encode())], list(bindings),
        **{"username": b"bot", "origin": ADMIN, **options})


def stock(admin, descriptions):
    """Gives the administrator a store with exactly these."""
    keys = Keys.fresh()
    draft = Draft.of(list(descriptions), keys)
    state = admin.home.path / ".local/state/keyfob"
    write(admin.home.credentials, draft.sealed())
    write(state / "key", key_file(keys.catalogue))
    write(state / "anchor", draft.anchor())
    return admin


def write(path, content):
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
