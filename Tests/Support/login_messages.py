"""What `keyfob-prompt` is asked and answers, as bytes; run as a program, it asks on the terminal
that it was started on and keeps the answer in a file."""

import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

WAYS = {"ask": 1, "oauth": 2, "browser": 3, "device": 4}
PROTOCOLS = {"registry": 1, "git": 2}


class Login(NamedTuple):
    """A login that a person gave."""

    username: bytes
    secret: bytes
    refresh_token: bytes | None
    expires_at: int | None
    #: (provider, account or None, whether it is a bearer token, identity or None) of an OAuth
    #: login.
    mark: tuple | None
    is_verified: bool


class Chosen(NamedTuple):
    """The chosen one of the stored accounts."""

    index: int


class Failure(NamedTuple):
    """Why there is no login."""

    code: str
    problem: str
    remedy: str | None
    is_final: bool


def _text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<I", len(data)) + data


def _optional(value):
    """A text that may be missing is written all the same."""
    return struct.pack("B", value is not None) + _text(value or "")


def _optional_secret(value):
    return b"\0" if value is None else b"\1" + _text(value)


def request(host, path="", way="ask", *, scheme="https", port=0, protocol="git", challenges=(),
            username=None, accounts=(), reason=None, client_secret=None, is_command=False,
            verifies=True):
    """A request's bytes. `accounts` are pairs of a user name and what else tells it from others."""
    place = struct.pack("B", PROTOCOLS[protocol]) + _text(scheme) + _text(host) + _text(path)
    place += struct.pack("<II", port, len(challenges)) + b"".join(map(_text, challenges))
    entries = b"".join(_text(name) + _text(words) for name, words in accounts)
    return (
        place + struct.pack("B", WAYS[way]) + _optional_secret(username)
        + struct.pack("<I", len(accounts)) + entries + _optional(reason)
        + _optional_secret(client_secret) + struct.pack("BB", is_command, verifies))


class _Reader:
    def __init__(self, data):
        self._data, self._position = data, 0

    def take(self, form):
        values = struct.unpack_from(form, self._data, self._position)
        self._position += struct.calcsize(form)
        return values[0]

    def text(self):
        length = self.take("<I")
        self._position += length
        return self._data[self._position - length:self._position]

    def optional_text(self):
        is_there, text = self.take("B"), self.text()
        return text.decode() if is_there else None

    def optional_secret(self):
        return self.text() if self.take("B") else None

    def optional_number(self):
        is_there, number = self.take("B"), self.take("<q")
        return number if is_there else None

    def end(self):
        assert self._position == len(self._data), "bytes are left over"


def reply(data):
    """What a reply's bytes say: `Login`, `Chosen` or `Failure`."""
    reader = _Reader(data)
    kind = reader.take("B")
    if kind == 1:
        username, secret = reader.text(), reader.text()
        refresh, expires = reader.optional_secret(), reader.optional_number()
        mark = None
        if reader.take("B"):
            provider = reader.text().decode()
            mark = (provider, reader.optional_text(), bool(reader.take("B")),
                    reader.optional_text())
        answer = Login(username, secret, refresh, expires, mark, bool(reader.take("B")))
    elif kind == 2:
        answer = Chosen(reader.take("<I"))
    else:
        assert kind == 3, kind
        code, problem = reader.text().decode(), reader.text().decode()
        has_remedy, remedy = reader.take("B"), reader.text().decode()
        answer = Failure(code, problem, remedy if has_remedy else None, bool(reader.take("B")))
    reader.end()
    return answer


def ask(program, message, **options):
    """Starts `keyfob-prompt`, asks it and returns the bytes it answers; none if it ends instead."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = subprocess.Popen(
                [program], stdin=theirs, stdout=subprocess.DEVNULL, **options)
        ours.sendall(struct.pack("<I", len(message)) + message)
        with ours.makefile("rb") as stream:
            length = stream.read(4)
            data = stream.read(*struct.unpack("<I", length)) if length else b""
        process.wait()
    return data


def main(program, request_file, reply_file):
    # As programs written in C take it: Ctrl-C ends them.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Path(reply_file).write_bytes(ask(program, Path(request_file).read_bytes()))


if __name__ == "__main__":
    main(*sys.argv[1:])
