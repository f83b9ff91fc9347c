"""keyfob-mint as the other programs start it, and the messages about hosts that they exchange."""

import os
import socket
import struct
import subprocess
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest


class Login(NamedTuple):
    """What somebody wants to get in with."""

    username: str
    secret: str
    authtype: str = None


class Verification(NamedTuple):
    outcome: str
    problem: object
    account: str
    scopes: list
    expires: int


class Authorization(NamedTuple):
    url: str
    state: str
    verifier: str


class Tokens(NamedTuple):
    access: str
    username: str
    provider: str
    is_bearer: bool
    refresh: str
    expires: int
    account: str
    identity: str


class DeviceCode(NamedTuple):
    device_code: str
    user_code: str
    page: str
    complete_page: str
    interval: int
    lifetime: int


class HostFailure(Exception):
    """The answer says that it could not be done; also what is wrong with a login."""

    def __init__(self, code, problem, remedy):
        super().__init__(f"{code}: {problem}; {remedy}")
        self.code = code
        self.problem = problem
        self.remedy = remedy

    @property
    def text(self):
        return f"{self.problem}; {self.remedy}"


class MintProgram:
    """Asks the program under test, one process for each question, about the host at a URL."""

    def __init__(self, prefix, env):
        self._path = prefix / "libexec/keyfob/keyfob-mint"
        self.env = env
        if not os.access(self._path, os.X_OK):
            pytest.fail(f"{self._path} is not an executable file")

    def verify(self, url, login, challenges=()):
        return self._ask(10, url, challenges, _optional(login.username, _bytes) +
                         _bytes(login.secret) + _optional(login.authtype, _bytes))

    def authorize(self, url, redirect="http://127.0.0.1:1/", account=None):
        return self._ask(11, url, (), _bytes(redirect) + _optional_text(account))

    def redeem(self, url, code, verifier, redirect="http://127.0.0.1:1/", secret=None):
        return self._ask(12, url, (), _bytes(code) + _bytes(verifier) + _bytes(redirect) +
                         _optional(secret, _bytes))

    def start_device(self, url, secret=None):
        return self._ask(13, url, (), _optional(secret, _bytes))

    def poll_device(self, url, device_code, secret=None):
        return self._ask(14, url, (), _bytes(device_code) + _optional(secret, _bytes))

    def refresh(self, url, token, account=None, secret=None, provider=None, identity=None):
        return self._ask(15, url, (), _bytes(token) + _optional_text(account) +
                         _optional_text(identity) + _optional_text(provider) +
                         _optional(secret, _bytes))

    def failure(self, question, *arguments, **keywords):
        """The failure that a question is answered with."""
        with pytest.raises(HostFailure) as failure:
            question(*arguments, **keywords)
        return failure.value

    def _ask(self, mark, url, challenges, fields):
        message = bytes([mark]) + _place(url, challenges) + fields
        ours, theirs = socket.socketpair()
        with ours, theirs:
            process = subprocess.Popen(
                [self._path], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=self.env)
            theirs.close()
            ours.settimeout(40)
            ours.sendall(struct.pack("<I", len(message)) + message)
            reply = _Reply(_receive(ours, struct.unpack("<I", _receive(ours, 4))[0])).decoded()
        out, err = process.communicate(timeout=5)
        assert (process.returncode, out, err) == (0, b"", b"")
        if isinstance(reply, HostFailure):
            raise reply
        return reply


def _place(url, challenges):
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}[parts.scheme]
    port = parts.port if parts.port not in (None, default) else 0
    return (b"\x02" + _bytes(parts.scheme) + _bytes(parts.hostname) +
            _bytes(parts.path.strip("/")) + struct.pack("<I", port) +
            struct.pack("<I", len(challenges)) + b"".join(map(_bytes, challenges)))


def _receive(channel, count):
    data = bytearray()
    while len(data) < count:
        part = channel.recv(count - len(data))
        assert part, "keyfob-mint ended without an answer"
        data += part
    return bytes(data)


class _Reply:
    def __init__(self, data):
        self._data = data
        self._position = 0

    def decoded(self):
        reply = {
            1: self._verification, 2: self._authorization, 3: self._tokens, 4: self._device,
            5: lambda: "pending", 6: lambda: "slow down", 8: self._failure,
        }[self._byte()]()
        assert self._position == len(self._data)
        return reply

    def _verification(self):
        outcome = {1: "accepted", 2: "refused", 3: "unchecked"}[self._byte()]
        problem = self._failure() if self._byte() else None
        account, has_scopes = self._optional_text(), self._byte()
        scopes = [self._text() for _ in range(self._count())]
        return Verification(
            outcome, problem, account, scopes if has_scopes else None, self._optional_number())

    def _authorization(self):
        return Authorization(self._text(), self._text(), self._text())

    def _tokens(self):
        first = self._text(), self._text(), self._text(), bool(self._byte())
        refresh = self._text() if self._byte() else None
        return Tokens(*first, refresh, self._optional_number(), self._optional_text(),
                      self._optional_text())

    def _device(self):
        return DeviceCode(self._text(), self._text(), self._text(), self._optional_text(),
                          self._count(), self._count())

    def _failure(self):
        code, problem, has_remedy, remedy = self._text(), self._text(), self._byte(), self._text()
        return HostFailure(code, problem, remedy if has_remedy else None)

    def _take(self, count):
        self._position += count
        assert self._position <= len(self._data)
        return self._data[self._position - count:self._position]

    def _byte(self):
        return self._take(1)[0]

    def _count(self):
        return struct.unpack("<I", self._take(4))[0]

    def _text(self):
        return self._take(self._count()).decode()

    def _optional_text(self):
        is_there, text = self._byte(), self._text()
        return text if is_there else None

    def _optional_number(self):
        is_there, number = self._byte(), struct.unpack("<q", self._take(8))[0]
        return number if is_there else None


def _bytes(text):
    data = text.encode()
    return struct.pack("<I", len(data)) + data


def _optional(value, encode):
    return b"\x00" if value is None else b"\x01" + encode(value)


def _optional_text(text):
    return bytes([text is not None]) + _bytes(text or "")
