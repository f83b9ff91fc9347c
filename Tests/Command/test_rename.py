"""`keyfob rename`: another name for the same credential, everywhere."""

import pytest

from Support import Account


@pytest.fixture
def seeded(admin):
    for name in ("ci", "other"):
        admin.does(f"keyfob add {name} --username bot --bind registry:{name}.example.com"
                   f" --bind git:{name}.example.com --stdin", f"canary of {name}")
    return admin


def test_all_but_the_name_stays(seeded):
    [before] = seeded.json("keyfob list --filter name=ci")
    assert seeded.transcript("keyfob rename ci build") == "\n2> keyfob: ci is build now\n"
    assert seeded.names() == ["build", "other"]
    after = seeded.json("keyfob show build")
    before.pop("updated"), after.pop("updated")
    assert after == {**before, "name": "build"}
    assert seeded.docker_get("ci.example.com") == Account("bot", "canary of ci")
    assert seeded.git_get("ci.example.com") == Account("bot", "canary of ci")
    assert seeded.fails(3, "keyfob show ci") == (
        "there is no credential named `ci`; see the names with `keyfob list`")


@pytest.mark.parametrize("code, words, message", [
    (1, "ci other", "the name other is taken; choose another, or `keyfob edit other`"),
    (2, "ci Ci", "`Ci` is not a name; use up to 128 of a-z, 0-9, `.`, `_` and `-`"),
    (2, "ci ''", "`` is not a name; use up to 128 of a-z, 0-9, `.`, `_` and `-`"),
    (3, "none new", "there is no credential named `none`; see the names with `keyfob list`"),
])
def test_what_is_no_new_name_changes_nothing(seeded, code, words, message):
    before = seeded.home.credentials.read_bytes()
    assert seeded.fails(code, f"keyfob rename {words}") == message
    assert seeded.home.credentials.read_bytes() == before
    assert seeded.transcript("keyfob rename ci ci") == "\n2> keyfob: ci is its name already\n"
    assert seeded.home.credentials.read_bytes() == before


def test_whoever_needs_it_knows_it_by_the_new_name(seeded):
    seeded.does("keyfob add app --username u --needs other --needs ci --stdin", "x")
    generation = seeded.json("keyfob status")["generation"]
    seeded.does("keyfob rename ci build")
    assert seeded.json("keyfob show app")["settings"]["needs"] == "other,build"
    assert seeded.json("keyfob status")["generation"] == generation + 1


def test_the_keyring_knows_it_by_the_new_name(admin, keyring, secret_service):
    admin.does("keyfob add ci --username bot --bind registry:ci.example.com --stdin", "canary")
    admin.does("keyfob add app --username u --needs ci --stdin", "x")
    labels = lambda: sorted(item.label for item in secret_service.items(
        **{"xdg:schema": "dev.keyfob.Credential"}))
    assert labels() == ["Keyfob: app", "Keyfob: ci"]
    admin.does("keyfob rename ci build")
    assert labels() == ["Keyfob: app", "Keyfob: build"]
    assert admin.docker_get("ci.example.com") == Account("bot", "canary")
    # The items alone are enough to know it by its new name.
    admin.home.credentials.unlink()
    (admin.home.path / ".local/state/keyfob/anchor").unlink()
    admin.does("keyfob store recover --from-keyring --yes")
    assert admin.names() == ["app", "build"]
    assert admin.json("keyfob show app")["settings"]["needs"] == "build"
