"""Secrets as variables: for shells, systemd and containers."""

import json
import subprocess

import pytest

from exchange import credential

NASTY = "it's \"$HOME\" `id` \\ #;&|<>\n two  lines\t=é"


def sourced(home, text):
    """What a shell has in its environment after reading the lines."""
    file = home.path / "file.env"
    file.write_bytes(text)
    printed = subprocess.run(
        ["/bin/sh", "-c", "set -a; . \"$0\"; exec env -0", str(file)],
        env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=True).stdout
    return dict(line.split("=", 1) for line in printed.decode().split("\0") if line)


def test_a_shell_reads_what_is_written(exchange):
    exchange.fill(
        credential("ci.bot", bindings=["registry:r.io"], username="me",
                   secrets={"password": NASTY}),
        credential("9lives", "access-key", username="AKIAIOSFODNN7EXAMPLE",
                   secrets={"secretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}),
        credential("app", "secret", secrets={"DB_HOST": "h", "lower": NASTY, "with-dash": "d"}),
        credential("bad", "secret", secrets={"NUL": "a\0b"}))
    got = sourced(exchange.home, exchange.give("--format env"))
    assert got["CI_BOT_USERNAME"] == "me" and got["CI_BOT_PASSWORD"] == NASTY
    assert got["_9LIVES_SECRET_ACCESS_KEY"] == "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    assert (got["DB_HOST"], got["lower"], got["APP_WITH_DASH"]) == ("h", NASTY, "d")
    assert "1 of 4 credentials is not in this: bad (no variable holds NUL)" in exchange.notes
    assert "not carried: the name `with-dash`, now APP_WITH_DASH, of app\n" in exchange.notes
    assert "not carried: the name" not in exchange.notes.replace("the name `with-dash`", "")


def test_variables_come_back_as_they_were(exchange, elsewhere):
    text = ("# a comment\nDB_HOST=db.example.com\nexport DB_USER='me'\n\n"
            "plain=pa$word with spaces\nEMPTY=\nQUOTED=\"a \\\"b\\\" \\$c\"'d'\\''e'\n"
            "LINES='one\ntwo'\r\n")
    exchange.take("env - --name db", text)
    assert exchange.listed()["db"]["kind"] == "secret"
    fields = {"DB_HOST": "db.example.com", "DB_USER": "me", "plain": "pa$word with spaces",
              "EMPTY": "", "QUOTED": "a \"b\" $cd'e", "LINES": "one\ntwo"}
    document = json.loads(exchange.give("--format json"))
    assert document["credentials"][0]["secrets"] == fields
    given = exchange.give("db --format env")
    assert {key: value for key, value in sourced(exchange.home, given).items()
            if key in fields} == fields
    store = elsewhere()
    store.take("env - --name db", given)
    assert json.loads(store.give("--format json"))["credentials"][0]["secrets"] == fields


def test_what_needs_no_quotes_has_none_for_dockers_env_file(exchange):
    exchange.fill(credential("app", "secret", secrets={"TOKEN": "abc/+=@:%,.-_1"}))
    assert exchange.give("--format env") == b"TOKEN=abc/+=@:%,.-_1\n"


@pytest.mark.parametrize("text, told", [
    ("A=1\nnot a variable\n", "line 2: it is not NAME=VALUE"),
    ("9A=1\n", "line 1: it is not NAME=VALUE"),
    ("A='x\ny\n", "line 1: a quote is opened there and never closed"),
    ("A=\"$HOME\"\n", "line 1: a shell would replace"),
    ("A='x'$(id)\n", "line 1: something stands beside the quotes"),
    ("A='x' y\n", "line 1: something follows the value"),
    ("A=x # y\n", "line 1: a comment follows the value"),
    ("A=1\nA=2\n", "line 2: A is set twice"),
], ids=range(8))
def test_what_programs_read_differently_is_refused(exchange, text, told):
    assert told in exchange.refusal("env - --name x", text)
    exchange.take("env - --name x", "A=1\n")


def test_variables_need_a_name(exchange):
    assert "--name" in exchange.refusal("env -", "A=1\n")


def test_two_credentials_never_share_a_variable(exchange):
    exchange.fill(credential("one", "secret", secrets={"TOKEN": "1"}),
                  credential("two", "secret", secrets={"TOKEN": "2"}))
    assert exchange.give("--format env") == b"TOKEN=2\n"
    assert "one (two has variables of the same name)" in exchange.notes
