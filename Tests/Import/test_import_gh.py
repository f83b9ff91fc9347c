"""The tokens of `gh`, in its file and in the keyring."""

import itertools

import pytest

from Support import Account

FILE = ".config/gh/hosts.yml"
NEW = """\
github.com:
    git_protocol: https
    users:
        monalisa:
            oauth_token: gho_canaryA
        hubot:
            oauth_token: "gho_canaryB"
    user: monalisa
    oauth_token: gho_canaryA
ghe.example.com:
    user: kim
    oauth_token: ghp_canaryC # mine
    git_protocol: ssh
"""


def test_every_user_of_every_host(imports, admin, write):
    write(FILE, NEW)
    before = imports.snapshot()
    assert imports.actions("gh") == [
        ("github.com", "monalisa", "add"), ("ghe.example.com", "kim", "add"),
        ("github.com", "hubot", "add")]
    assert "`keyfob bind github.com-monalisa registry:ghcr.io`" in imports.notes
    assert admin.git_get("github.com") == Account("monalisa", "gho_canaryA")
    assert admin.git_get("ghe.example.com") == Account("kim", "ghp_canaryC")
    assert {each["kind"] for each in admin.json("keyfob list")} == {"token"}
    assert imports.snapshot() == before
    assert b"canary" not in admin.output


def test_token_lines_are_removed_and_the_rest_stays(imports, write):
    path = write(FILE, NEW)
    imports.actions("gh --remove-source --yes", code=1)
    assert "its line holds more than the token" in imports.notes
    assert path.read_text() == """\
github.com:
    git_protocol: https
    users:
        monalisa:
        hubot:
    user: monalisa
ghe.example.com:
    user: kim
    oauth_token: ghp_canaryC # mine
    git_protocol: ssh
"""


def test_the_older_form_and_a_token_of_nobody(imports, admin, write):
    write(FILE, "github.com:\n  oauth_token: 'tok'\nghe.example.com:\n  oauth_token: tok2\n")
    rows = imports.rows("gh", code=1)
    assert [row["action"] for row in rows] == ["add", "refuse"]
    assert "needs a user name" in rows[1]["reason"]
    assert admin.git_get("github.com").password == "tok"


def test_tokens_in_the_keyring(home, imports, admin, write, secret_service):
    write(FILE, "github.com:\n    users:\n        mona:\n        hubot:\n    user: mona\n"
          "ghe.example.com:\n    user: kim\n")
    for name, token in (("mona", b"gho_1"), ("", b"gho_1"), ("hubot", b"gho_2")):
        secret_service.store(
            f"Password for '{name}' on 'gh:github.com'",
            {"service": "gh:github.com", "username": name}, token)
    rows = imports.rows("gh", code=1)
    assert [(row["username"], row["action"]) for row in rows] == [
        ("mona", "add"), ("kim", "refuse"), ("hubot", "add")]
    assert "neither in ~/.config/gh/hosts.yml nor in the keyring" in admin.plain(
        rows[1]["reason"].encode())
    assert admin.git_get("github.com") == Account("mona", "gho_1")
    imports.rows("gh --remove-source --yes", code=1)
    assert secret_service.items(service="gh:github.com") == []


def test_a_keyring_that_cannot_be_asked_is_not_an_empty_one(imports, write):
    write(FILE, "github.com:\n    user: mona\n")
    reason = imports.reasons("gh")["github.com"]
    assert "neither" not in reason and "bus" in reason


def test_depth_is_no_way_to_end_the_program(admin, imports, write):
    write(FILE, "".join(" " * n + "a:\n" for n in range(60)))
    assert list(imports.reasons("gh")) == ["a"]
    write(FILE, "".join(" " * n + "a:\n" for n in range(1020)))
    assert "it nests deeper than" in admin.fails(1, "keyfob import --from gh")


def test_a_byte_order_mark_before_the_file_is_nothing(imports, write):
    write(FILE, "\ufeff" + NEW)
    assert len(imports.actions("gh")) == 3


@pytest.mark.parametrize("text, reason", [
    ("a: &x b\ngithub.com: *x\n", "line 1: it has an alias, an anchor or a tag"),
    ("a: [\u2028&b [c],\u2028*b]\n", "an alias, an anchor or a tag"),
    ("- list\n", "it names no hosts"),
    ("github.com: text\n", "a host has no settings"),
    ("github.com:\n  oauth_token: |\n    canary\n", "not written as gh writes it"),
    ("github.com:\n  oauth_token: \"can\\x61ry\"\n", "not written as gh writes it"),
    ("github.com:\n  \"oauth\\x5ftoken\": canary\n", "not written as gh writes it"),
    ("github.com:\n  oauth_token: canary\n bad: [\n", "it is not YAML"),
    ("[" * 500, "it nests deeper"), ("- " * 5000, "it nests deeper"),
    ("#" + "\n" * (1 << 20), "longer than 1 MiB"),
    ("a: 1\na: 2\n", "it is not YAML"),
    (b"github.com:\n  user: \xff\n", "not UTF-8"),
], ids=itertools.count())
def test_a_file_that_gh_did_not_write(admin, imports, write, text, reason):
    write(FILE, text)
    assert reason in admin.fails(1, "keyfob import --from gh")
    assert b"canary" not in admin.output
    write(FILE, NEW)
    assert len(imports.actions("gh")) == 3
