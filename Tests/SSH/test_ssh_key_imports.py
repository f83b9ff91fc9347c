"""SSH keys that other programs kept: what is filled in, and what is left as it is."""

import base64
import csv
import io
import json

import pytest


def as_csv(name, key, passphrase="", public=""):
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["name", "kind", "privateKey", "passphrase", "setting:publicKey"])
    writer.writerow([name, "ssh-key", key, passphrase, public])
    return "csv", table.getvalue()


def as_json(name, key, passphrase="", public=""):
    secrets = {"privateKey": key, **({"passphrase": passphrase} if passphrase else {})}
    return "json", json.dumps({"format": "keyfob-credentials", "version": 1, "credentials": [
        {"name": name, "kind": "ssh-key", "secrets": secrets,
         "settings": {"publicKey": public} if public else {}}]})


def as_manifest(name, key, passphrase="", public=""):
    data = {"ssh-privatekey": key, **({"passphrase": passphrase} if passphrase else {})}
    annotations = {"setting.keyfob.dev/publicKey": public} if public else {}
    return "kubernetes", json.dumps({
        "kind": "Secret", "type": "kubernetes.io/ssh-auth",
        "metadata": {"name": name, "annotations": annotations},
        "data": {field: base64.b64encode(value.encode()).decode()
                 for field, value in data.items()}})


@pytest.fixture(params=[as_csv, as_json, as_manifest])
def take(admin, request):
    """Imports one key as `deploy`: an answer."""

    def take(key, code=0, **others):
        source, text = request.param("deploy", key.decode(), **others)
        answer = admin.run(f"keyfob import --json --yes --from {source} -", text)
        assert answer.code == code, answer
        return answer

    return take


def settings(admin):
    return admin.json("keyfob show deploy").get("settings", {})


@pytest.mark.parametrize("form, passphrase", [
    ("ed25519-OPENSSH", ""), ("ed25519-OPENSSH", "pass"), ("ecdsa-256-PEM", "")])
def test_public_key_and_fingerprint_are_filled_in(admin, bench, take, form, passphrase):
    key = bench.make(form, passphrase)
    take(key, passphrase=passphrase)
    kept = settings(admin)
    public = bench.public(key, passphrase)
    assert kept["publicKey"] == public
    assert kept["fingerprint"] == bench.fingerprint(public)
    assert admin.does("keyfob show deploy --reveal --yes") == key
    # It is the same key when it comes again.
    assert json.loads(take(key, passphrase=passphrase).out)[0]["action"] == "present"


def test_a_locked_key_without_its_passphrase_is_kept_as_it_is(admin, bench, take):
    key = bench.make("ed25519-OPENSSH", "pass")
    answer = take(key)
    assert b"deploy is kept without its public key: " in answer.err
    assert admin.does("keyfob show deploy --reveal --yes") == key
    assert "publicKey" not in settings(admin)
    passphrase = bench.write("passphrase", "pass")
    admin.does(f"keyfob edit deploy --field passphrase=@{passphrase}")
    assert settings(admin)["publicKey"] == bench.public(key, "pass")


@pytest.mark.parametrize("wrong, told", [
    ({"key": b"canary"}, "this is no private key"), ({"passphrase": "canary"}, "does not open")])
def test_what_cannot_be_read_is_refused_by_name(admin, bench, take, wrong, told):
    key = bench.make("ed25519-OPENSSH", "pass")
    answer = take(wrong.get("key", key), code=1, passphrase=wrong.get("passphrase", "pass"))
    row, = json.loads(answer.out)
    assert (row["address"], row["action"]) == ("deploy", "refuse") and told in row["reason"]
    assert admin.names() == [] and b"canary" not in admin.output
    take(key, passphrase="pass")
    assert admin.names() == ["deploy"]


def test_a_key_with_its_public_key_is_not_read_again(admin, bench, take):
    key = bench.make("ed25519-OPENSSH")
    # Reading it would show that this is another's, and that there is no passphrase.
    take(key, passphrase="none", public="ssh-ed25519 AAAA")
    assert settings(admin) == {"publicKey": "ssh-ed25519 AAAA"}
    assert admin.does("keyfob show deploy --reveal --yes") == key
