"""Bundles from administrators to machines: what each is for, and what a machine makes of it."""

import json

import pytest

import seed_format
from Support import Account


def actions(report):
    return {each["name"]: each["action"] for each in report["credentials"]}


def test_two_machines_are_seeded(make_machine, alice):
    machines = [make_machine(name, alice) for name in ("one", "two")]
    path = alice.bundle(machines, "--name web ghcr forge")
    assert path.stat().st_mode & 0o777 == 0o600
    for machine in machines:
        report = machine.apply(path)
        assert (report["state"], report["bundle"]) == ("applied", "web")
        assert actions(report) == {"ghcr": "stored", "forge": "stored"}
        assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")
        assert machine.git_get("forge.example.com") == ("bot", "canary of forge")
        stored = machine.json("keyfob show ghcr")
        assert stored["createdBy"] == f"seed web, key {alice.key.fingerprint}"
        assert stored["origin"] == "admin"


def test_the_same_bundle_again_changes_nothing(machine, alice):
    path = alice.bundle([machine])
    first = machine.apply(path)
    before = machine.kept()
    again = machine.apply(path)
    assert (again["state"], again["credentials"]) == ("alreadyApplied", [])
    assert again["id"] == first["id"] and again["counter"] == first["counter"]
    assert machine.kept() == before
    said = machine.run(f"keyfob seed apply {path}").err.decode()
    assert "is applied already; nothing was changed" in said and "add `--again`" in said


def test_what_was_lost_here_comes_back_from_the_same_bundle(machine, alice):
    path = alice.bundle([machine])
    machine.apply(path)
    machine.does("keyfob remove ghcr --yes")
    assert machine.apply(path)["state"] == "alreadyApplied"
    assert machine.docker_get("ghcr.io") is None
    report = machine.apply(path, "--again")
    assert actions(report) == {"ghcr": "stored", "forge": "unchanged"}
    assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")


def test_after_a_reset_the_last_bundle_can_be_applied_and_none_before_it(machine, alice):
    old = alice.bundle([machine], "--counter 1 ghcr")
    machine.apply(old)
    last = alice.bundle([machine], "--counter 2 ghcr")
    machine.apply(last)
    machine.does("keyfob reset --yes-delete-everything")
    assert machine.docker_get("ghcr.io") is None
    assert "is older than the last one applied here, 2" in machine.refuses(old)
    assert machine.apply(last)["state"] == "applied"
    assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")


def test_a_bundle_is_applied_to_the_store_it_went_to(machine, alice):
    path = alice.bundle([machine])
    machine.apply(path)
    # New keys give a store another id, and make no other one of it.
    machine.does("keyfob remove forge --yes")
    machine.does("keyfob store rotate-key")
    assert machine.apply(path)["state"] == "alreadyApplied"
    assert set(machine.content()) == {"ghcr"}
    machine.does("keyfob init --force --yes")
    machine.does("keyfob add own --username me --stdin", "canary of mine")
    assert actions(machine.apply(path)) == {"ghcr": "stored", "forge": "stored"}
    assert machine.apply(path)["state"] == "alreadyApplied"
    machine.does("keyfob remove ghcr forge --yes")
    assert machine.apply(path)["state"] == "alreadyApplied"
    assert set(machine.content()) == {"own"}


def test_a_rotation(machine, alice):
    machine.apply(alice.bundle([machine]))
    id_ = machine.content()["ghcr"]["id"]
    machine.does("keyfob rename ghcr renamed")
    alice.does("keyfob edit ghcr --stdin", "canary rotated")
    report = machine.apply(alice.bundle([machine]))
    assert actions(report) == {"ghcr": "replaced", "forge": "unchanged"}
    assert machine.docker_get("ghcr.io") == ("bot", "canary rotated")
    # It is the same credential, under the name that it has here.
    assert machine.content()["renamed"]["id"] == id_
    assert set(machine.content()) == {"renamed", "forge"}
    # A client that saw the old secret may still store it once more: it changes nothing.
    machine.docker_store("ghcr.io", Account("bot", "canary of ghcr"))
    assert machine.docker_get("ghcr.io") == ("bot", "canary rotated")
    machine.docker_store("ghcr.io", Account("bot", "another"))
    assert machine.docker_get("ghcr.io") == ("bot", "another")


def test_metadata_alone_follows(machine, alice):
    machine.apply(alice.bundle([machine]))
    alice.does("keyfob edit ghcr --description 'for the builds'")
    alice.does("keyfob bind ghcr registry:quay.io")
    assert actions(machine.apply(alice.bundle([machine])))["ghcr"] == "replaced"
    assert machine.docker_get("quay.io") == ("bot", "canary of ghcr")
    assert machine.json("keyfob show ghcr")["description"] == "for the builds"


def test_what_is_left_out_stays_unless_it_is_pruned(machine, alice):
    machine.does("keyfob add own --username me --stdin", "canary of mine")
    machine.apply(alice.bundle([machine]))
    machine.apply(alice.bundle([machine], "ghcr"))
    assert set(machine.content()) == {"own", "ghcr", "forge"}
    # A bundle of another name has nothing to do with it.
    machine.apply(alice.bundle([machine], "--name other --prune ghcr"), "--on-conflict skip")
    assert set(machine.content()) == {"own", "ghcr", "forge"}
    report = machine.apply(alice.bundle([machine], "--prune ghcr"))
    assert actions(report) == {"ghcr": "unchanged", "forge": "removed"}
    assert set(machine.content()) == {"own", "ghcr"}


def test_a_name_that_is_taken(make_machine, alice):
    def occupied(name):
        machine = make_machine(name, alice)
        machine.does("keyfob add ghcr --username me --stdin --bind registry:r.io", "canary here")
        return machine

    machine = occupied("refusing")
    line = machine.refuses(alice.bundle([machine]))
    assert line == (
        "the bundle default brings ghcr, and a credential of that name is here that it did not "
        "bring; say what to do with `--on-conflict skip`, `replace` or `rename`")

    machine = occupied("skipping")
    report = machine.apply(alice.bundle([machine]), "--on-conflict skip")
    assert actions(report) == {"ghcr": "skipped", "forge": "stored"}
    assert machine.docker_get("r.io") == ("me", "canary here")
    assert machine.docker_get("ghcr.io") is None

    machine = occupied("replacing")
    report = machine.apply(alice.bundle([machine]), "--on-conflict replace")
    assert actions(report) == {"ghcr": "replaced", "forge": "stored"}
    assert machine.docker_get("r.io") is None
    assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")

    machine = occupied("renaming")
    report = machine.apply(alice.bundle([machine]), "--on-conflict rename")
    assert report["credentials"][1]["storedAs"] == "ghcr-2"
    assert machine.docker_get("r.io") == ("me", "canary here")
    assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")
    # The next bundle finds it under the name it got.
    alice.does("keyfob edit ghcr --stdin", "canary rotated")
    assert actions(machine.apply(alice.bundle([machine])))["ghcr"] == "replaced"
    assert machine.docker_get("ghcr.io") == ("bot", "canary rotated")
    assert set(machine.content()) == {"ghcr", "ghcr-2", "forge"}


def test_what_the_bundle_brought_under_another_name_is_not_replaced(machine, alice):
    """Its first credential is called here as its second is there."""
    for name in ("a", "b"):
        alice.add(name, "bot", f"canary {name}", f"registry:{name}.io")
    machine.apply(alice.bundle([machine], "a"))
    machine.does("keyfob rename a b")
    both = alice.bundle([machine], "a b")
    for rule in ("", "--on-conflict replace"):
        assert machine.refuses(both, rule) == (
            "the bundle default brings b, and its a is called that here; give that another name "
            "with `keyfob rename`, or add `--on-conflict rename`")
    report = machine.apply(both, "--on-conflict rename")
    assert {each["name"]: each["storedAs"] for each in report["credentials"]} == {
        "a": "b", "b": "b-2"}
    for name in ("a", "b"):
        assert machine.docker_get(f"{name}.io") == ("bot", f"canary {name}")


def test_two_administrators_do_not_take_each_others(machine, alice, make_admin):
    bob = make_admin("bob")
    bob.add("ghcr", "bob", "canary of bob", "registry:ghcr.io")
    machine.trust(bob)
    machine.apply(alice.bundle([machine], "--counter 9 ghcr"))
    assert "brings ghcr, and a credential of that name is here" in machine.refuses(
        bob.bundle([machine], "--counter 1 ghcr"))
    # Each key counts for itself.
    machine.apply(bob.bundle([machine], "--counter 1 ghcr"), "--on-conflict rename")
    assert set(machine.content()) == {"ghcr", "ghcr-2"}


def test_a_dry_run_changes_nothing(machine, alice):
    path = alice.bundle([machine])
    before = machine.kept()
    report = machine.apply(path, "--dry-run")
    assert report["state"] == "dryRun"
    assert actions(report) == {"ghcr": "stored", "forge": "stored"}
    assert machine.kept() == before
    assert machine.apply(path)["state"] == "applied"


def test_a_bundle_from_standard_input(machine, alice):
    bundle = alice.bundle([machine]).read_bytes()
    assert machine.run("keyfob seed apply -", bundle).code == 0
    assert set(machine.content()) == {"ghcr", "forge"}


def test_choosing_what_is_in_a_bundle(machine, alice):
    alice.add("ci", "bot", "canary of ci", "registry:ci.io", more="--scope acme/ci")
    alice.add("build", "bot", "canary of build", "registry:b.io", more="--scope acme/ci/build")
    alice.does("keyfob add api --kind token --stdin --username x", "canary of api")

    def chosen(options):
        bundle = alice.bundle([machine], options).read_bytes()
        content = seed_format.open_bundle(bundle, machine.key).content
        return {each["name"] for each in json.loads(content)["credentials"]}

    assert chosen("--scope acme/ci") == {"ci", "build"}
    assert chosen("--kind token") == {"api"}
    assert chosen("--scope acme --kind password") == {"ci", "build"}
    assert chosen("--all") == {"ci", "build", "api", "ghcr", "forge"}
    assert chosen("ghcr") == {"ghcr"}
    to = f"keyfob seed create --to {machine.recipient} --output x.seed"
    assert alice.fails(3, f"{to} --scope nowhere").startswith("no credential is of that kind")
    assert alice.fails(3, f"{to} missing").startswith("there is no credential named `missing`")
    assert "say what to take" in alice.fails(2, to)
    assert "say who can open it" in alice.fails(2, "keyfob seed create ghcr --output x.seed")


def test_a_bundle_of_what_is_not_stored_here(machine, alice, make_admin):
    bob = make_admin("bob")
    machine.trust(bob)
    archive = alice.does("keyfob export --format json")
    path = bob.home.path / "archive.seed"
    bob.does(f"keyfob seed create --to {machine.recipient} --from-archive - --output {path}",
             archive)
    assert bob.names() == []
    assert set(actions(machine.apply(path))) == {"ghcr", "forge"}
    assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")


def test_recipients_from_a_file(make_machine, alice):
    machines = [make_machine(name, alice) for name in ("one", "two")]
    lines = ["# the web tier", f"{machines[0].recipient}  # one", "", machines[1].recipient]
    (alice.home.path / "machines").write_text("\n".join(lines))
    path = alice.bundle([], "--to-file machines ghcr")
    for machine in machines:
        machine.apply(path)


def test_a_bundle_is_nothing_for_a_terminal(machine, alice, terminal):
    child = terminal(alice, "seed", "create", "--to", machine.recipient, "ghcr")
    child.expect("a bundle is nothing to read on a terminal; name a file with `--output`")
    child.wait()
    assert child.exitstatus == 2


@pytest.mark.parametrize("words", ["", "--json"])
def test_nothing_secret_is_said(words, machine, alice):
    path = alice.bundle([machine])
    answer = machine.run(f"keyfob seed apply {path} {words}")
    assert answer.code == 0
    for text in (path.read_bytes(), answer.out + answer.err, *machine.kept().values()):
        assert b"canary" not in text
