"""What a credential answers for: bind, unbind, and the wildcards that are refused."""

import pytest

from Support import Account

BOT = Account("bot", "canary of the bot")


@pytest.fixture
def seeded(admin):
    admin.does("keyfob add ci --username bot --bind registry:ghcr.io --stdin", BOT.password)
    return admin


def test_bind_and_unbind_take_effect_at_once(seeded):
    assert seeded.git_get("git.example.com") is None
    assert seeded.transcript(
        "keyfob bind ci registry:r.example.com:5000 git:git.example.com") == """
2> keyfob: ci answers for registry:r.example.com:5000, git:git.example.com
"""
    assert seeded.git_get("git.example.com") == BOT
    assert seeded.docker_get("r.example.com:5000") == BOT
    assert seeded.docker_get("r.example.com") is None
    assert seeded.transcript("keyfob unbind ci git:git.example.com") == """
2> keyfob: ci no longer answers for git:git.example.com
"""
    assert seeded.git_get("git.example.com") is None
    assert seeded.docker_get("r.example.com:5000") == BOT


def test_binding_twice_is_one_binding_and_ending_none_is_an_error(seeded):
    seeded.does("keyfob bind ci registry:ghcr.io registry:https://ghcr.io/")
    assert seeded.json("keyfob show ci")["bindings"] == ["registry:ghcr.io"]
    assert seeded.fails(3, "keyfob unbind ci registry:quay.io") == (
        "ci is not bound to registry:quay.io; see its bindings with `keyfob show ci`")
    assert seeded.fails(3, "keyfob unbind ci registry:ghcr.io registry:quay.io").startswith(
        "ci is not bound to registry:quay.io")
    assert seeded.docker_get("ghcr.io") == BOT


@pytest.mark.parametrize("pattern, reason", [
    ("registry:*.azurecr.io", "`*.azurecr.io` matches hosts that anybody can register, and they "
     "would be sent this secret; bind each host of yours by its name"),
    ("registry:*.com", "`*.com` leaves open a domain that anybody could own; write the domain out "
     "and use `*` for labels before it"),
    ("git:*.co.uk", "`*.co.uk` leaves open a domain that anybody could own; write the domain out "
     "and use `*` for labels before it"),
    ("registry:*", "`*` leaves open a domain that anybody could own; write the domain out "
     "and use `*` for labels before it"),
])
def test_a_wildcard_over_hosts_of_strangers_is_refused(seeded, pattern, reason):
    for line in (f"keyfob bind ci '{pattern}'",
                 f"keyfob add other --username u --bind '{pattern}' --stdin"):
        assert seeded.fails(2, line, "x") == reason
    assert seeded.names() == ["ci"]
    seeded.does("keyfob bind ci 'registry:*.r.example.com' registry:mine.azurecr.io --force")
    assert seeded.docker_get("eu.r.example.com") == BOT
    assert seeded.docker_get("mine.azurecr.io") == BOT
    for stranger in ("a.eu.r.example.com", "r.example.com", "evil.azurecr.io", "evil.com"):
        assert seeded.docker_get(stranger) is None


def test_binding_a_login_makes_it_the_administrators(admin):
    admin.docker_store("r.example.com", BOT)
    assert admin.transcript("keyfob bind r.example.com-bot git:git.example.com") == """
2> keyfob: r.example.com-bot was a login and is the administrator's now
2> keyfob: r.example.com-bot answers for git:git.example.com
"""
    assert admin.docker_erase("r.example.com") != ""
    assert admin.git_get("git.example.com") == admin.docker_get("r.example.com") == BOT
