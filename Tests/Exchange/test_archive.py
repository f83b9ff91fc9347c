"""Keyfob's own JSON: read strictly, all of it or nothing."""

import json

import pytest

from exchange import credential


def document(*credentials, **others):
    return json.dumps({"format": "keyfob-credentials", "version": 1,
                       "credentials": list(credentials), **others})


GOOD = credential("good", bindings=["registry:r.io"], username="bot")


def test_sorted_and_unknown_keys_are_read(exchange, elsewhere):
    exchange.take("json -", json.dumps(
        {"version": 1, "format": "keyfob-credentials", "later": {"a": [1, None]},
         "credentials": [{**GOOD, "later": [True]}]}, sort_keys=True, indent=2))
    assert exchange.admin.docker_get("r.io") == ("bot", "s3cret")
    again = json.loads(exchange.give("--format json"))
    assert again["credentials"][0]["secrets"] == {"password": "s3cret"}
    store = elsewhere()
    store.take("json -", json.dumps(again, sort_keys=True, ensure_ascii=True))
    assert store.listed() == exchange.listed()


@pytest.mark.parametrize("change, told", [
    ({"name": "Bad Name"}, "`Bad Name` is not a name"),
    ({"kind": "passwort"}, "`passwort` is no kind of credential"),
    ({"bindings": ["nothing:r.io"]}, "names no protocol"),
    ({"bindings": ["registry:r.io", "registry:https://r.io"]}, "twice"),
    ({"scope": "a//b"}, "is not a scope"),
    ({"username": "a\nb"}, "control bytes"),
    ({"expiresAt": "tomorrow"}, "it is not what `keyfob export --format json` writes"),
    ({"expiresAt": -1}, "no time in seconds"),
    ({"expiresAt": 1.5}, "no time in seconds"),
    ({"secrets": {"passwort": "x"}}, "has no field `passwort`"),
    ({"secrets": {}}, "it holds no secret"),
    ({"secrets": {"password": 1}}, "it is not what `keyfob export --format json` writes"),
    ({"secrets": {"password": {"base64": "?"}}}, "`base64`"),
    ({"secrets": {"password": {"hex": "00"}}}, "`base64`"),
    ({"secrets": {"password": "x" * ((4 << 20) + 1)}}, "longer than 4 MiB"),
    ({"kind": "secret", "secrets": {f"f{n}": "x" for n in range(256)}}, "more than 255"),
    ({"settings": {"host": ["h"]}}, "it is not what `keyfob export --format json` writes"),
    pytest.param({"settings": {f"s{n}": "x" for n in range(4097)}},
                 "more than 4096 settings", id="settings"),
    pytest.param({"bindings": [f"git:h{n}.example.com" for n in range(4097)]},
                 "more than 4096 bindings", id="bindings"),
    ({"name": "good"}, "another before it has its name"),
], ids=str)
def test_one_wrong_entry_keeps_all_out_and_is_named(exchange, change, told):
    wrong = {**credential("wrong", username="x"), **change}
    refusal = exchange.refusal("json -", document(GOOD, wrong))
    assert refusal.startswith("keyfob: standard input: credential 2"), refusal
    assert told in refusal and "s3cret" not in refusal
    # With the right entry in its place all of them are taken.
    exchange.take("json -", document(GOOD, credential("wrong", username="x")))
    assert exchange.admin.names() == ["good", "wrong"]


@pytest.mark.parametrize("key", ["name", "kind", "secrets"])
def test_what_is_missing_is_named(exchange, key):
    wrong = {name: value for name, value in GOOD.items() if name != key}
    assert f"it has no `{key}`" in exchange.refusal("json -", document(wrong))


def test_a_key_that_is_there_twice_is_refused(exchange):
    text = document(GOOD)
    for key in ('"name": "good"', '"username": "bot"'):
        assert text.count(key) == 1
        assert "twice" in exchange.refusal("json -", text.replace(key, f"{key}, {key}"))
    exchange.take("json -", text)


@pytest.mark.parametrize("text, told", [
    ("", "ends too early"),
    ("[]", "it is not what"),
    ("{}", "it is not what"),
    ('{"format":"keyfob-credentials","version":1,"credentials":[]} x', "followed by something"),
    ('{"format":"else","version":1,"credentials":[]}', "it is not what"),
    ('{"format":"keyfob-credentials","version":0,"credentials":[]}', "version"),
    ('{"format":"keyfob-credentials","version":1}', "it is not what"),
    ('{"format":"keyfob-credentials","version":1,"x":' + "[" * 20 + "]" * 20 + "}",
     "deeper than 16 levels"),
], ids=range(8))
def test_what_is_no_export_is_refused(exchange, text, told):
    assert told in exchange.refusal("json -", text)


def test_a_newer_version_is_left_to_a_newer_program(exchange):
    text = '{"format":"keyfob-credentials","version":2,"credentials":{"later":1}}'
    assert "version 2, which a newer keyfob wrote" in exchange.refusal("json -", text)


def test_as_much_as_a_credential_may_have(exchange):
    exchange.fill(credential(
        "large", username="bot", settings={f"s{n}": "x" for n in range(4096)},
        bindings=[f"git:h{n}.example.com" for n in range(4096)]))
    assert len(exchange.listed()["large"]["bindings"]) == 4096
    assert exchange.admin.git_get("h4095.example.com").password == "s3cret"


def test_sealed_and_clear_are_told_apart(exchange, tmp_path):
    exchange.fill(GOOD)
    file = tmp_path / "sealed"
    exchange.give(f"--sealed --passphrase-fd 0 --output {file}", input="right")
    assert b"s3cret" not in file.read_bytes() and b"r.io" not in file.read_bytes()
    assert "use `--from sealed`" in exchange.refusal(f"json {file}", "")
    clear = exchange.give("--format json")
    assert "use `--from json`" in exchange.refusal("sealed -", clear)
    refusal = exchange.refusal(f"sealed {file} --passphrase-fd 0", "wrong")
    assert "passphrase" in refusal
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    exchange.refusal(f"sealed {file} --passphrase-fd 0", "right")


def test_a_source_without_a_file_says_so(exchange):
    for source in ("json", "csv", "sealed", "kubernetes", "dockerconfig", "env"):
        assert "name the file, or `-`" in exchange.admin.fails(2, f"keyfob import --from {source}")
    exchange.admin.fails(3, "keyfob import --from json missing.json")
