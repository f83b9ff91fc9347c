"""Settings in a client's JSON: one member changes, every other byte stays."""

import json

import pytest


@pytest.fixture
def config(home):
    path = home.path / ".docker/config.json"
    path.parent.mkdir(mode=0o700)
    return path


def complains(home):
    """Whether docker itself cannot read its configuration."""
    return b"Error" in home.run("docker", "--version").err + home.run("docker", "context", "ls").err


STORE = [
    ('{}', '{"credsStore": "keyfob"}'),
    ('{\n}', '{\n\t"credsStore": "keyfob"\n}'),
    ('{"auths":{}}', '{"auths":{},"credsStore":"keyfob"}'),
    ('{"z": 1, "a": 2}\n', '{"z": 1, "a": 2, "credsStore": "keyfob"}\n'),
    ('{\n\t"auths": {}\n}', '{\n\t"auths": {},\n\t"credsStore": "keyfob"\n}'),
    ('{\r\n  "x" : [1, {"y": "}"}]\r\n}',
     '{\r\n  "x" : [1, {"y": "}"}],\r\n  "credsStore" : "keyfob"\r\n}'),
    ('{"credsStore":""}', '{"credsStore":"keyfob"}'),
    ('{"credsStore":null, "x":1e9}', '{"credsStore":"keyfob", "x":1e9}'),
    ('{"CREDSSTORE":"old"}', '{"CREDSSTORE":"keyfob"}'),
    ('{"credsStore":"a","credsStore":"b"}', '{"credsStore":"a","credsStore":"keyfob"}'),
    ('{"creds\\u0053tore":"old"}', '{"creds\\u0053tore":"keyfob"}'),
    ('{"s":"\\ud83d\\ude00 \\ud800 \\" ü"}',
     '{"s":"\\ud83d\\ude00 \\ud800 \\" ü","credsStore":"keyfob"}'),
    ('{"x":{"credsStore":"no"}}', '{"x":{"credsStore":"no"},"credsStore":"keyfob"}'),
    ('{} and more', '{"credsStore": "keyfob"} and more'),
    (' \n{ }', ' \n{"credsStore": "keyfob" }'),
]

REGISTRY = [
    ('{}', '{"credHelpers": {"h:5000": "keyfob"}}'),
    ('{"credHelpers":{}}', '{"credHelpers":{"h:5000": "keyfob"}}'),
    ('{"credHelpers":null}', '{"credHelpers":{"h:5000": "keyfob"}}'),
    ('{"credHelpers":{"h:5000":"old","H:5000":"x"}}',
     '{"credHelpers":{"h:5000":"keyfob","H:5000":"x"}}'),
    ('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "credHelpers": {\n    "h:5000": "keyfob"\n  }\n}\n'),
    ('{\r\n\t"a": 1\r\n}',
     '{\r\n\t"a": 1,\r\n\t"credHelpers": {\r\n\t\t"h:5000": "keyfob"\r\n\t}\r\n}'),
    ('{"credHelpers": {\n  "g": "x"\n}}',
     '{"credHelpers": {\n  "g": "x",\n  "h:5000": "keyfob"\n}}'),
]


@pytest.mark.parametrize("options, before, after", [
    *(([], *row) for row in STORE), *((["--registry", "h:5000"], *row) for row in REGISTRY)])
def test_one_member_changes_and_undo_gives_every_byte_back(
        setup, home, config, options, before, after):
    config.write_bytes(before.encode())
    setup("docker", *options)
    assert config.read_bytes().decode() == after
    assert not complains(home)

    setup("docker", "--undo")
    if before == '{"credHelpers":null}':
        before = '{"credHelpers":{}}'
    assert config.read_bytes().decode() == before


@pytest.mark.parametrize("blank", ["", "\n", " \t\r\n"])
def test_an_empty_file_counts_as_no_settings(setup, home, config, blank):
    config.write_bytes(blank.encode())
    assert not complains(home)
    setup("docker")
    assert json.loads(config.read_text()) == {"credsStore": "keyfob"}


INVALID = [
    ('{', 1, 2), ('{"a":1,}', 1, 8), ('{\n  "a" 1\n}', 2, 7), ('[]', 1, 1), ('{"a":01}', 1, 7),
    ('{"ü":x}', 1, 6), ('{"a":"\n"}', 1, 7), ('{"a":"\\x"}', 1, 8), ("{'a':1}", 1, 2),
    ('{"a":"b', 1, 8), ('{"a":\n\n tru}', 3, 2), ('// no\n{}', 1, 1), ('{"a":' + "[" * 600, 1, 506),
    ('\ufeff{}', 1, 1), ('{"a":-}', 1, 7), ('{"a":1.}', 1, 8), ('{"a":"\\u12g4"}', 1, 11),
]


@pytest.mark.parametrize("text, line, column", INVALID, ids=[row[0][:12] for row in INVALID])
def test_what_is_not_json_is_refused_by_line_and_column_and_stays_as_it_is(
        setup, home, config, files, text, line, column):
    config.write_bytes(text.encode())
    before = files()
    answer = setup("docker", code=1)
    assert f"keyfob: {config}, line {line}, column {column}: ".encode() in answer.err
    assert answer.err.count(b"\n") == 1 and answer.out == b""
    assert files() == before
    assert complains(home), "docker reads it, so setup must"


@pytest.mark.parametrize("text, name", [
    ('{"credsStore": 1}', "credsStore"), ('{"credsStore": ["keyfob"]}', "credsStore")])
def test_a_setting_of_another_type_is_refused(setup, home, config, text, name):
    config.write_text(text)
    answer = setup("docker", code=1)
    assert f"{name} in {config} is not a JSON string".encode() in answer.err
    assert config.read_text() == text and complains(home)


def test_credential_helpers_that_are_no_object_are_refused(setup, home, config):
    config.write_text('{"credHelpers": "pass"}')
    answer = setup("docker", "--registry", "h", code=1)
    assert b"is not a JSON object" in answer.err and complains(home)
