"""`keyfob show` on credentials with several fields: all are named, none is shown unasked."""

import pexpect
import pytest

WORDS = "words of the passphrase"
MASKED = "●●●●●●  (see it with {})"


@pytest.fixture
def several(admin):
    for name in ("one", "two"):
        (admin.home.path / name).write_text(f"canary {name}")
    admin.does("keyfob add pair --kind secret --field one=@one --field two=@two")
    admin.does("keyfob add single --kind secret --field two=@two")
    return admin


def secrets(admin, name):
    """The last lines of what is shown: each field with how to see it."""
    lines = admin.does(f"keyfob show {name}").decode().splitlines()
    return dict(line.split(None, 1) for line in lines if "●" in line)


def test_each_field_is_named_and_none_is_shown(several):
    assert secrets(several, "pair") == {
        name: MASKED.format(f"--reveal --field {name}") for name in ("one", "two")}
    assert secrets(several, "single") == {"two": MASKED.format("--reveal")}
    several.does("keyfob show pair --json")
    assert b"canary" not in several.output


def test_one_of_several_is_to_be_named(several):
    assert several.fails(2, "keyfob show pair --reveal") == (
        "pair has several fields: one, two; name one with `--field NAME`")
    assert several.does("keyfob show pair --reveal --field one") == b"canary one"
    assert several.does("keyfob show pair --reveal --field two") == b"canary two"
    assert several.does("keyfob show single --reveal") == b"canary two"
    assert several.fails(3, "keyfob show pair --reveal --field three") == (
        "pair has no field `three`; it has: one, two")


@pytest.mark.parametrize("command", ["show single --reveal", "show single", "show single --json"])
def test_a_secret_that_nobody_got_is_a_failure(several, terminal, command):
    for place, code in (("/dev/full", "1"), ("/dev/null", "0")):
        child = terminal(f"keyfob {command} >{place}; echo $?")
        child.expect(pexpect.EOF)
        *told, last = child.before.split("\r\n")[:-1]
        assert last == code and "canary" not in child.before
        assert told == ["keyfob: the result cannot be written: No space left on device"] * int(code)


def test_a_locked_store_is_shown_all_the_same(several):
    several.does("keyfob add ci --username bot --stdin", "canary")
    several.does("keyfob store rotate-key --lock-with passphrase --passphrase-stdin", WORDS)
    assert several.run("keyfob show ci --reveal").code == 4
    assert secrets(several, "ci") == {"password": MASKED.format("--reveal")}
    assert list(secrets(several, "pair")) == ["secret"]


def test_the_keyring_is_asked_for_names_only_where_the_kind_has_none(
        admin, keyring, secret_service):
    for name in ("one", "two"):
        (admin.home.path / name).write_text(f"canary {name}")
    admin.does("keyfob add pair --kind secret --field one=@one --field two=@two")
    admin.does("keyfob add ci --username bot --stdin", "canary")
    assert list(secrets(admin, "pair")) == ["one", "two"]
    secret_service.stop()
    assert list(secrets(admin, "pair")) == ["secret"]
    assert secrets(admin, "ci") == {"password": MASKED.format("--reveal")}


def test_what_is_no_secret_of_a_kind_is_shown_under_its_name(admin):
    admin.does("keyfob add orders --kind database --username orders --field engine=postgresql"
               " --field host=db.example.com --stdin", "canary")
    shown = dict(line.split("  ", 1) for line in
                 admin.does("keyfob show orders").decode().splitlines())
    assert shown["kind"].strip() == "database" and "template" not in shown
    assert "db.example.com" in {value.strip() for value in shown.values()}
    assert admin.json("keyfob show orders")["settings"]["template"] == "database"


def test_an_ssh_key_is_shown_by_its_fingerprint_and_public_key(admin):
    admin.does("keyfob add deploy --kind ssh-key --generate --username git")
    text = admin.does("keyfob show deploy").decode()
    assert "SHA256:" in text and "ssh-ed25519 AAAA" in text
    assert "PRIVATE KEY" not in text
    assert list(secrets(admin, "deploy")) == ["privateKey"]
    assert b"PRIVATE KEY" in admin.does("keyfob show deploy --reveal")
