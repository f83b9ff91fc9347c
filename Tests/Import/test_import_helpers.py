"""Helpers that a configuration names: real ones, strange ones, and names that are none."""

import json

import pytest

from Support import Account

CONFIG = ".docker/config.json"
KEEPER = """
read -r server
case $1 in
    list) cat "$0.logins" ;;
    get) cat "$0.answer" 2>/dev/null || printf \
        '{"ServerURL":"%s","Username":"kim","Secret":"kept \\u00fc"}' "$server" ;;
    erase) echo "$server" >> "$0.erased" ;;
esac
"""


@pytest.fixture
def keeper(program):
    """A helper that has a login for two registries."""
    path = program("docker-credential-keeper", KEEPER)
    path.with_name(path.name + ".logins").write_text('{"one.io":"kim","two.io":"kim"}')
    return path


def calls(path):
    recorded = path.with_name(path.name + ".calls")
    return recorded.read_text().split("\n")[:-1] if recorded.exists() else []


def test_the_logins_of_the_store_are_imported(imports, admin, write, keeper):
    write(CONFIG, {"credsStore": "keeper", "auths": {"one.io": {}, "two.io": {}}})
    before = imports.snapshot()
    assert imports.actions("docker-config") == [
        ("one.io", "kim", "add"), ("two.io", "kim", "add")]
    assert admin.docker_get("two.io") == Account("kim", "kept ü")
    assert calls(keeper) == ["list", "get", "get"]
    assert imports.snapshot() == before


def test_a_helper_of_one_registry_is_asked_for_that_one(imports, write, keeper):
    write(CONFIG, {"credHelpers": {"two.io": "keeper"}})
    assert imports.actions("docker-config") == [("two.io", "kim", "add")]
    write("auth.json", {"credHelpers": {"one.io": "keeper"}, "credsStore": "missing"})
    podman = imports.actions("podman auth.json")
    assert podman == [("one.io", "kim", "add")]


def test_removing_erases_in_the_helper_what_it_still_holds(imports, admin, write, keeper):
    write(CONFIG, {"credsStore": "keeper"})
    imports.actions("docker-config --remove-source --yes")
    assert keeper.with_name(keeper.name + ".erased").read_text() == "one.io\ntwo.io\n"
    assert admin.docker_get("one.io") == Account("kim", "kept ü")


def test_what_changed_meanwhile_is_left_alone(imports, write, program):
    path = program("docker-credential-keeper", """
case $1 in
    list) echo '{"one.io":"kim"}' ;;
    get) printf '{"ServerURL":"one.io","Username":"kim","Secret":"%s"}' $(wc -l < "$0.calls") ;;
    erase) touch "$0.erased" ;;
esac""")
    write(CONFIG, {"credsStore": "keeper"})
    imports.actions("docker-config --remove-source --yes", code=1)
    assert "it was changed since it was read" in imports.notes
    assert not path.with_name(path.name + ".erased").exists()


@pytest.mark.parametrize("name", [
    "../../tmp/x", "a b", "a;b", "-x", "_x", "x/y", "", "X", "ü", "a\nb", "." * 3, "a" * 65])
def test_a_name_that_leads_elsewhere_is_not_run(home, imports, write, keeper, name):
    # A program of that name lies where it would be found, if it were looked for.
    target = home.recorders / f"docker-credential-{name}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(keeper.read_bytes())
        target.chmod(0o700)
    except (OSError, ValueError):
        pass
    write(CONFIG, {"credHelpers": {"one.io": name, "two.io": "keeper"}})
    before = set(home.recorders.rglob("*.calls"))
    rows = imports.rows("docker-config", code=1)
    assert [row["action"] for row in rows] == ["refuse", "add"]
    assert rows[0]["reason"] == "the helper's name is none, and nothing was run"
    assert {path.name for path in set(home.recorders.rglob("*.calls")) - before} == {
        "docker-credential-keeper.calls"}


@pytest.mark.parametrize("name", ["desktop.exe", "1password", "my_store", "a-b", "a" * 64])
def test_a_helpers_name_may_have_signs_in_it(imports, write, program, name):
    program(f"docker-credential-{name}", KEEPER).with_name(
        f"docker-credential-{name}.logins").write_text('{"one.io":"kim"}')
    write(CONFIG, {"credsStore": name})
    assert imports.actions("docker-config") == [("one.io", "kim", "add")]


def test_keyfobs_own_helpers_and_minting_ones_are_passed_over(imports, write, program):
    for name in ("keyfob", "keyfob-work", "ecr-login"):
        program(f"docker-credential-{name}", "exit 1")
    write(CONFIG, {"credsStore": "keyfob", "credHelpers": {
        "a.io": "keyfob-work", "b.io": "ecr-login"}})
    assert imports.reasons("docker-config", code=0) == {
        "a.io": "it is Keyfob's", "every registry": "it is Keyfob's",
        "b.io": "it makes tokens of a few hours, and keeps no login"}


@pytest.mark.parametrize("script, reason", [
    ("echo garbage", "what docker-credential-odd lists is not a JSON object of strings"),
    ("exit 3", "`docker-credential-odd list` failed with exit code 3"),
    ("kill -9 $$", "`docker-credential-odd list` failed with exit code 137"),
    ("yes", "docker-credential-odd writes more than 4 MiB"),
    ("""printf '{"a":1}'""", "what docker-credential-odd lists is not a JSON object of strings"),
    ("""printf '{"a":"b"'""", "what docker-credential-odd lists ends too early"),
    ("""printf '{"a":"\\377"}'""",
     "what docker-credential-odd lists holds bytes that are not UTF-8"),
])
def test_a_helper_that_lists_nonsense(imports, admin, write, keeper, program, script, reason):
    program("docker-credential-odd", script)
    write(CONFIG, {"credsStore": "odd", "credHelpers": {"one.io": "keeper"}})
    rows = imports.rows("docker-config", code=1)
    assert [row["action"] for row in rows] == ["add", "refuse"]
    assert reason in rows[1]["reason"]
    assert admin.docker_get("one.io") == Account("kim", "kept ü")


@pytest.mark.parametrize("answer, reason", [
    ('{"ServerURL":"evil.io","Username":"kim","Secret":"s"}', "answers for another address"),
    ('{"ServerURL":"one.io","Username":"kim","Secret":""}', "its secret is empty"),
    ('{"ServerURL":"one.io","Username":"kim","Secret":"a","Secret":"b"}', "two secrets"),
    ('{"ServerURL":"one.io","Username":"k\\nm","Secret":"s"}', "its user name holds control"),
    ('{"ServerURL":"one.io","Username":"kim","Secret":7}', "is not a JSON object"),
    ("canary-garbage", "is not a JSON object"),
])
def test_a_helper_that_answers_nonsense(imports, admin, write, keeper, answer, reason):
    keeper.with_name(keeper.name + ".logins").write_text('{"one.io":"kim"}')
    write(CONFIG, {"credsStore": "keeper"})
    answers = keeper.with_name(keeper.name + ".answer")
    answers.write_text(answer)
    assert reason in imports.reasons("docker-config")["one.io"]
    assert b"canary" not in admin.output
    answers.unlink()
    assert imports.actions("docker-config") == [("one.io", "kim", "add")]


def test_a_helper_that_hangs_is_ended_with_its_children(home, imports, write, keeper, program):
    program("docker-credential-slow", 'sleep 600 & echo $! > "$0.child"; wait')
    write(CONFIG, {"credsStore": "slow", "credHelpers": {"one.io": "keeper"}})
    rows = imports.rows("docker-config", code=1)
    assert [row["action"] for row in rows] == ["add", "refuse"]
    assert "did not answer in time" in rows[1]["reason"]
    child = (home.recorders / "docker-credential-slow.child").read_text().strip()
    state = home.run("ps", "-o", "stat=", "-p", child).out.strip()
    assert state == b"" or state.startswith(b"Z")


def test_a_helper_that_is_missing_is_said(imports, write):
    write(CONFIG, {"credsStore": "missing"})
    assert imports.reasons("docker-config") == {
        "every registry": "docker-credential-missing is not on PATH"}


def test_secrets_are_no_arguments_and_no_environment(home, imports, write, program):
    path = program("docker-credential-keeper", """
env > "$0.env"
case $1 in
    list) echo '{"one.io":"kim"}' ;;
    get) echo '{"Username":"kim","Secret":"canary"}' ;;
esac""")
    write(CONFIG, {"credsStore": "keeper"})
    assert imports.actions("docker-config --remove-source --yes") == [("one.io", "kim", "add")]
    assert calls(path) == ["list", "get", "get", "erase"]
    assert "canary" not in path.with_name(path.name + ".env").read_text()
    assert json.loads(home.docker("get", "one.io").out)["Secret"] == "canary"
