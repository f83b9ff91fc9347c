"""The format in two programs written apart: each opens what the other makes."""

import json
import struct

import seed_format


def archive(name, secret):
    return json.dumps({"format": "keyfob-credentials", "version": 1, "credentials": [{
        "name": name, "kind": "password", "username": "bot", "secrets": {"password": secret},
        "bindings": ["registry:ghcr.io"]}]}).encode()


def test_ours_opens_there(make_machine, alice):
    machines = [make_machine(name) for name in ("one", "two", "three")]
    path = alice.bundle(machines, "--name web --counter 77 --prune ghcr")
    for machine in machines:
        opened = seed_format.open_bundle(path.read_bytes(), machine.key)
        assert (opened.name, opened.counter, opened.flags, opened.recipients) == (
            "web", 77, seed_format.PRUNE, 3)
        assert opened.signer == alice.key.public
        credential, = json.loads(opened.content)["credentials"]
        assert (credential["name"], credential["secrets"]) == (
            "ghcr", {"password": "canary of ghcr"})


def test_theirs_is_applied_here(machine, alice):
    recipients = [seed_format.new_machine().public, machine.key.public]
    bundle = seed_format.make_bundle(
        archive("theirs", "canary of theirs"), recipients, alice.key, counter=1, name="web",
        created=1_700_000_000)
    path = machine.home.path / "theirs.seed"
    path.write_bytes(bundle)
    report = machine.apply(path)
    assert report["id"] == seed_format.open_bundle(bundle, machine.key).id
    assert machine.docker_get("ghcr.io") == ("bot", "canary of theirs")


def test_their_keys_are_used_here(tmp_path, make_machine, make_admin):
    admin, machine = make_admin("admin"), make_machine("machine")
    admin.add("ghcr", "bot", "canary of ghcr", "registry:ghcr.io")
    signer, theirs = seed_format.new_signer(), seed_format.new_machine()
    admin.state("signing-key").write_bytes(signer.file())
    machine.state("recipient-key").write_bytes(theirs.file())
    assert admin.line("keyfob keygen --signing") == signer.text
    machine.recipient = machine.line("keyfob keygen")
    assert machine.recipient == theirs.recipient
    machine.does(f"keyfob seed trust --yes {signer.text}")
    machine.apply(admin.bundle([machine], "ghcr"))
    assert machine.docker_get("ghcr.io") == ("bot", "canary of ghcr")


def test_the_largest_crowd(machine, alice):
    """As many machines as there may be, this one the last of them."""
    strangers = [seed_format.new_machine().public for _ in range(4095)]
    bundle = seed_format.make_bundle(
        archive("theirs", "canary"), strangers + [machine.key.public], alice.key, counter=1)
    path = machine.home.path / "crowd.seed"
    path.write_bytes(bundle)
    assert machine.apply(path)["state"] == "applied"


def test_a_sealed_archive_is_taken(machine, alice, terminal):
    sealed = seed_format.seal(archive("sealed", "canary of sealed"), b"correct horse")
    assert struct.unpack_from("<II", sealed, 12) == (1, 8)
    file = alice.home.path / "sealed"
    file.write_bytes(sealed)
    file.chmod(0o600)
    path = alice.home.path / "sealed.seed"
    child = terminal(alice, "seed", "create", "--to", machine.recipient, "--from-archive",
                     str(file), "--output", str(path))
    child.expect("passphrase of .*: ")
    child.sendline("correct horse")
    child.expect("made the bundle default")
    child.wait()
    machine.apply(path)
    assert machine.docker_get("ghcr.io") == ("bot", "canary of sealed")
