"""Servers that answer with what they should not: nothing of it gets past the helper.

Each is refused in one line, in bounded time and memory; and the same server as it should be is not.
"""

import base64
import json
import sys
import time

import pytest

from Support.aws_behaviour import (
    body, bomb, cut, dripping, edited, endless, error, truncated, typed,
)
from Support.loopback import Reply
from refused_user import user  # noqa: F401
from token_user import TOKEN

NOT_AWS = "answered ecr:GetAuthorizationToken with something that is not AWS's"
NO_LOGIN = ("answered ecr:GetAuthorizationToken with a token that is no user name and password of"
            " ECR's")
NO_TOKEN = "answered ecr:GetAuthorizationToken without `authorizationData.authorizationToken`"
NO_END = "answered ecr:GetAuthorizationToken without `authorizationData.expiresAt`"
NO_NUMBER = "answered ecr:GetAuthorizationToken where `authorizationData.expiresAt` is no number"

# Runs the rest of its command line and adds to the file of its first word how much memory that took
# at most, in KiB. A process starts with the size of the one it comes from, so this is a small one.
_MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(sys.argv[1], "a"))
sys.exit(code)
"""


@pytest.fixture
def told(user, fake_aws):
    """What is told of an answer, which is asked for once and never kept; without it all is well."""

    def ask(behaviour, calls=1):
        fake_aws.on(TOKEN, behaviour)
        line = user.refusal()
        assert fake_aws.count(TOKEN) == calls
        fake_aws.on(TOKEN, None)
        assert user.token() == f"token-{calls + 1}-of-{fake_aws.key.id}"
        assert line.startswith(f"the answer of {fake_aws.host} ") or fake_aws.host in line, line
        return line.replace(fake_aws.host, "<host>")

    return ask


@pytest.fixture
def measured(user):
    """Has programs run so that the most memory that any of them took is known, in MiB."""
    log, run = user.home.root / "memory", user.home.run
    user.home.run = lambda *argv, **options: run(
        sys.executable, "-I", "-S", "-c", _MEASURE, log, *argv, **options)
    return lambda: max(map(int, log.read_text().split())) / 1024


# Too much of it.

@pytest.mark.parametrize("behaviour, problem", [
    (endless, "the answer of <host> is too long"),
    (body(b'{"padding": "' + bytes(2 << 20) + b'"}'), "the answer of <host> is too long"),
    (body(b" " * (1 << 20) + b"{}"), "the answer of <host> is too long"),
    (bomb, "the answer of <host> is too long"),
    (body(b'{"a":[' + b"1," * (511 << 10) + b"1]}"), f"<host> {NO_TOKEN}"),
    (body(b"{" + b",".join(b'"%d":""' % each for each in range(90_000)) + b"}"),
     f"<host> {NO_TOKEN}"),
    (body(b"<a>" * 340_000, "text/xml"), f"<host> {NOT_AWS}"),
    (body(b"<a>" + b"<b/>" * 260_000 + b"</a>", "text/xml"), f"<host> {NO_TOKEN}"),
], ids=["endless", "2-MiB", "1-MiB-and-2", "bomb", "numbers", "members", "deep-xml", "wide-xml"])
def test_much(fake_aws, told, measured, behaviour, problem):
    started = time.monotonic()
    assert told(behaviour).startswith(problem)
    assert time.monotonic() - started < 10
    assert measured() < 64
    assert fake_aws.sent < 16 << 20, "it went on reading"


def test_memory_is_measured(user, measured):
    """What the test above would see of a program that reads it all."""
    assert user.home.run(sys.executable, "-c", "bytearray(100 << 20)").code == 0
    assert measured() > 100


def test_headers_without_end(user, fake_aws, told):
    many = {f"X-{number}": "x" * 1000 for number in range(95)}
    assert told(lambda exchange: Reply(200, b"{}", many)).startswith(f"<host> {NO_TOKEN}")
    more = {f"X-{number}": "x" * 8000 for number in range(200)}
    fake_aws.on(TOKEN, lambda exchange: Reply(200, b"{}", more))
    user.forget()
    assert user.refusal().startswith(f"the answer of {fake_aws.host} is too long")


@pytest.mark.parametrize("behaviour", [dripping, lambda exchange: Reply(
    200, (exchange.wait(0.2) or b" " for _ in iter(int, 1)))], ids=["answer", "blanks"])
def test_an_answer_that_drips(user, fake_aws, behaviour):
    user.home.configure("[aws]\n\ttimeout = 1\n")
    fake_aws.on(TOKEN, behaviour)
    started = time.monotonic()
    assert user.refusal().startswith(f"{fake_aws.host} did not answer within ")
    assert time.monotonic() - started < 10 and fake_aws.count(TOKEN) == 1
    fake_aws.on(TOKEN, None)
    assert user.token()


# Something else.

@pytest.mark.parametrize("behaviour, problem", [
    (cut, "the answer of <host> is broken"),
    (truncated, f"<host> {NOT_AWS}"),
    (body(b""), f"<host> {NOT_AWS}"),
    (body(b"<!DOCTYPE html><html><body>Log in</body></html>", "text/html"), f"<host> {NOT_AWS}"),
    (body(b"\x00\xff\x1f\x8b"), f"<host> {NOT_AWS}"),
    (body(b"[]"), f"<host> {NOT_AWS}"),
    (body(b"null"), f"<host> {NOT_AWS}"),
    (body(b'{"authorizationData": [}]'), f"<host> {NOT_AWS}"),
    (body(b'{"authorizationData": []} {}'), f"<host> {NOT_AWS}"),
    (body(b'{"a": "\xff"}'), f"<host> {NOT_AWS}"),
    (body(b'{"a": "\xed\xa0\x80"}'), f"<host> {NOT_AWS}"),
    (body(b'{"a": "\\ud800"}'), f"<host> {NOT_AWS}"),
    (body(b'{"a": "\\udc00\\ud800"}'), f"<host> {NOT_AWS}"),
    (body(b'{"a": "\n"}'), f"<host> {NOT_AWS}"),
    (body(b"[" * 100_000), f"<host> {NOT_AWS}"),
    (body(b'{"a":' * 100_000), f"<host> {NOT_AWS}"),
    (body(b'{"a":' + b"[" * 17 + b"]" * 17 + b"}"), f"<host> {NOT_AWS}"),
    (body(b"{}"), f"<host> {NO_TOKEN}"),
    (body(b'{"authorizationData": []}'), f"<host> {NO_TOKEN}"),
    (body(b'{"authorizationData": {}}'), f"<host> {NO_TOKEN}"),
    (body(b'{"authorizationData": 7}'), f"<host> {NO_TOKEN}"),
    (body(b'{"authorizationData": "QVdTOng="}'), f"<host> {NO_TOKEN}"),
    (body(b"", status=204), f"<host> {NOT_AWS}"),
    (body(b"", status=304), "<host> failed at ecr:GetAuthorizationToken"),
    (body(b"{}", status=404), "<host> failed at ecr:GetAuthorizationToken"),
    (body(b"\x1b[2J", status=418), "<host> failed at ecr:GetAuthorizationToken"),
])
def test_no_answer_of_awss(told, behaviour, problem):
    assert told(behaviour).startswith(problem)


@pytest.mark.parametrize("name, value, problem", [
    ("authorizationToken", None, NO_TOKEN),
    ("authorizationToken", "", NO_TOKEN),
    ("authorizationToken", {"a": "QVdTOng="}, NO_TOKEN),
    ("authorizationToken", True, NO_TOKEN),
    ("authorizationToken", 7, NO_LOGIN),
    ("expiresAt", None, NO_END),
    ("expiresAt", "tomorrow", NO_NUMBER),
    ("expiresAt", "nan", NO_NUMBER),
    ("expiresAt", "inf", NO_NUMBER),
    ("expiresAt", 1e300, NO_NUMBER),
    ("expiresAt", -1e15, NO_NUMBER),
    ("expiresAt", 9223372036854775807, NO_NUMBER),
    ("expiresAt", {"seconds": 4102444800}, NO_END),
])
def test_wrong_types(told, name, value, problem):
    def change(answer):
        answer["authorizationData"][0][name] = value
    assert told(edited(change)).startswith(f"<host> {problem}")


@pytest.mark.parametrize("token", [
    "no base64 at all", "QVdTOnBhc3N3b3Jk!", "QVdTOnBhc3N3b3Jk\n=", "QVd", "=", "QVdTOnBhc3N3b3Jk="
    "QVdTOnBhc3N3b3Jk",
])
def test_a_token_that_is_no_base64(told, token):
    def change(answer):
        answer["authorizationData"][0]["authorizationToken"] = token
    assert told(edited(change)).startswith(f"<host> {NO_LOGIN}")


@pytest.mark.parametrize("login", [
    b"password", b"AWS", b"AWS:", b":password", b"AWS:pass\rword", b"AWS:pass\nword",
    b"AWS:password\r\nX-Evil: 1", b"AWS:pass\0word", b"AWS:password\0", b"A\nWS:password",
    b"AWS:pass\x1bword", b"AWS:pass\x7fword", b"AWS:pass\xffword", b"AWS:\xed\xa0\x80",
    "AWS:pass\u202eword".encode(),
    b"<token>:password", b"admin:password", b"aws:password", b"AWS :password",
])
def test_a_token_that_is_no_login(told, login):
    def change(answer):
        encoded = base64.b64encode(login).decode()
        answer["authorizationData"][0]["authorizationToken"] = encoded
    assert told(edited(change)).startswith(f"<host> {NO_LOGIN}")


def test_a_token_with_everything_that_may_be_in_it(user, fake_aws):
    """The control of the tests above: the first colon ends the name, and the rest is carried."""
    fake_aws.password = "a:b \"\\/'`$(x)=<>&~" + "p" * 20_000
    fake_aws.on(TOKEN, typed("text/html"))
    assert user.token() == fake_aws.password


# What it says.

def test_what_a_server_says_is_printable_and_short(user, fake_aws):
    long = "\x1b[31m\x07red\x1b[0m\nkeyfob: all is well\r\x9b2J\u202eemoc\u2028" + "x" * 10_240
    for make in (error, body):
        reply = (make("AccessDeniedException", long) if make is error else body(
            json.dumps({"__type": "x\x1b[31m\n" + "y" * 100, "message": long}).encode(),
            status=400))
        fake_aws.on(TOKEN, reply)
        line = user.refusal()
        assert "red" in line and "x" * 60 in line and "x" * 200 not in line, line
        assert user.refused_refresh(1 if make is error else 4) == line
    fake_aws.on(TOKEN, error("AccessDeniedException", "a plain word"))
    assert "AccessDeniedException (a plain word); " in user.refusal()
