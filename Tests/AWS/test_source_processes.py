"""Credentials that a program of the user's prints: the helper beside botocore."""

import json
import time

import pytest

from beside_botocore import pair, profiles  # noqa: F401
from Support.aws_moto import ACCOUNT, REGION
from token_user import TOKEN


@pytest.fixture
def prints(home, profiles):
    """Has the profile's program do something; returns its path."""
    path = home.root / "print-keys"

    def write(script, command=None):
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        profiles(f"[profile it]\ncredential_process = {command or path}\n")
        return path

    return write


def answer(key, **changed):
    value = {"Version": 1, "AccessKeyId": key.id, "SecretAccessKey": key.secret}
    if key.token:
        value["SessionToken"] = key.token
    value = {name: value for name, value in {**value, **changed}.items() if value is not None}
    return f"echo '{json.dumps(value)}'"


@pytest.fixture
def key(fake_aws):
    return fake_aws.key


def test_gives_keys(pair, prints, key):
    prints(answer(key))
    assert pair.succeed() == [(TOKEN, (key.id, REGION))]


def test_gives_a_session(pair, prints, fake_aws):
    session = fake_aws.add_key(lifetime=3600)
    prints(answer(session, Expiration="2099-01-01T00:00:00Z", AccountId=ACCOUNT))
    assert pair.succeed() == [(TOKEN, ("a session", REGION))]
    prints(answer(session, SessionToken=None))
    told = pair.fail("UnrecognizedClientException")
    assert f"access key {session.id} of the `credential_process` of the profile it" in told


@pytest.mark.parametrize("command", [
    '"{path}" one "two words" three',
    "'{path}' one 'two words' three",
    "{escaped} one two\\ words three",
    '"{path}"\tone   "two"\\ "words" \'\'three""',
])
def test_is_called_with_its_arguments(pair, prints, key, home, command):
    path = home.root / "print the keys"
    check = '[ $# = 3 ] && [ "$1,$2,$3" = "one,two words,three" ] || exit 9\n' + answer(key)
    path.write_text(f"#!/bin/sh\n{check}\n")
    path.chmod(0o700)
    prints("exit 8", command.format(path=path, escaped=str(path).replace(" ", "\\ ")))
    assert pair.succeed()
    prints("exit 8", f'"{path}" one two words three')
    assert "failed with exit code 9" in pair.fail("CredentialRetrievalError")


def test_is_run_without_a_shell(pair, prints, key, home):
    trace = home.root / "trace"
    path = prints(answer(key))
    prints(answer(key), f"{path} ; touch {trace} $(touch {trace}) > {trace}")
    assert pair.succeed() and not trace.exists()


def test_is_found_on_path(pair, prints, key, home):
    prints("exit 8", "print-them")
    told = pair.user.refusal()
    assert "print-them" in told and "not on PATH" in told, told
    (home.links / "print-them").write_text("#!/bin/sh\n" + answer(key))
    (home.links / "print-them").chmod(0o700)
    assert pair.succeed()


@pytest.mark.parametrize("script, words", [
    ("echo canary-of-the-keys >&2; exit 1", "failed with exit code 1"),
    ("kill -KILL $$", "the `credential_process` of the profile it, failed"),
])
def test_that_fails_is_named(pair, prints, key, script, words):
    prints(script)
    told = pair.fail("CredentialRetrievalError")
    assert words in told and "print-keys" in told and "canary" not in told
    prints(answer(key))
    assert pair.succeed()


@pytest.mark.parametrize("changed, code, words", [
    ({"Version": 2}, "CredentialRetrievalError", "is not of `Version` 1"),
    ({"Version": None}, "CredentialRetrievalError", "is not of `Version` 1"),
    ({"AccessKeyId": None}, "CredentialRetrievalError", "lacks `AccessKeyId`"),
    ({"SecretAccessKey": None}, "CredentialRetrievalError", "lacks `AccessKeyId` or `SecretAcc"),
])
def test_that_prints_another_kind_of_answer(pair, prints, key, changed, code, words):
    prints(answer(key, **changed))
    told = pair.fail(code)
    assert words in told and "print-keys" in told and key.secret not in told
    prints(answer(key))
    assert pair.succeed()


@pytest.mark.parametrize("script", [
    "echo canary-of-the-keys", "true", "echo '[1]'", "echo '{\"Version\": 1'",
    "head -c 4096 /dev/zero", "printf '\\377\\376'",
], ids=["words", "nothing", "array", "half", "zeros", "bytes"])
def test_that_prints_no_answer(pair, prints, key, script):
    prints(script)
    told = pair.user.refusal()
    assert "print-keys" in told and "canary" not in told, told
    prints(answer(key))
    assert pair.succeed()


def test_that_wants_input_gets_none(pair, prints, key):
    prints("read line && exit 8; exit 3")
    assert "failed with exit code 3" in pair.user.refusal()
    prints(f"cat; {answer(key)}")
    assert pair.user.token()


def test_whose_keys_say_when_they_end(pair, prints, key):
    """Whether that is over is AWS's to say: its clock may be another one."""
    for moment in ("2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
        prints(answer(key, Expiration=moment))
        assert pair.user.token()
    prints(answer(key, Expiration="tomorrow"))
    pair.user.forget()
    assert "`Expiration` that is no time" in pair.user.refusal()


def test_that_prints_without_an_end(pair, prints, key):
    prints("exec cat /dev/zero")
    started = time.monotonic()
    told = pair.user.refusal()
    assert "print-keys" in told and time.monotonic() - started < 10, told
    prints(f"head -c 30000 /dev/zero | tr '\\0' ' '; {answer(key)}")
    assert pair.succeed()


def test_that_hangs_is_ended_in_time(pair, prints, key, home):
    left = home.root / "process"
    home.configure("[aws]\n\ttimeout = 1\n")
    prints(f"sleep 600 & echo $$ $! >{left}; wait")
    started = time.monotonic()
    told = pair.user.refusal()
    assert 0.9 < time.monotonic() - started < 10, told
    assert "print-keys" in told, told
    for process in left.read_text().split():
        assert not _runs(process), "it was left running"
    prints(answer(key))
    assert pair.user.token()


def test_is_not_run_where_that_is_forbidden(pair, prints, key, home):
    trace = home.root / "trace"
    prints(f"touch {trace}; {answer(key)}")
    home.configure("[aws]\n\tprocesses = never\n")
    assert pair.user.refusal() == (
        "the profile it has a `credential_process`, and `[aws] processes = never` of Keyfob's"
        " configuration forbids to run it; remove that line, or use another profile")
    assert not trace.exists()
    home.configure("[aws]\n\tprocesses = allow\n")
    assert pair.user.token() and trace.exists()


def test_is_not_run_while_a_token_is_good(pair, prints, key, home):
    trace = home.root / "trace"
    prints(f"echo >>{trace}; {answer(key)}")
    assert pair.user.token() == pair.user.token()
    assert trace.read_text() == "\n"


def _runs(process):
    try:
        with open(f"/proc/{process}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
