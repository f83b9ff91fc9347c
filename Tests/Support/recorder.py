"""Runs a helper in a client's place: DELEGATE LOG ARGUMENT...

Appends one line of JSON about the call, with digests where secrets stood. The delegate reads the
same bytes from a pipe and writes to the client's own stdout and stderr.
"""

import hashlib
import json
import os
import subprocess
import sys

_SECRET = {"password", "credential", "oauth_refresh_token", "Secret"}


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()[:16]


def docker_fields(data):
    """The members of a store's JSON object; get and erase send the bare address."""
    try:
        return json.loads(data)
    except ValueError:
        return {"ServerURL": data.decode(errors="replace").strip()}


def git_fields(data):
    lines = [line.split("=", 1) for line in data.decode(errors="replace").split("\n") if line]
    return {line[0]: line[-1] for line in lines}


def main(delegate, log, *arguments):
    data = sys.stdin.buffer.read()
    name = os.path.basename(delegate)
    docker = name.startswith("docker-")
    fields = docker_fields(data) if docker else git_fields(data)
    key = fields.get("ServerURL") if docker else fields.get("host")
    fields = {
        name: digest(value.encode()) if name in _SECRET else value
        for name, value in fields.items()
    }
    code = subprocess.run([delegate, *arguments], input=data).returncode
    call = {
        "program": name, "arguments": arguments, "key": key, "fields": fields,
        "length": len(data), "digest": digest(data), "code": code,
    }
    with open(log, "a") as calls:
        calls.write(json.dumps(call) + "\n")
    return code


sys.exit(main(*sys.argv[1:]))
