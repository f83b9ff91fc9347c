"""keyfob-keyring as the other programs start it, and the messages that they exchange with it."""

import os
import socket
import struct
import subprocess
import time
from typing import NamedTuple

import pytest


# Without a redirection, what runs in the background would read from /dev/null.
_STARTER = 'exec 3<&0 0</dev/null; "$0" <&3 3<&- & exec 3<&-; wait'


class Item(NamedTuple):
    path: str
    label: str
    attributes: dict
    is_locked: bool
    secret: bytes
    wants_confirmation: bool = False


class Status(NamedTuple):
    label: str
    is_locked: bool


class Failure(Exception):
    """The answer says that it could not be done."""

    def __init__(self, code, problem, remedy):
        super().__init__(f"{code}: {problem}; {remedy}")
        self.code = code
        self.problem = problem


class KeyringProgram:
    """The program under test, running, with one end of its socket.

    With `orphan`, a shell starts it and is what `process` stands for.
    """

    def __init__(self, prefix, env, orphan=False):
        path = prefix / "libexec/keyfob/keyfob-keyring"
        if not os.access(path, os.X_OK):
            pytest.fail(f"{path} is not an executable file")
        self.socket, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", _STARTER, path] if orphan else [path], stdin=theirs,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)

    # Requests.

    def status(self):
        return self.ask(1)

    def unlock(self, seconds=20, creating=False):
        return self.ask(2, *_unlock(seconds, creating), timeout=seconds + 15)

    def start_unlocking(self, seconds=20, creating=False):
        """Asks without waiting for the answer."""
        self.send(bytes([2]) + b"".join(_unlock(seconds, creating)))

    def lock(self):
        return self.ask(3)

    def create(self, label, attributes, secret):
        return self.ask(4, _text(label), _attributes(attributes), _bytes(secret))

    def read(self, path):
        return self.ask(5, _text(path))

    def search(self, **attributes):
        return self.ask(6, _attributes(attributes))

    def annotate(self, path, label, attributes):
        return self.ask(7, _text(path), _text(label), _attributes(attributes))

    def delete(self, path):
        return self.ask(8, _text(path))

    # Messages.

    def ask(self, code, *fields, timeout=15):
        self.send(bytes([code]) + b"".join(fields))
        return self.answer(timeout)

    def send(self, message):
        self.socket.settimeout(15)
        self.socket.sendall(struct.pack("<I", len(message)) + message)

    def answer(self, timeout=15):
        """Waits for an answer: None, a path, a list of items or a `Status`; raises `Failure`."""
        end = time.monotonic() + timeout
        length = struct.unpack("<I", self._receive(4, end))[0]
        return _Reply(self._receive(length, end)).decoded()

    def _receive(self, count, end):
        data = bytearray()
        while len(data) < count:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            part = self.socket.recv(count - len(data))
            assert part, f"no answer; it ended with {self.process.wait()}"
            data += part
        return bytes(data)

    def failure(self, request, *arguments, **keywords):
        """The failure that a request is answered with."""
        with pytest.raises(Failure) as failure:
            request(*arguments, **keywords)
        return failure.value

    # Its end.

    def close(self, timeout=5):
        """Closes the channel and returns exit status, stdout and stderr."""
        self.socket.close()
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            pytest.fail(f"keyfob-keyring still ran {timeout} s after its channel was closed")
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.close()


class _Reply:
    def __init__(self, data):
        self.data = data
        self.position = 0

    def decoded(self):
        reply = {
            1: lambda: None, 2: self._status, 3: self._text, 4: self._items, 5: self._failure,
        }[self._byte()]()
        assert self.position == len(self.data)
        if isinstance(reply, Failure):
            raise reply
        return reply

    def _status(self):
        has_label, label, is_locked = self._byte(), self._text(), bool(self._byte())
        return Status(label if has_label else None, is_locked)

    def _items(self):
        return [self._item() for _ in range(self._count())]

    def _item(self):
        path, label = self._text(), self._text()
        attributes = {self._text(): self._text() for _ in range(self._count())}
        is_locked, wants_confirmation = bool(self._byte()), bool(self._byte())
        secret = self._bytes() if self._byte() else None
        return Item(path, label, attributes, is_locked, secret, wants_confirmation)

    def _failure(self):
        code, problem, has_remedy, remedy = self._text(), self._text(), self._byte(), self._text()
        return Failure(code, problem, remedy if has_remedy else None)

    def _take(self, count):
        self.position += count
        assert self.position <= len(self.data)
        return self.data[self.position - count:self.position]

    def _byte(self):
        return self._take(1)[0]

    def _count(self):
        return struct.unpack("<I", self._take(4))[0]

    def _bytes(self):
        return self._take(self._count())

    def _text(self):
        return self._bytes().decode()


def _unlock(seconds, creating):
    return struct.pack("<I", seconds), bytes([creating])


def _bytes(data):
    return struct.pack("<I", len(data)) + data


def _text(text):
    return _bytes(text.encode())


def _attributes(attributes):
    parts = [_text(text) for entry in attributes.items() for text in entry]
    return struct.pack("<I", len(attributes)) + b"".join(parts)
