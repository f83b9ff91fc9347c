"""A keyring file of gnome-keyring's textual format, with items as the programs write them.

To store items one by one takes the daemon up to 83 ms each, as it writes the whole keyring every
time. A file of this format it takes over when it starts, unlocked; when the first item is stored it
writes the keyring in its own encrypted format, as it does every other.
"""

import json
import uuid

from stores import USER, host, secret

_CREATED = 1_700_000_000


def write_login_keyring(home, count):
    """Makes the default keyring, `login`, with so many items, ours and docker's in turn."""
    folder = home / ".local/share/keyrings"
    folder.mkdir(mode=0o700)
    (folder / "default").write_text("login")
    lines = [
        "[keyring]", "display-name=Login", f"ctime={_CREATED}", f"mtime={_CREATED}",
        "lock-on-idle=false", "lock-after=false"]
    for number in range(1, count + 1):
        lines += _item(number, _ours(number) if number % 2 else _dockers(number))
    file = folder / "login.keyring"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n")


def _item(number, attributes):
    yield from (
        f"[{number}]", "item-type=0", f"display-name={host(number)}", f"secret={secret(number)}",
        f"ctime={_CREATED}", f"mtime={_CREATED}")
    for index, (name, value) in enumerate(attributes.items()):
        yield from (f"[{number}:attribute{index}]", f"name={name}", "type=string", f"value={value}")


def _ours(number):
    metadata = {
        "createdAt": str(_CREATED), "createdBy": "docker-credential-keyfob, uid 1000",
        "currency": str(number), "name": f"{host(number)}-{USER}", "origin": "docker",
        "updatedAt": str(_CREATED), "username": USER.encode().hex(), "version": "1",
        "fields": ["password"], "bindings": [f"registry:{host(number)}"], "settings": []}
    return {
        "xdg:schema": "dev.keyfob.Credential", "id": str(uuid.UUID(int=number)),
        "server": host(number), "username": USER, "kind": "password",
        "keyfob": json.dumps(metadata, separators=(",", ":"))}


def _dockers(number):
    return {
        "xdg:schema": "io.docker.Credentials", "label": "Docker Credentials", "docker_cli": "1",
        "server": f"https://{host(number)}", "username": USER}
