"""Tables: what a spreadsheet makes is read as it stands, or refused by its line."""

import csv
import io

import pytest

from exchange import credential

HEADING = "name,kind,username,bindings,password\r\n"


def test_python_reads_what_is_written(exchange):
    exchange.fill(
        credential("one", bindings=["registry:r.io", "registry:g.io"], username="me",
                   secrets={"password": 'a,"b"\r\nc'}, settings={"host": "=1+1"}),
        credential("two", "secret", secrets={"name": "=cmd()", "blob": b"\xff\0"}))
    rows = list(csv.DictReader(io.StringIO(exchange.give("--format csv").decode(), newline="")))
    assert [row["name"] for row in rows] == ["one", "two"]
    assert rows[0]["password"] == 'a,"b"\r\nc'
    assert rows[0]["bindings"] == "registry:r.io registry:g.io"
    assert rows[0]["setting:host"] == "=1+1"
    assert rows[1]["secret:name"] == "=cmd()" and rows[1]["base64:blob"] == "/wA="


def test_what_python_writes_is_read(exchange):
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["name", "kind", "username", "bindings", "password", "token"])
    writer.writerow(["a", "", "me", "registry:r.io", 'x, "y"\nz', ""])
    writer.writerow(["b", "", "me", "registry:s.io", "", "t"])
    exchange.take("csv -", "\ufeff" + table.getvalue())
    assert exchange.admin.docker_get("r.io") == ("me", 'x, "y"\nz')
    listed = exchange.listed()
    assert (listed["a"]["kind"], listed["b"]["kind"]) == ("password", "token")


@pytest.mark.parametrize("row", ["a,password,me,registry:r.io\r\n",
                                 "a,password,me,registry:r.io,x,y\r\n"], ids=["short", "long"])
def test_rows_of_the_wrong_length_are_refused_by_line(exchange, row):
    right = 'b,password,me,registry:s.io,"two\nlines"\r\n'
    refusal = exchange.refusal("csv -", HEADING + right + row + right + "c\r\n")
    assert refusal.startswith("keyfob: standard input, line 4: it has ")
    assert "columns where the heading has 5; wrong, too, are lines 7" in refusal
    exchange.take("csv -", HEADING + right)
    assert exchange.admin.names() == ["b"]


@pytest.mark.parametrize("text, told", [
    ('a,password,me,,"x\r\n', "line 2: a quote is opened there and never closed"),
    ('a,password,me,,"x"y\r\n', "line 2: something stands between"),
    ('a,password,me,,x"y\r\n', "line 2: a quote stands inside"),
    ("a,password,me,,x\ry\r\n", "line 2: a carriage return"),
    ("a,passwort,me,,x\r\n", "line 2: `passwort` is no kind"),
    ("a,token,me,,x\r\n", "line 2: a credential of the kind token has no field `password`"),
    ("a,password,me,,\r\n", "line 2: it holds no secret"),
    ("a,password,me,host,x\r\n", "line 2: `host` names no protocol"),
], ids=range(8))
def test_what_is_wrong_in_a_row_is_told_by_its_line(exchange, text, told):
    assert told in exchange.refusal("csv -", HEADING + text)
    exchange.take("csv -", HEADING + "a,password,me,,x\r\n")


@pytest.mark.parametrize("heading", ["", "user,pass\n", "name;kind;password\n",
                                     "name,password,password\n"], ids=range(4))
def test_a_table_needs_a_heading(exchange, heading):
    assert "line 1: " in exchange.refusal("csv -", heading + "a,b,c\n")


def test_lone_line_feeds_and_empty_lines_are_taken(exchange):
    exchange.take("csv -", "name,username,password\n\na,me,x\n\n\nb,me,y")
    assert exchange.admin.names() == ["a", "b"] and exchange.secret("b") == b"y"
