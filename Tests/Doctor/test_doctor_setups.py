"""Set-ups that keep a login from its client, and what is said without an address."""

import base64
import json
import os

from Support import ALICE

PASSPHRASE = "correct horse battery staple"


def test_a_locked_store(patient, registry):
    address = f"registry:{registry.host}"
    patient.does("init", "--lock-with", "passphrase", "--passphrase-stdin", input=PASSPHRASE)
    patient.does("unlock", "--stdin", "--for", "5m", input=PASSPHRASE)
    patient.stores(address, ALICE)
    assert patient.asks(address).is_well
    patient.does("lock")
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert "locked" in bad.cause and "keyfob unlock" in bad.remedy, bad
    assert bad.of("store", "bad") == [bad.cause]
    # The host is fine, and the login was not sent.
    assert bad.of("connection", "good") and bad.of("login") == []
    general = patient.asks()
    assert (general.code, general.of("store", "bad")) == (
        1, [f"{patient.home.credentials} is locked"])
    # Where nothing is stored, nothing can be until it is unlocked.
    bad = patient.asks("registry:nowhere.invalid")
    assert bad.of("store", "bad") == [f"the store {patient.home.credentials} is locked"]
    assert bad.of("credential", "bad") == ["nothing is stored for registry:nowhere.invalid"]
    patient.does("unlock", "--stdin", "--for", "5m", input=PASSPHRASE)
    assert patient.asks("registry:nowhere.invalid").of("store") == []


def test_a_login_in_plain_text(patient, registry):
    address, file = f"registry:{registry.host}", patient.home.path / ".docker/config.json"
    patient.stores(address, ALICE)
    assert patient.asks(address).is_well
    auth = base64.b64encode(b":".join(part.encode() for part in ALICE)).decode()
    patient.keeps(auth)
    settings = {"auths": {registry.host: {"auth": auth}}}
    file.write_text(json.dumps(settings))
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause == (
        f"docker sends the login for {registry.host} that stands in plain text in {file}, and "
        "never asks Keyfob")
    # With a helper it is only left over, and may be worth taking away.
    file.write_text(json.dumps({**settings, "credsStore": "keyfob"}))
    left = patient.asks(address)
    assert (left.code, left.state) == (0, "doubtful")
    assert "is left in plain text" in left.cause
    # Of another registry it is nobody's business here.
    file.write_text(json.dumps({
        "auths": {"other.example": {"auth": auth}}, "credsStore": "keyfob"}))
    assert patient.asks(address).is_well


def test_another_helper_of_dockers(patient, registry):
    address, file = f"registry:{registry.host}", patient.home.path / ".docker/config.json"
    patient.stores(address, ALICE)
    file.write_text(json.dumps({"credsStore": "keyfob", "credHelpers": {registry.host: "pass"}}))
    bad = patient.asks(address)
    assert (bad.code, bad.cause) == (
        1, f"docker asks docker-credential-pass for {registry.host}, not Keyfob ({file})")
    file.write_text(json.dumps({"credsStore": "keyfob", "credHelpers": {"other.example": "pass"}}))
    assert patient.asks(address).is_well


def test_programs_that_are_missing_or_of_another_version(patient, registry, git_server):
    patient.stores(f"registry:{registry.host}", ALICE)
    patient.does("bind", "mine", f"git:{git_server.host}")
    for address, program in [
        (f"registry:{registry.host}", "docker-credential-keyfob"),
        (f"git:{git_server.url()}", "git-credential-keyfob"),
    ]:
        assert patient.asks(address).is_well
        old = patient.home.links / program
        old.write_text(f"#!/bin/sh\necho {program} 0.0.1\n")
        old.chmod(0o755)
        bad = patient.asks(address)
        assert (bad.code, "is of version 0.0.1, and this is " in bad.cause) == (1, True), bad
        old.unlink()
        bare = ":".join(folder for folder in patient.home.env["PATH"].split(":")
                        if not os.path.exists(f"{folder}/{program}"))
        bad = patient.asks(address, PATH=bare)
        assert (bad.code, bad.cause.startswith(f"{program} is not on PATH")) == (1, True), bad


def test_nothing_is_stored(patient, registry):
    address = f"registry:{registry.host}"
    bad = patient.asks(address)
    assert (bad.code, bad.cause) == (1, f"nothing is stored for {address}")
    assert bad.remedy == f"run `keyfob login {address}`"
    patient.stores(address, ALICE)
    assert patient.asks(address).is_well
    # The host alone means what is stored for it.
    assert patient.asks(registry.host).is_well


def test_without_an_address(patient, scripted_registry):
    address = f"registry:{scripted_registry.host}"
    patient.stores(address, ALICE)
    quiet = patient.asks()
    assert quiet.is_well, quiet
    assert quiet.of("host") == [f"{address}: mine answers; the host was not asked"]
    assert scripted_registry.requests == []
    assert [text.split(" (")[0] for text in quiet.of("client", "good")] == [
        "docker asks docker-credential-keyfob",
        "podman, skopeo or buildah is here, and has neither logins nor a configuration",
        "git asks Keyfob"]
    online = patient.asks("--online")
    assert online.is_well, online
    assert online.of("host") == [f"{address}: nothing is wrong"]
    assert scripted_registry.logins
    patient.does("edit", "mine", "--stdin", input="not-her-password")
    patient.keeps("not-her-password")
    bad = patient.asks("--online")
    assert (bad.code, bad.remedy) == (1, f"see `keyfob doctor {address}`")
    assert "refuses the login" in bad.cause
    patient.does("edit", "mine", "--stdin", input=ALICE.password)
    patient.does("setup", "git", "--undo")
    assert patient.asks().cause == "git does not ask Keyfob for every host"


def test_who_uses_git_alone(patient):
    file = patient.home.path / ".docker/config.json"
    patient.does("setup", "docker", "--undo")
    file.unlink(missing_ok=True)
    found = patient.asks()
    assert found.state == "doubtful"
    assert found.cause == "nothing is stored yet"
    assert found.of("client", "doubtful") == [], found
    file.write_text('{"auths": {"registry.example": {}}}')
    assert [text.split(" (")[0] for text in patient.asks().of("client", "doubtful")] == [
        "docker asks no credential helper for registries"]


def test_a_helper_that_is_not_where_git_looks_for_it(patient, git_server):
    patient.stores(f"git:{git_server.host}", ALICE)
    address, path = f"git:{git_server.url()}", "/nonexistent/git-credential-keyfob"
    assert patient.asks(address).is_well
    set_to = "config", "--global", "--replace-all", "credential.helper", path
    assert patient.home.run("git", *set_to).code == 0
    bad = patient.asks(address)
    assert (bad.code, path in bad.cause) == (1, True), bad
    assert "keyfob setup git" in bad.remedy


def test_a_configuration_that_cannot_be_read(patient):
    patient.home.configure("[prompt]\n\tverfiy = false\n")
    found = patient.asks()
    assert found.of("configuration", "doubtful")[0].startswith("prompt.verfiy ("), found
    assert found.of("configuration") == patient.asks("git:nowhere.invalid").of("configuration")
    patient.home.configure("[prompt\n")
    answer = patient.home.keyfob("doctor", "--json")
    assert (answer.code, answer.out) == (1, b"")
    assert b"line 1: a section is not closed" in answer.err
    assert answer == patient.home.keyfob("list", "--json")


def test_usage(patient):
    assert patient.asks().code == 0
    for words in [("registry:",), ("git:ex ample",), ("a.example", "--online")]:
        answer = patient.home.keyfob("doctor", *words)
        assert (answer.code, answer.out) == (2, b""), answer
