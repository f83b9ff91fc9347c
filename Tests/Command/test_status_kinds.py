"""How each credential is doing, and what `keyfob status` makes of it."""

import time

import pytest

from sealed_layout import DOCKER, GIT, GIT_LOGIN, REGISTRY, Binding
from stocks import credential, stock
from Support import Account

DAY = 86_400
GHCR = Binding(REGISTRY, b"ghcr.io")
WEAK = [(b"form", b"account-password")]


def at(days):
    return int(time.time() + days * DAY)


def suspended(host):
    return Binding(GIT, host, suspended_until=at(0) + 500)


def states(admin):
    listed = admin.json("keyfob list")
    assert all(each["status"] == each["states"][0] for each in listed)
    return {each["name"]: " ".join(each["states"]) for each in listed}


def test_every_state_and_the_worst_of_several(admin):
    stock(admin, [
        credential("lasting", expires_at=at(9), rotate_after=at(8)),
        credential("ending", expires_at=at(6)), credential("due", rotate_after=at(6)),
        credential("overdue", rotate_after=at(-100)), credential("ended", expires_at=at(-1)),
        credential("refused", bindings=[suspended(b"git.example.com")]),
        credential("weak", settings=WEAK),
        credential("first", "one", [GHCR], currency=9),
        credential("second", "two", [GHCR], currency=8),
        credential("all", "three", [GHCR, suspended(b"all.example.com")], currency=7,
                   settings=WEAK, rotate_after=at(1)),
        credential("over", "four", [GHCR, suspended(b"over.example.com")], currency=6,
                   settings=WEAK, expires_at=at(-1)),
    ])
    assert states(admin) == {
        "lasting": "ok", "ending": "expiring", "due": "expiring", "overdue": "expiring",
        "ended": "expired", "refused": "suspended", "weak": "weak", "first": "ok",
        "second": "duplicate", "all": "suspended expiring duplicate weak",
        "over": "expired suspended duplicate weak",
    }
    report = admin.json("keyfob status")
    assert report["statuses"] == {
        "ok": 2, "expiring": 3, "expired": 2, "suspended": 2, "weak": 1, "duplicate": 1}
    assert report["needAttention"] == [
        "all: suspended; its host refused it; `keyfob edit all` ends the suspension",
        "due: expiring; renew it with `keyfob edit due`",
        "ended: expired; renew it with `keyfob edit ended`",
        "ending: expiring; renew it with `keyfob edit ending`",
        "over: expired; renew it with `keyfob edit over`",
        "overdue: expiring; renew it with `keyfob edit overdue`",
        "refused: suspended; its host refused it; `keyfob edit refused` ends the suspension",
        "second: duplicate; first answers before it; `keyfob dedupe` removes it",
        "weak: weak; an account's password; put a token in its place: `keyfob edit weak`",
    ]
    # A filter finds what is not the worst of it as well.
    assert {each["name"] for each in admin.json("keyfob list --filter status=weak")} == {
        "weak", "all", "over"}


def test_a_refusal_by_the_host_is_seen_and_ended_by_an_edit(admin):
    admin.does("keyfob add ci --username bot --bind git:git.example.com --stdin", "canary")
    admin.git_tells("erase", "git.example.com", Account("bot", "canary"))
    assert states(admin) == {"ci": "suspended"}
    admin.does("keyfob edit ci --stdin", "newer")
    assert states(admin) == {"ci": "ok"}


def test_the_duplicate_is_the_one_that_never_answers(admin):
    for name in ("first", "second"):
        admin.does(f"keyfob add {name} --username bot --bind registry:r.io --stdin", name)
        assert admin.docker_get("r.io") == Account("bot", name)
    assert states(admin) == {"first": "duplicate", "second": "ok"}


@pytest.mark.parametrize("one, other, duplicate", [
    # The control: nothing tells them apart but their age.
    ({}, {}, "other"),
    ({"scope": "acme"}, {}, None), ({"username": "eve"}, {}, None),
    ({"bindings": [Binding(REGISTRY, b"ghcr.io", b"acme")]}, {}, None),
    ({"bindings": [Binding(GIT, b"ghcr.io")]}, {}, None),
    # What is gone for now does not answer before anything.
    ({"expires_at": 1_600_000_000}, {}, None),
    # A login without a user name is nobody's, where a seeded one is anybody's.
    ({"origin": DOCKER, "username": None}, {"username": None}, None),
    ({"username": None}, {"origin": DOCKER, "username": None}, "other"),
    # A login of git's answers for exactly its path, a seeded one for what is below as well.
    ({"origin": GIT_LOGIN, "bindings": [Binding(GIT, b"x.io")]},
     {"bindings": [Binding(GIT, b"x.io")]}, None),
    ({"bindings": [Binding(GIT, b"x.io")]},
     {"origin": GIT_LOGIN, "bindings": [Binding(GIT, b"x.io")]}, "other"),
    # git's login at a path also answers where no path is asked for.
    ({"bindings": [Binding(GIT, b"x.io", b"a")]},
     {"origin": GIT_LOGIN, "bindings": [Binding(GIT, b"x.io", b"a")]}, None),
])
def test_what_is_a_duplicate_and_what_is_none(admin, one, other, duplicate):
    usual = {"bindings": [GHCR]}
    stock(admin, [credential("one", "1", **{**usual, **one}, currency=5),
                  credential("other", "2", **{**usual, **other}, currency=4)])
    found = {name for name, words in states(admin).items() if "duplicate" in words}
    assert found == ({duplicate} if duplicate else set())


def test_a_binding_that_never_answers_is_named(admin):
    stock(admin, [
        credential("new", "1", [GHCR], currency=5),
        credential("old", "2", [GHCR, Binding(REGISTRY, b"r.io")], currency=4)])
    assert admin.json("keyfob status")["needAttention"] == [
        "old: duplicate; new answers before it; `keyfob unbind old registry:ghcr.io`"]
    admin.does("keyfob unbind old registry:ghcr.io")
    assert states(admin) == {"new": "ok", "old": "ok"}


def test_the_older_ssh_password_of_a_login_is_a_duplicate(admin):
    def login(name, currency, host=b"h1", port=None, **options):
        settings = [(b"host", host)] + ([(b"port", port)] if port else [])
        return credential(name, name, kind=6, settings=settings, currency=currency,
                          **{"username": "root", **options})

    stock(admin, [
        login("new", 5), login("old", 4, b"H1", b"22"), login("port", 3, port=b"23"),
        login("user", 3, username="eve"), login("scope", 3, scope="acme"), login("host", 3, b"h2"),
        login("gone", 6, expires_at=1_600_000_000)])
    assert {name for name, words in states(admin).items() if "duplicate" in words} == {"old"}
    assert "old: duplicate; new is newer and for the same login; `keyfob dedupe` removes it if " \
        "the password is the same, `keyfob remove old` if it is out of date" in (
            admin.json("keyfob status")["needAttention"])


def test_status_sums_up_and_names_a_few(admin):
    stock(admin, [credential(f"c{number:03}", expires_at=1_600_000_000) for number in range(30)]
          + [credential("fine")])
    lines = admin.does("keyfob status").decode().splitlines()
    assert "status       1 ok, 30 expired" in lines
    attention = [line for line in lines if line.startswith("attention")]
    assert len(attention) == 21
    assert attention[0].endswith(" c000: expired; renew it with `keyfob edit c000`")
    assert attention[-1].endswith(" and 10 more; see `keyfob list --sort status`")
    assert len(admin.json("keyfob status")["needAttention"]) == 30


class TestCheck:
    def test_says_nothing_when_all_is_well(self, admin):
        assert admin.transcript("keyfob status --check") == "\n"
        stock(admin, [credential("fine", bindings=[GHCR])])
        assert admin.transcript("keyfob status --check") == "\n"
        assert admin.json("keyfob status --check") == []

    def test_says_what_is_not_and_ends_with_1(self, admin):
        stock(admin, [credential("fine"), credential("ended", expires_at=1_600_000_000)])
        line = "ended: expired; renew it with `keyfob edit ended`"
        assert admin.transcript("keyfob status --check") == f"\n{line}\nexit 1\n"
        answer = admin.run("keyfob status --check --json")
        assert answer.code == 1 and line.encode() in answer.out

    def test_needs_nothing_unlocked(self, admin):
        stock(admin, [credential("fine", bindings=[GHCR])])
        admin.does("keyfob store rotate-key --lock-with passphrase --passphrase-stdin", "words")
        assert "is locked" in admin.docker_get("ghcr.io").line
        assert admin.transcript("keyfob status --check") == "\n"
        admin.does("keyfob edit fine --rotate-after 1d")
        assert admin.run("keyfob status --check").code == 1

    def test_fails_where_the_store_does_not_open(self, admin):
        stock(admin, [credential("fine")])
        (admin.home.path / ".local/state/keyfob/key").unlink()
        assert admin.run("keyfob status --check").code not in (0, 1)
