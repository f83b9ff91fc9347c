"""A seed whose user name changes: what a git still sends of the old one makes no login."""

import pytest

from Support import Account

HOST = "git.example.com"
ALICE = Account("alice", "canary one")
BOB = Account("bob", "canary two")


@pytest.fixture
def seeded(admin):
    admin.does(f"keyfob add ci --username alice --bind git:{HOST} --stdin", ALICE.password)
    assert admin.git_get(HOST) == ALICE
    return admin


@pytest.mark.parametrize("options, new", [
    ("", Account("bob", ALICE.password)), ("--stdin", BOB),
], ids=["the name alone", "name and password"])
def test_a_late_store_of_the_old_user_changes_nothing(options, new, seeded):
    seeded.does(f"keyfob edit ci --username bob {options}", new.password if options else "")
    assert seeded.git_get(HOST) == new
    before = seeded.files()
    seeded.git_tells("store", HOST, ALICE)
    assert seeded.files() == before
    assert seeded.names() == ["ci"]
    assert seeded.git_get(HOST) == new


def test_another_password_of_the_old_user_is_a_login(seeded):
    """The control: alice may still log in by herself."""
    seeded.does("keyfob edit ci --username bob")
    later = Account("alice", "canary three")
    seeded.git_tells("store", HOST, later)
    assert seeded.names() == ["ci", f"{HOST}-alice"]
    assert seeded.git_get(HOST) == later
