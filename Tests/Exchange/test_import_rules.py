"""What an import does where the store has something else already, by each rule; and that doing it
again changes nothing."""

import json
from typing import NamedTuple

import pytest

from exchange import credential
from kinds import KUBECONFIG, ssh_key
from Support import Account

FOUND = {"password": "found"}
#: When the stored credential of `stored` was changed last: in 2020.
CHANGED = 1_577_836_800
GOOD = credential("good", bindings=["git:good.io"], username="g", secrets={"password": "good"})


class Case(NamedTuple):
    """What is stored, and what is imported."""

    stored: dict
    found: dict

    @property
    def name(self):
        return self.stored["name"]


def entry(name, host, user, secret):
    return credential(name, bindings=[f"git:https://{host}"], username=user,
                      secrets={"password": secret})


CASES = {
    "same name": Case(entry("ghcr", "x.io", "a", "stored"), entry("ghcr", "y.io", "b", "found")),
    "same address": Case(entry("mine", "x.io", "a", "stored"), entry("ghcr", "x.io", "a", "found")),
    "both": Case(entry("ghcr", "x.io", "a", "stored"), entry("ghcr", "x.io", "a", "found")),
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request, exchange):
    exchange.fill({**request.param.stored, "updatedAt": CHANGED})
    return request.param


@pytest.fixture
def rows(admin):
    """Imports JSON by a rule: the actions by name, and the names that were given."""

    def imported(rule, *entries, code=0, words=""):
        document = {"format": "keyfob-credentials", "version": 1, "credentials": entries}
        answer = admin.run(
            f"keyfob import --json --from json - --on-conflict {rule} {words}",
            json.dumps(document))
        assert answer.code == code, answer
        return [(row["action"], row.get("name"), row.get("reason"))
                for row in json.loads(answer.out)]

    return imported


def again(admin, rows, rule, *entries):
    """Imports once more, which changes nothing; returns the actions."""
    before = admin.home.credentials.read_bytes()
    actions = [row[0] for row in rows(rule, *entries)]
    assert admin.home.credentials.read_bytes() == before
    return actions


def secret(admin, name):
    return admin.does(f"keyfob show {name} --reveal --yes").decode().strip()


def test_unsettled_it_keeps_everything_out(admin, rows, case):
    before = admin.home.credentials.read_bytes()
    actions = rows("ask", GOOD, case.found, code=1)
    assert [row[0] for row in actions] == ["add", "refuse"]
    assert case.name in actions[1][2] and "choose with --on-conflict" in actions[1][2]
    assert admin.home.credentials.read_bytes() == before
    assert admin.names() == [case.name]


def test_skip_keeps_what_is_stored(admin, rows, case):
    actions = rows("skip", GOOD, case.found)
    assert [row[0] for row in actions] == ["add", "skip"]
    assert sorted(admin.names()) == sorted(["good", case.name])
    assert secret(admin, case.name) == "stored"
    assert again(admin, rows, "skip", GOOD, case.found) == ["present", "skip"]


def test_replace_keeps_the_credential_and_its_name(admin, rows, case):
    before = admin.json(f"keyfob show {case.name}")
    actions = rows("replace", GOOD, case.found)
    assert [row[:2] for row in actions] == [("add", "good"), ("replace", case.name)]
    assert sorted(admin.names()) == sorted(["good", case.name])
    after = admin.json(f"keyfob show {case.name}")
    assert (after["id"], after["created"]) == (before["id"], before["created"])
    assert secret(admin, case.name) == "found"
    host = case.found["bindings"][0].removeprefix("git:https://")
    assert admin.git_get(host) == Account(case.found["username"], "found")
    assert again(admin, rows, "replace", GOOD, case.found) == ["present", "present"]


def test_rename_keeps_both(admin, rows, case):
    name = "ghcr-2" if case.name == "ghcr" else "ghcr"
    actions = rows("rename", GOOD, case.found)
    assert [row[:2] for row in actions] == [("add", "good"), ("add", name)]
    assert sorted(admin.names()) == sorted(["good", case.name, name])
    assert (secret(admin, case.name), secret(admin, name)) == ("stored", "found")
    # What was renamed is found again, although its name says nothing.
    for rule in ("rename", "replace", "ask"):
        assert again(admin, rows, rule, GOOD, case.found) == ["present", "present"]


def test_newest_replaces_an_older_one(admin, rows, case):
    later = {**case.found, "updatedAt": CHANGED + 1}
    assert rows("newest", later)[0][:2] == ("replace", case.name)
    assert secret(admin, case.name) == "found"
    assert again(admin, rows, "newest", later) == ["present"]


@pytest.mark.parametrize("updated, reason", [
    ({"updatedAt": CHANGED}, "was not changed before this one"),
    ({"updatedAt": CHANGED - 1}, "was not changed before this one"),
    ({}, "the source does not say when it changed")])
def test_newest_keeps_what_is_not_older(admin, rows, case, updated, reason):
    action, _, why = rows("newest", {**case.found, **updated})[0]
    assert action == "skip" and reason in why
    assert secret(admin, case.name) == "stored"


# What counts as the same, and what replacing keeps.

FULL = {
    **entry("full", "x.io", "a", "one"), "description": "of CI", "scope": "acme/work",
    "expiresAt": 1_900_000_000, "rotateAfter": 1_890_000_000, "createdAt": 1_500_000_000,
    "updatedAt": 1_550_000_000, "settings": {"provider": "ghcr"}}


@pytest.mark.parametrize("change, words", [
    ({"description": "of CD"}, "another description"),
    ({"scope": "acme"}, "another scope"),
    ({"expiresAt": 1_900_000_001}, "another expiry"),
    ({"rotateAfter": 1_890_000_001}, "another time to be replaced"),
    ({"settings": {"provider": "quay"}}, "other settings"),
    ({"username": "b"}, "another user name"),
    ({"bindings": ["git:https://x.io", "git:https://y.io"]}, "other bindings"),
    ({"secrets": {"password": "two"}}, "another secret"),
    ({"kind": "token", "secrets": {"token": "one"}}, "another kind")])
def test_anything_else_that_it_says_is_a_conflict(admin, rows, change, words):
    assert rows("ask", FULL)[0][0] == "add"
    assert again(admin, rows, "ask", FULL) == ["present"]
    changed = {**FULL, **change}
    assert rows("ask", changed, code=1)[0][2].startswith(f"full has {words}; choose")
    assert rows("replace", changed)[0][0] == "replace"
    shown = admin.json("keyfob show full")
    for key, value in change.items():
        if key in ("description", "scope", "username", "kind"):
            assert shown[key] == value
    assert again(admin, rows, "replace", changed) == ["present"]


def test_what_a_source_leaves_out_stays(admin, rows):
    rows("ask", FULL)
    bare = {key: FULL[key] for key in ("name", "kind")}
    assert rows("ask", {**bare, "secrets": {"password": "one"}})[0][0] == "present"
    assert rows("replace", {**bare, "secrets": {"password": "two"}})[0][0] == "replace"
    shown = admin.json("keyfob show full")
    assert (shown["description"], shown["scope"], shown["username"]) == ("of CI", "acme/work", "a")
    assert admin.git_get("x.io", KEYFOB_SCOPE="acme/work") == Account("a", "two")
    assert admin.git_get("x.io") is None


def test_times_are_kept_where_they_are_known(admin, rows):
    rows("ask", FULL, entry("bare", "y.io", "b", "1"))
    full, bare = admin.json("keyfob show full"), admin.json("keyfob show bare")
    assert (full["created"], full["updated"]) == ("2017-07-14T02:40:00Z", "2019-02-12T19:33:20Z")
    assert bare["created"] == bare["updated"] > "2025"
    assert full["origin"] == bare["origin"] == "import"


def test_another_kind_that_its_bindings_cannot_use_is_refused(admin, rows):
    rows("ask", entry("it", "x.io", "a", "1"))
    key = credential("it", "hetzner", secrets={"token": "A" * 64})
    assert "nothing that git clients can use" in rows("replace", key, code=1)[0][2]
    assert secret(admin, "it") == "1"


# Several entries of one source.

def test_two_of_one_address_are_both_taken(admin, rows):
    """A store may have them, so an export may: the last one counts there, and here."""
    pair = [entry("one", "x.io", "a", "1"), entry("two", "x.io", "a", "2")]
    assert [row[:2] for row in rows("ask", *pair)] == [("add", "one"), ("add", "two")]
    assert admin.git_get("x.io") == Account("a", "2")
    assert again(admin, rows, "ask", *pair) == ["present", "present"]


def test_two_that_differ_in_their_names_alone_are_both_taken(admin, rows):
    pair = [entry("one", "x.io", "a", "1"), entry("two", "x.io", "a", "1")]
    assert [row[0] for row in rows("ask", *pair)] == ["add", "add"]
    admin.does("keyfob remove --yes two")
    assert [row[:2] for row in rows("ask", *pair)] == [("present", "one"), ("add", "two")]


@pytest.mark.parametrize("rule, outcome", [
    ("skip", "skip"), ("replace", "refuse"), ("newest", "refuse"), ("ask", "refuse")])
def test_a_name_that_is_there_twice(admin, rows, tmp_path, rule, outcome):
    table = tmp_path / "table.csv"
    table.write_text("name,kind,username,bindings,password\n"
                     "it,password,a,git:https://x.io,1\nit,password,b,git:https://y.io,2\n")
    table.chmod(0o600)
    answer = admin.run(f"keyfob import --json --from csv {table} --on-conflict {rule}")
    found = [(row["action"], row.get("reason")) for row in json.loads(answer.out)]
    assert found[0][0] == "add" and found[1][0] == outcome
    assert "another credential named it before it" in found[1][1]
    assert answer.code == (0 if outcome == "skip" else 1)
    assert admin.names() == (["it"] if outcome == "skip" else [])


def test_a_name_that_is_there_twice_can_be_renamed(admin, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("name,kind,username,bindings,password\n"
                     "it,password,a,git:https://x.io,1\nit,password,b,git:https://y.io,2\n")
    table.chmod(0o600)
    for _ in range(2):
        admin.does(f"keyfob import --from csv {table} --on-conflict rename")
        assert sorted(admin.names()) == ["it", "it-2"]
    assert admin.git_get("y.io") == Account("b", "2")


# The whole, or nothing.

def test_every_reason_is_told_and_nothing_imported(admin, rows):
    """A password without a user is nothing that git could be given."""
    bad = [credential(f"bad-{index}", bindings=[f"git:https://x{index}.io"])
           for index in range(25)]
    document = {"format": "keyfob-credentials", "version": 1, "credentials": [GOOD, *bad]}
    answer = admin.run("keyfob import --from json -", json.dumps(document))
    told = answer.err.decode().splitlines()
    assert answer.code == 1 and len(told) == 22
    assert "credential 2: git:x0.io needs a user name" in told[0]
    assert told[20] == "keyfob: and 5 more like these"
    assert told[21].startswith("keyfob: 25 of 26 cannot be imported")
    assert answer.out.count(b"needs a user name") == 25
    assert admin.names() == []
    rows("ask", GOOD)
    assert admin.names() == ["good"]


def test_a_dry_run_shows_the_table_and_changes_nothing(admin, rows, case):
    many = [entry(f"c{index:04}", f"h{index}.io", "a", "1") for index in range(500)]
    before = admin.home.credentials.read_bytes()
    found = rows("skip", case.found, *many, words="--dry-run")
    assert [row[0] for row in found] == ["skip", *["add"] * 500]
    document = {"format": "keyfob-credentials", "version": 1,
                "credentials": [case.found, *many]}
    table = admin.does(
        "keyfob import --dry-run --from json - --on-conflict skip", json.dumps(document)).decode()
    assert len(table.splitlines()) == 502 and "import as c0499" in table
    assert admin.home.credentials.read_bytes() == before


# Kinds and providers.

AWS = {"kind": "access-key", "secrets": {"secretAccessKey": "c" * 40}}
ID = "AKIAIOSFODNN7EXAMPLE"
BOX = {"kind": "ssh-password", "secrets": {"password": "canary"}}
DATABASE = {"username": "u", "secrets": {"password": "canary"}}


@pytest.mark.parametrize("right, wrong, told", [
    ({"kind": "hetzner", "secrets": {"token": "c" * 64}}, {"secrets": {"token": "canary"}},
     "this is no Hetzner API token"),
    ({**AWS, "username": ID}, {"username": "foo"}, "`foo` is no access key id"),
    ({**AWS, "username": ID}, {"username": None}, "its access key id is missing"),
    ({**BOX, "username": "root", "settings": {"host": "h.io"}}, {"username": None},
     "its user name is missing"),
    ({**BOX, "username": "root", "settings": {"host": "h.io"}}, {"settings": {"port": "22"}},
     "its host is missing"),
    ({**BOX, "username": "root", "settings": {"host": "h.io"}},
     {"settings": {"host": "h.io", "port": "none"}}, "`none` is no port"),
    ({"kind": "kubeconfig", "secrets": {"file": KUBECONFIG % "canary"}},
     {"secrets": {"file": "canary"}}, "this is not a kubeconfig that works"),
    ({"kind": "ssh-key", "secrets": {"privateKey": ssh_key("it")}},
     {"secrets": {"privateKey": "canary"}}, "private key"),
    ({**DATABASE, "settings": {"template": "database", "engine": "redis", "host": "h"}},
     {"settings": {"template": "database", "engine": "oracle", "host": "h"}},
     "`oracle` is none of them"),
])
def test_what_is_not_of_its_kind_is_refused(admin, rows, right, wrong, told):
    """As `keyfob add` refuses it; and what is right is what differs in that alone."""
    right = {"name": "it", "kind": "password", **right}
    wrong = {key: value for key, value in {**right, **wrong}.items() if value is not None}
    [[action, _, reason]] = rows("ask", wrong, code=1)
    assert action == "refuse" and told in reason and "canary" not in reason
    assert admin.names() == []
    rows("ask", right)
    assert admin.names() == ["it"]


def test_what_does_not_look_like_its_provider_s_is_imported_and_named(admin, exchange):
    """A client may have had it from there for long."""
    wrong = [credential(f"w{index:02}", bindings=[f"registry:ghcr.io/w{index}"], username="a",
                        secrets={"password": "github_pat_canary"}) for index in range(25)]
    document = {"format": "keyfob-credentials", "version": 1, "credentials": [GOOD, *wrong]}
    told = exchange.take("json -", json.dumps(document))
    assert "w00 may not work: GitHub Container Registry does not take fine-grained tokens" in told
    assert told.count("may not work") == 20 and "and 5 more like these" in told
    assert "good may" not in told and "--force" not in told and "canary" not in told
    assert len(admin.names()) == 26
    assert "may not work" not in exchange.take("json -", json.dumps(document))


def test_an_account_s_password_is_marked_and_a_second_import_finds_it(admin, exchange, rows):
    own = credential("own", bindings=["registry:docker.io"], username="a",
                     secrets={"password": "canary"})
    lab = credential("lab", bindings=["registry:r.io"], username="a",
                     settings={"provider": "gitlab"}, secrets={"password": "canary"})
    token = credential("pat", bindings=["registry:docker.io/acme"], username="a",
                       secrets={"password": "dckr_pat_canary"})
    exchange.fill(own, lab, token)
    states = {each["name"]: each["status"] for each in admin.json("keyfob list")}
    assert states == {"own": "weak", "lab": "weak", "pat": "ok"}
    assert [row[0] for row in rows("ask", own, lab, token)] == ["present"] * 3


# Scopes.

def test_scopes_of_a_source_lie_below_the_one_that_is_named(admin, rows):
    both = [entry("one", "x.io", "a", "1"), {**entry("two", "x.io", "a", "2"), "scope": "dev"}]
    rows("ask", *both, words="--scope acme/work")
    assert admin.git_get("x.io") is None
    assert admin.git_get("x.io", KEYFOB_SCOPE="acme/work") == Account("a", "1")
    assert admin.git_get("x.io", KEYFOB_SCOPE="acme/work/dev") == Account("a", "2")
    before = admin.home.credentials.read_bytes()
    assert [row[0] for row in rows("ask", *both, words="--scope acme/work")] == ["present"] * 2
    assert admin.home.credentials.read_bytes() == before
    far = {**entry("far", "y.io", "a", "1"), "scope": "dev"}
    long = "/".join(["x" * 100] * 10) + "/" + "y" * 10
    assert "its scope is too long" in rows("ask", far, words=f"--scope {long}y", code=1)[0][2]
    assert rows("ask", far, words=f"--scope {long}")[0][0] == "add"
