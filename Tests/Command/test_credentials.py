"""Adding, listing, showing, changing and removing credentials."""

import pytest

from Support import Account

BOT = Account("bot", "ghp_canary of the bot")


@pytest.fixture
def seeded(admin):
    admin.does(
        "keyfob add ci --username bot --bind registry:ghcr.io --bind git:github.com/acme"
        " --scope acme/build --description 'of the build' --expires 2030-12-31 --stdin",
        BOT.password + "\n")
    return admin


def test_add_says_that_it_stored_and_what_is_missing(admin):
    assert admin.transcript(
        "keyfob add ci --username bot --bind registry:ghcr.io --stdin", "x") == """
2> keyfob: stored ci
2> keyfob: this looks like an account's own password, and GitHub Container Registry has tokens; \
it counts as weak
"""
    assert admin.transcript("keyfob add free --username bot --stdin", "x") == """
2> keyfob: stored free; say what it is for with `keyfob bind free registry:HOST`
"""
    assert admin.docker_get("ghcr.io") == Account("bot", "x")


def test_list_is_a_table(seeded):
    seeded.does("keyfob add free --kind token --stdin", "x")
    assert seeded.transcript("keyfob list") == """
NAME  KIND      USERNAME  SCOPE       STATUS  BINDINGS                              STORE  EXPIRES
ci    password  bot       acme/build  ok      registry:ghcr.io git:github.com/acme  file   <time>
free  token     -         -           ok      -                                     file   -
"""


def test_show_says_everything_but_the_secret(seeded):
    assert seeded.transcript("keyfob show ci") == """
name         ci
kind         password
username     bot
scope        acme/build
status       ok
bindings     registry:ghcr.io, git:github.com/acme
store        file
origin       admin
description  of the build
created      <time> by keyfob, uid 0
updated      <time>
expires      <time>
id           <id>
password     ●●●●●●  (see it with --reveal)
""".replace("uid 0", f"uid {seeded.home.path.stat().st_uid}")


def test_json_of_list_and_show_say_the_same(seeded):
    [listed] = seeded.json("keyfob list")
    assert listed == seeded.json("keyfob show ci")
    for volatile in ("id", "created", "createdBy", "updated"):
        assert listed.pop(volatile)
    assert listed == {
        "name": "ci", "kind": "password", "username": "bot", "scope": "acme/build",
        "status": "ok", "states": ["ok"],
        "bindings": ["registry:ghcr.io", "git:github.com/acme"],
        "store": "file", "origin": "admin", "description": "of the build",
        "expires": "2030-12-31T23:59:59Z", "version": 1,
    }


def test_reveal_prints_the_bare_secret_and_field_chooses_one(seeded):
    assert seeded.does("keyfob show ci --reveal").decode() == BOT.password
    assert seeded.does("keyfob show ci --reveal --field password").decode() == BOT.password
    assert seeded.fails(3, "keyfob show ci --reveal --field token") == (
        "ci has no field `token`; it has: password")


def test_a_token_without_a_user_name_answers_where_the_host_has_a_usual_one(admin):
    admin.does("keyfob add t --kind token --bind registry:ghcr.io --bind git:github.com --stdin",
               "tok")
    assert admin.git_get("github.com") == Account("x-access-token", "tok")
    assert admin.fails(2, "keyfob add u --kind token --bind registry:r.example.com --stdin", "x") \
        == "registry:r.example.com needs a user name to go with the token; add `--username NAME`"
    assert admin.fails(2, "keyfob bind t registry:r.example.com") == (
        "registry:r.example.com needs a user name to go with the token; "
        "name one with `keyfob edit t --username NAME`")
    admin.does("keyfob edit t --username bot")
    admin.does("keyfob bind t registry:r.example.com")
    assert admin.docker_get("r.example.com") == Account("bot", "tok")


@pytest.mark.parametrize("options, message", [
    ("", "the user name is missing; add `--username NAME`"),
    ("--username ''", "this is not a user name; write 1 to 4096 bytes without control characters"),
    ("--username u --bind ghcr.io", "`ghcr.io` names no protocol; write `registry:HOST` or "
     "`git:HOST`"),
    ("--username u --scope a//b", "`a//b` is not a scope; write segments of letters, digits, `.`, "
     "`_` and `-` with `/` between them"),
    ("--username u --expires soon", "`soon` is not a time; write 2026-12-31, "
     "<time>, or a span such as 90d or 12h"),
    ("--username u --rotate-after 0d", "`0d` is not a time; write 2026-12-31, "
     "<time>, or a span such as 90d or 12h"),
])
def test_what_cannot_be_added_is_refused_before_the_secret_is_read(admin, options, message):
    # No secret is given: a command that asked for it would say that there is no terminal.
    assert admin.fails(2, f"keyfob add x {options}") == message
    assert admin.names() == []
    assert "terminal" in admin.fails(2, "keyfob add x --username u")


def test_a_name_is_checked_and_given_once(seeded):
    assert seeded.fails(2, "keyfob add Ci --username u") == (
        "`Ci` is not a name; use up to 128 of a-z, 0-9, `.`, `_` and `-`")
    assert seeded.fails(1, "keyfob add ci --username u") == (
        "the name ci is taken; choose another, or `keyfob edit ci`")
    assert seeded.names() == ["ci"]


def test_an_empty_secret_is_refused_and_one_line_end_is_dropped(admin):
    assert admin.fails(2, "keyfob add x --username u --stdin", "\n") == (
        "the secret is empty; give one")
    for text, secret in (("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a ")):
        admin.does("keyfob add x --username u --stdin", text)
        assert admin.does("keyfob show x --reveal").decode() == secret
        admin.does("keyfob remove x --yes")


def test_a_secret_longer_than_4_mib_is_refused(admin):
    assert admin.fails(1, "keyfob add x --username u --stdin", "x" * ((4 << 20) + 1)) == (
        "the secret is longer than 4 MiB")
    admin.does("keyfob add x --username u --stdin", "x" * (4 << 20))
    assert len(admin.does("keyfob show x --reveal")) == 4 << 20


def test_a_secret_comes_by_a_descriptor(admin):
    (admin.home.root / "secret").write_text("by descriptor\n")
    for command in ("add x --username u", "edit x"):
        shell = admin.home.run("sh", "-c", f"keyfob {command} --fd 3 3< ../secret")
        assert shell.code == 0, shell
        assert admin.does("keyfob show x --reveal") == b"by descriptor"
    assert admin.fails(1, "keyfob edit x --fd 9") == "cannot read descriptor 9: Bad file descriptor"


def test_edit_changes_what_is_given_and_nothing_else(seeded):
    before = seeded.json("keyfob show ci")
    assert seeded.transcript("keyfob edit ci --description 'of the tests' --username robot") == """
2> keyfob: changed ci
"""
    after = seeded.json("keyfob show ci")
    differences = {key for key in after if after[key] != before.get(key)} - {"updated"}
    assert differences == {"description", "username"}
    assert seeded.does("keyfob show ci --reveal").decode() == BOT.password
    seeded.does("keyfob edit ci --scope '' --expires never --rotate-after 90d --description ''")
    assert {"scope", "expires", "description"}.isdisjoint(seeded.json("keyfob show ci"))


def test_the_status_of_a_credential_follows_its_dates(admin):
    for name, options in {
        "lasting": "--expires 30d --rotate-after 20d", "due": "--rotate-after 2d",
        "ending": "--expires 2020-01-01", "near": "--expires 6d",
    }.items():
        admin.does(f"keyfob add {name} --username u --bind registry:{name}.io {options} --stdin",
                   "x")
    states = {each["name"]: each["status"] for each in admin.json("keyfob list")}
    assert states == {"lasting": "ok", "due": "expiring", "near": "expiring",
                      "ending": "expired"}
    assert admin.json("keyfob status")["needAttention"] == [
        "due: expiring; renew it with `keyfob edit due`",
        "ending: expired; renew it with `keyfob edit ending`",
        "near: expiring; renew it with `keyfob edit near`"]


def test_remove_asks_for_a_yes_and_removes_all_or_none(seeded):
    seeded.does("keyfob add second --username u --bind registry:second.io --stdin", "x")
    assert seeded.fails(2, "keyfob remove second") == (
        "second answers for registry:second.io. Remove it? Nobody is there to answer; add `--yes`")
    assert seeded.fails(3, "keyfob remove second third --yes") == (
        "there is no credential named `third`; see the names with `keyfob list`")
    assert seeded.names() == ["ci", "second"]
    assert seeded.transcript("keyfob remove second ci --yes") == """
2> keyfob: removed second, ci
"""
    assert seeded.names() == []
