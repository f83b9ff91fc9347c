"""Changing a secret with `edit`, and who may change what: clients and the administrator at once."""

import json

import pytest

from Support import Account

OLD = Account("bot", "canary one")
NEW = Account("bot", "canary two")
EVE = Account("eve", "canary of eve")
ADDRESSES = ("r.example.com", "q.example.org")
HOST = "git.example.com"


@pytest.fixture
def seeded(admin):
    """One credential for two registries and a forge."""
    admin.does("keyfob add ci --username bot --bind registry:r.example.com"
               f" --bind registry:q.example.org --bind git:{HOST} --stdin", OLD.password)
    assert answers(admin) == [OLD] * 3
    return admin


def answers(admin):
    return [*map(admin.docker_get, ADDRESSES), admin.git_get(HOST)]


def test_every_address_answers_with_the_new_secret_at_once(seeded):
    assert seeded.transcript("keyfob edit ci --stdin", NEW.password) == """
2> keyfob: changed ci
"""
    assert answers(seeded) == [NEW] * 3


def test_a_late_store_of_the_old_secret_changes_nothing(seeded):
    seeded.does("keyfob edit ci --stdin", NEW.password)
    before = seeded.files()
    seeded.docker_store(ADDRESSES[0], OLD)
    seeded.git_tells("store", HOST, OLD)
    assert seeded.files() == before
    assert answers(seeded) == [NEW] * 3


def test_a_store_of_the_new_secret_changes_nothing_either(seeded):
    seeded.does("keyfob edit ci --stdin", NEW.password)
    before = seeded.files()
    seeded.docker_store(ADDRESSES[0], NEW)
    seeded.git_tells("store", HOST, NEW)
    assert seeded.files() == before


def test_a_late_store_by_another_user_is_a_login_of_its_own(seeded):
    seeded.does("keyfob edit ci --stdin", NEW.password)
    seeded.docker_store(ADDRESSES[0], EVE)
    seeded.git_tells("store", HOST, EVE)
    assert answers(seeded) == [EVE, NEW, EVE]
    assert [(each["name"], each["origin"]) for each in seeded.json("keyfob list")] == [
        ("ci", "admin"), (f"{HOST}-eve", "git"), ("r.example.com-eve", "docker")]
    seeded.docker_erase(ADDRESSES[0])
    seeded.git_tells("erase", HOST, EVE)
    assert answers(seeded) == [NEW] * 3


def test_another_secret_of_the_same_user_is_a_login_of_its_own(seeded):
    third = Account("bot", "canary three")
    seeded.does("keyfob edit ci --stdin", NEW.password)
    seeded.docker_store(ADDRESSES[0], third)
    assert answers(seeded) == [third, NEW, NEW]
    assert seeded.does("keyfob show ci --reveal").decode() == NEW.password


def test_a_new_secret_ends_what_was_known_of_the_old_ones_end(seeded):
    seeded.does("keyfob edit ci --expires 30d")
    assert "expires" in seeded.json("keyfob show ci")
    seeded.does("keyfob edit ci --stdin --expires 60d", NEW.password)
    assert "expires" in seeded.json("keyfob show ci")
    seeded.does("keyfob edit ci --stdin", NEW.password)
    assert "expires" not in seeded.json("keyfob show ci")


def test_a_refusal_of_the_seeded_secret_suspends_the_binding_of_git_alone(seeded):
    seeded.git_tells("erase", HOST, NEW)
    assert answers(seeded) == [OLD] * 3, "another secret than the stored one was refused"

    seeded.git_tells("erase", HOST, OLD)

    assert answers(seeded) == [OLD, OLD, None]
    assert seeded.json("keyfob show ci")["status"] == "suspended"
    assert seeded.transcript(f"keyfob explain git:{HOST}") == f"""
git {HOST}, outside any scope
  answer: none
  because: ci would answer, but the host refused its secret; git gets no answer until <time> \
or `keyfob edit ci`
  and 2 bindings for other hosts; see them with `--all`
"""
    assert seeded.json("keyfob status")["needAttention"] == [
        "ci: suspended; its host refused it; `keyfob edit ci` ends the suspension"]
    seeded.does("keyfob edit ci --stdin", NEW.password)
    assert answers(seeded) == [NEW] * 3
    assert seeded.json("keyfob status")["needAttention"] == []


def test_a_suspension_lasts_ten_minutes(seeded):
    seeded.git_tells("erase", HOST, OLD)
    assert seeded.git_get(HOST) is None
    event = (seeded.home.path / ".local/state/keyfob/events").read_text().splitlines()[-1]
    began = int(event.split()[0])
    assert event.split()[1:3] == ["suspended", "git-credential-keyfob"]
    until = seeded.run(f"keyfob explain git:{HOST}").out.decode()
    ends = seeded.home.run("date", "-u", "-d", f"@{began + 600}", "+%Y-%m-%dT%H:%M:%SZ").out
    assert f"until {ends.decode().strip()} or" in until


def test_while_suspended_the_user_can_answer_and_success_with_the_seed_ends_it(seeded):
    seeded.git_tells("erase", HOST, OLD)
    seeded.git_tells("store", HOST, EVE)
    assert seeded.git_get(HOST) == EVE
    seeded.git_tells("erase", HOST, EVE)
    assert seeded.git_get(HOST) is None
    seeded.git_tells("store", HOST, OLD)
    assert seeded.git_get(HOST) == OLD


def test_docker_erase_leaves_a_seed_and_says_that_it_still_answers(seeded):
    seeded.docker_store(ADDRESSES[0], EVE)
    assert seeded.docker_get(ADDRESSES[0]) == EVE
    told = ("keyfob: ci still answers for r.example.com; "
            "`keyfob explain r.example.com` says why\n")
    assert seeded.docker_erase(ADDRESSES[0]) == told
    assert seeded.docker_get(ADDRESSES[0]) == OLD
    assert seeded.docker_erase(ADDRESSES[0]) == told
    seeded.docker_store("other.example.com", EVE)
    assert seeded.docker_erase("other.example.com") == ""
    assert seeded.docker_get("other.example.com") is None


def test_docker_list_shows_logins_and_literal_bindings_of_registries(seeded):
    seeded.does("keyfob bind ci 'registry:*.corp.example.com'")
    seeded.docker_store("other.example.com", EVE)
    seeded.git_tells("store", "forge.example.com", EVE)
    assert seeded.docker_list() == {
        "q.example.org": "bot", "r.example.com": "bot", "other.example.com": "eve"}
    assert seeded.docker_get("a.corp.example.com") == OLD
    assert seeded.git_get("forge.example.com") == EVE


def test_a_login_of_one_protocol_is_never_served_to_the_other(seeded):
    seeded.docker_store("both.example.com", EVE)
    assert seeded.docker_get("both.example.com") == EVE
    assert seeded.git_get("both.example.com") is None
    seeded.git_tells("store", "forge.example.com", EVE)
    assert seeded.git_get("forge.example.com") == EVE
    assert seeded.docker_get("forge.example.com") is None


def test_events_tell_what_happened_without_names_hosts_or_secrets(seeded):
    seeded.docker_store(ADDRESSES[0], EVE)
    seeded.docker_erase(ADDRESSES[0])
    seeded.git_tells("erase", HOST, OLD)
    seeded.does("keyfob edit ci --stdin", NEW.password)
    seeded.does("keyfob remove ci --yes")
    lines = (seeded.home.path / ".local/state/keyfob/events").read_text().splitlines()
    assert [line.split()[1:3] for line in lines] == [
        ["stored", "keyfob"], ["stored", "docker-credential-keyfob"],
        ["removed", "docker-credential-keyfob"], ["suspended", "git-credential-keyfob"],
        ["changed", "keyfob"], ["removed", "keyfob"]]
    assert {seeded.plain(line.split()[3].encode()) for line in lines} == {"<id>"}


def test_a_change_that_fails_is_no_event(seeded):
    events = seeded.home.path / ".local/state/keyfob/events"
    before = events.read_text()
    lock = seeded.home.credentials.with_suffix(".keyfob.new")
    lock.mkdir()
    assert seeded.run("keyfob edit ci --stdin", NEW.password).code == 1
    assert seeded.run("keyfob remove ci --yes").code == 1
    assert events.read_text() == before
    assert answers(seeded) == [OLD] * 3
    lock.rmdir()
    seeded.does("keyfob edit ci --stdin", NEW.password)
    assert events.read_text() != before


def test_secrets_of_every_byte_that_text_may_hold_come_back_as_they_are(admin):
    secret = "p\"\\/ä\t'$`€𝄞" + "".join(map(chr, range(32, 127)))
    admin.does("keyfob add odd --username u --bind registry:r.io --bind git:g.io --stdin", secret)
    assert admin.docker_get("r.io") == admin.git_get("g.io") == Account("u", secret)
    assert json.loads(json.dumps(secret)) == admin.does("keyfob show odd --reveal").decode()
