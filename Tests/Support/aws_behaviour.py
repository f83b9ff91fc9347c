"""Ways for an AWS server of ours to go wrong, to be given to `AWSServer.on`.

Each is made by a function and is itself a function from an exchange to a reply.
"""

import gzip
import itertools
import json
from functools import cache

from .aws_errors import json_error, xml_error
from .loopback import Reply

_MEBIBYTE = bytes(1 << 20)


def first(times, behaviour, then=None):
    """Does something so many times, and then answers as usual, or otherwise by `then`."""
    turn = itertools.count()

    def decide(exchange):
        chosen = behaviour if next(turn) < times else then
        return chosen(exchange) if chosen else exchange.proceed()
    return decide


def delayed(seconds, then=None):
    """Answers late."""
    def decide(exchange):
        exchange.wait(seconds)
        return then(exchange) if then else exchange.proceed()
    return decide


def hanging(exchange):
    """Never answers."""
    exchange.wait()


def dropped(exchange):
    """Hangs up without a word."""


def error(code, message=None, status=None):
    """AWS's error of that code, as JSON or, where the request is a form, as XML."""
    def decide(exchange):
        kind = exchange.request.headers.get("Content-Type", "")
        make = xml_error if "form-urlencoded" in kind else json_error
        return make(code, message, status)
    return decide


def xml(code, message=None, status=None):
    """AWS's error as XML, even where JSON is spoken."""
    return lambda exchange: xml_error(code, message, status)


def edited(edit):
    """The usual answer after `edit` changed the value of its JSON."""
    def decide(exchange):
        reply = exchange.proceed()
        value = json.loads(reply.body)
        edit(value)
        return reply._replace(body=json.dumps(value).encode())
    return decide


def body(data, content_type="application/x-amz-json-1.1", status=200):
    """Whatever bytes."""
    return lambda exchange: Reply(status, data, {"Content-Type": content_type})


def typed(content_type):
    """The usual answer, called something else."""
    def decide(exchange):
        reply = exchange.proceed()
        return reply._replace(headers={**reply.headers, "Content-Type": content_type})
    return decide


def truncated(exchange):
    """Half of the usual answer, as if that were all."""
    reply = exchange.proceed()
    return reply._replace(body=reply.body[:len(reply.body) // 2])


def cut(exchange):
    """Half of the usual answer; then the connection ends."""
    reply = exchange.proceed()
    headers = {**reply.headers, "Content-Length": len(reply.body)}
    return reply._replace(body=reply.body[:len(reply.body) // 2], headers=headers)


def endless(exchange):
    """A body that never ends."""
    def pieces():
        while not exchange.server.ending.is_set():
            yield _MEBIBYTE
    return Reply(200, pieces(), {"Content-Type": "application/x-amz-json-1.1"})


def dripping(exchange):
    """The usual answer, a byte a second."""
    reply = exchange.proceed()

    def pieces():
        for byte in reply.body:
            yield bytes([byte])
            exchange.wait(1)
    return reply._replace(body=pieces())


def bomb(exchange):
    """The usual answer with 64 MiB of nothing in it, packed into 64 KiB, wanted or not."""
    reply = exchange.proceed()
    packed = _packed(reply.body)
    return reply._replace(body=packed, headers={**reply.headers, "Content-Encoding": "gzip"})


@cache
def _packed(document):
    value = json.loads(document)
    value["padding"] = "0" * (64 << 20)
    return gzip.compress(json.dumps(value).encode(), 6)


def redirect(url, status=307):
    """Sends the client elsewhere."""
    return lambda exchange: Reply(status, b"", {"Location": url})
