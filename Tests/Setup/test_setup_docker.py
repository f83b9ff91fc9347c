"""`keyfob setup docker`, judged by docker itself."""

import base64
import json
import stat
import subprocess

import pytest

from Support import ALICE, BOB

HUB = "https://index.docker.io/v1/"
SECRET = base64.b64encode(b"carol:hidden-words").decode()


@pytest.fixture
def config(home):
    path = home.path / ".docker/config.json"
    path.parent.mkdir(mode=0o700)
    return path


@pytest.fixture
def login(registry_user, registry):
    def run(account=ALICE, **options):
        return registry_user.run(
            "docker", "login", "-u", account.username, "--password-stdin", registry.host,
            input=account.password, **options).code

    return run


def test_docker_logs_in_through_keyfob_after_setup_and_in_plain_text_after_undo(
        setup, login, registry, spy, home):
    config = home.path / ".docker/config.json"
    setup("docker")
    assert login() == 0
    assert [call.verb for call in spy.take()] == ["store"]
    assert json.loads(config.read_text()) == {
        "auths": {registry.host: {}}, "credsStore": "keyfob"}

    setup("docker", "--undo")
    assert [call.verb for call in spy.take()] == ["list"], "which logins stay behind?"
    assert login() == 0
    assert spy.calls() == []
    assert json.loads(config.read_text())["auths"][registry.host]["auth"]


def test_a_missing_file_is_made_for_its_owner_alone_and_taken_away_again(setup, home):
    config = home.path / ".docker/config.json"
    setup("docker")
    assert config.read_bytes() == b'{\n\t"credsStore": "keyfob"\n}\n'
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert stat.S_IMODE(config.parent.stat().st_mode) == 0o700

    setup("docker", "--undo")
    assert not config.exists()
    assert not (home.path / ".local/state/keyfob/setup/docker.json").exists()


def test_docker_config_chooses_the_file_and_undo_finds_it_again(setup, home):
    folder = home.path / "elsewhere"
    setup("docker", DOCKER_CONFIG="elsewhere")
    assert (folder / "config.json").exists() and not (home.path / ".docker").exists()

    setup("docker", "--undo", cwd="/")
    assert not (folder / "config.json").exists()


def test_a_file_that_docker_wrote_to_since_keeps_what_docker_wrote(setup, login, registry, home):
    config = home.path / ".docker/config.json"
    setup("docker")
    assert login() == 0
    setup("docker", "--undo")
    assert json.loads(config.read_text()) == {"auths": {registry.host: {}}}


def test_the_helper_that_was_there_before_is_put_back(setup, report, config, program):
    before = b'{ "credsStore" : "old" , "psFormat":"x" }'
    program("docker-credential-old", "echo '{}'")
    config.write_bytes(before)

    made = report("docker")["changes"]
    assert made == [{"file": str(config), "removed": ['"credsStore": "old"'],
                     "added": ['"credsStore": "keyfob"']}]
    assert config.read_bytes() == before.replace(b"old", b"keyfob")

    undone = report("docker", "--undo")["changes"]
    assert undone == [{**made[0], "removed": made[0]["added"], "added": made[0]["removed"]}]
    assert config.read_bytes() == before


def test_a_second_setup_changes_nothing_and_keeps_the_way_back(setup, config, files):
    config.write_text('{"credsStore": "old"}')
    setup("docker")
    first, inode = files(), config.stat().st_ino

    answer = setup("docker")

    assert answer.out == f"Nothing to change: docker asks Keyfob, says {config}.\n".encode()
    assert (files(), config.stat().st_ino) == (first, inode)
    setup("docker", "--undo")
    assert config.read_text() == '{"credsStore": "old"}'


def test_a_setting_that_was_changed_since_is_left_alone(setup, config):
    config.write_text('{"credsStore": "old"}')
    setup("docker")
    config.write_text('{"credsStore": "mine"}')

    answer = setup("docker", "--undo")

    assert b"credsStore" in answer.err and b"was changed since setup" in answer.err
    assert config.read_text() == '{"credsStore": "mine"}'
    assert b"Nothing to undo" in setup("docker", "--undo").out


def test_undo_goes_all_the_way_back_through_several_setups(setup, config, home):
    config.write_text('{"credsStore": "old"}')
    for options in [], ["--link", "work"], [], ["--link", "work"], []:
        setup("docker", *options)
    assert config.read_text() == '{"credsStore": "keyfob"}'
    record = home.path / ".local/state/keyfob/setup/docker.json"
    assert len(json.loads(record.read_text())["edits"]) <= 3
    setup("docker", "--undo")
    assert config.read_text() == '{"credsStore": "old"}' and not record.exists()


def test_undo_without_setup_does_nothing(setup, config, files):
    config.write_text('{"credsStore": "keyfob"}')
    before = files()
    assert b"Nothing to undo for docker." in setup("docker", "--undo").out
    assert files() == before


@pytest.mark.parametrize("undo", [False, True])
def test_a_dry_run_says_the_same_and_changes_nothing(setup, report, config, files, undo):
    config.write_text('{"credsStore": "old"}')
    options = ["--undo"] if undo else []
    if undo:
        setup("docker")
    before = files()

    answer = setup("docker", "--dry-run", *options)
    planned = report("docker", "--dry-run", *options)

    assert f"Would change {config}:\n".encode() in answer.out
    assert files() == before
    assert report("docker", *options) == planned
    assert files() != before


def test_a_link_stays_a_link_and_the_file_keeps_its_mode(setup, config, home):
    real = home.path / "dotfiles/docker.json"
    real.parent.mkdir()
    real.write_text("{}")
    real.chmod(0o644)
    config.symlink_to("../dotfiles/docker.json")

    setup("docker")

    assert config.is_symlink() and real.read_text() == '{"credsStore": "keyfob"}'
    assert stat.S_IMODE(real.stat().st_mode) == 0o644
    assert [path.name for path in real.parent.iterdir()] == ["docker.json"]


def test_a_link_that_leads_nowhere_yet_is_followed(setup, config, home):
    config.symlink_to("../dotfiles/docker.json")
    setup("docker")
    assert config.is_symlink()
    assert (home.path / "dotfiles/docker.json").read_text() == '{\n\t"credsStore": "keyfob"\n}\n'


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_what_is_no_file_is_refused(setup, config, kind):
    if kind == "folder":
        config.mkdir()
    else:
        subprocess.run(["mkfifo", config], check=True)
    answer = setup("docker", code=1)
    assert f"keyfob: {config} is not a regular file".encode() in answer.err
    assert answer.err.count(b"\n") == 1

    config.rmdir() if kind == "folder" else config.unlink()
    setup("docker")


def test_one_registry_alone_gets_the_helper(setup, login, registry, spy, config, stored_in):
    other = '{"credHelpers": {"gcr.io": "gcloud"}}'
    config.write_text(other)
    setup("docker", "--registry", registry.host)
    assert json.loads(config.read_text()) == {
        "credHelpers": {"gcr.io": "gcloud", registry.host: "keyfob"}}
    assert login() == 0
    assert [call.verb for call in spy.take()] == ["store"]
    assert stored_in("docker-credential-keyfob") == ALICE

    setup("docker", "--undo", "--registry", "other.example.com")
    assert registry.host in config.read_text()
    setup("docker", "--undo", "--registry", registry.host)
    assert json.loads(config.read_text()) == {**json.loads(other), "auths": {registry.host: {}}}


@pytest.fixture
def stored_in(home, registry):
    def look(program):
        answer = home.docker("get", registry.host, program)
        if answer.code:
            return None
        reply = json.loads(answer.out)
        return reply["Username"], reply["Secret"]

    return look


def test_a_link_gives_a_registry_an_account_of_its_own(
        setup, login, registry, home, config, stored_in):
    link = "docker-credential-keyfob-work"
    config.write_text("{}")
    warned = setup("docker", "--registry", registry.host, "--link", "work")
    assert f"{link} is not on PATH".encode() in warned.err
    assert b'[link "work"]' in warned.err

    home.link(link, "docker-credential-keyfob")
    home.configure('[link "work"]\n    scope = acme/work\n')
    assert setup("docker", "--registry", registry.host, "--link", "work").err == b""
    assert login(BOB) == 0
    assert stored_in(link) == BOB and stored_in("docker-credential-keyfob") is None


@pytest.mark.parametrize("name", ["docker.io", "index.docker.io", "registry-1.docker.io", HUB])
def test_docker_hub_goes_by_the_key_that_docker_looks_for(setup, config, name):
    config.write_text("{}")
    setup("docker", "--registry", name)
    assert json.loads(config.read_text()) == {"credHelpers": {HUB: "keyfob"}}


@pytest.mark.parametrize("args", [
    ["--registry", "a b"], ["--registry", "host/path"], ["--registry", ""], ["--link", "../x"],
    ["--link", ""], ["--nothing"]])
def test_wrong_usage_ends_with_2_and_changes_nothing(setup, files, args):
    before = files()
    setup("docker", *args, code=2)
    assert files() == before
    setup("docker", "--registry", "host:5000", "--link", "work")
    assert files() != before


def test_logins_that_docker_does_not_see_any_more_are_named_without_their_secrets(
        setup, report, config):
    config.write_text(json.dumps({
        "auths": {
            "plain.example.com": {"auth": SECRET}, HUB: {"identitytoken": "hidden-token"},
            "noted.example.com": {}, "own.example.com": {"auth": SECRET},
        },
        "credHelpers": {"own.example.com": "gcloud"},
    }))
    unseen = report("docker", "--dry-run")["unseenLogins"]
    place = f"in plain text (base64) in {config}"
    assert unseen == [
        {"address": "plain.example.com", "where": place,
         "remedy": "run `docker login plain.example.com` again"},
        {"address": HUB, "where": place, "remedy": "run `docker login` again"},
    ]
    answer = setup("docker")
    assert b"plain.example.com" in answer.out and b"own.example.com keeps" in answer.err
    for secret in (SECRET, "hidden-token", "hidden-words"):
        assert secret.encode() not in answer.out + answer.err


def test_the_record_holds_no_secret(setup, config, home):
    config.write_text(json.dumps({"auths": {"h": {"auth": SECRET}}, "credsStore": "old"}))
    setup("docker")
    record = home.path / ".local/state/keyfob/setup/docker.json"
    assert "old" in record.read_text() and SECRET not in record.read_text()
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_the_helper_before_is_asked_for_its_logins(report, config, program):
    config.write_text('{"credsStore": "old", "credHelpers": {"own.example.com": "gcloud"}}')
    program("docker-credential-old", 'test "$*" = list && echo \'{"a.example.com": "carol", '
            f'"own.example.com": "x", "{HUB}": "dave", "{HUB}refresh-token": "dave"}}\'')
    unseen = report("docker")["unseenLogins"]
    assert [(login["address"], login["where"]) for login in unseen] == [
        ("a.example.com", "held by docker-credential-old"), (HUB, "held by docker-credential-old")]


@pytest.mark.parametrize("script, reason", [
    ("echo rubbish", "is not a JSON object of strings"), ("exit 3", "failed with exit code 3"),
    ("yes", "writes more than 4 MiB"), ("sleep 60", "did not answer in time"),
    ("sleep 60 & exec sleep 60", "did not answer in time"), (None, "is not on PATH")])
def test_a_helper_that_does_not_answer_well_keeps_nobody_from_setup(
        report, config, program, script, reason):
    config.write_text('{"credsStore": "old"}')
    if script:
        program("docker-credential-old", script)
    unseen = report("docker")["unseenLogins"]
    assert [login["address"] for login in unseen] == ["every registry"]
    assert reason in unseen[0]["where"]
    assert json.loads(config.read_text()) == {"credsStore": "keyfob"}


def test_a_helper_that_leaves_a_process_behind_is_not_waited_for(report, config, program):
    config.write_text('{"credsStore": "old"}')
    program("docker-credential-old", "sleep 4 & echo '{\"a.example.com\": \"carol\"}'")
    assert [login["address"] for login in report("docker")["unseenLogins"]] == ["a.example.com"]


@pytest.mark.parametrize(
    "name", ["../evil", "evil;touch x", "", "Evil", "$(touch x)", "-evil", ".evil", "ev/il"])
def test_only_a_helper_by_a_proper_name_is_run(report, config, program, home, name):
    ran = home.root / "ran"
    for path in ("docker-credential-evil", "docker-credential-Evil"):
        program(path, f"touch {ran}; echo '{{}}'")
    config.write_text(json.dumps({"credsStore": name}))
    report("docker")
    assert not ran.exists()

    config.write_text('{"credsStore": "evil"}')
    report("docker")
    assert ran.exists()


def test_undo_names_the_logins_that_stay_in_keyfob(setup, report, login, registry):
    setup("docker")
    assert login() == 0
    assert report("docker", "--undo")["unseenLogins"] == [{
        "address": registry.host, "where": "held by docker-credential-keyfob",
        "remedy": f"run `docker login {registry.host}` again"}]


def test_what_keeps_docker_from_asking_is_said(setup, home, bare_path):
    assert setup("docker").err == b""
    answer = setup("docker", PATH=bare_path("/bin/true"))
    assert f"not on PATH, so docker cannot call it; add {home.prefix}/bin to PATH" \
        in answer.err.decode()
    assert b"DOCKER_AUTH_CONFIG is set" in setup("docker", DOCKER_AUTH_CONFIG='{"auths":{}}').err


def test_setups_at_the_same_time_do_not_lose_each_other(home, config):
    config.write_text("{}")
    registries = [f"r{number}.example.com" for number in range(12)]
    runs = [
        subprocess.Popen(
            [home.program("keyfob"), "setup", "docker", "--registry", registry], env=home.env,
            stdout=subprocess.DEVNULL)
        for registry in registries]
    assert [run.wait(timeout=30) for run in runs] == [0] * len(runs)
    assert json.loads(config.read_text()) == {"credHelpers": dict.fromkeys(registries, "keyfob")}

    assert home.keyfob("setup", "docker", "--undo").code == 0
    assert config.read_text() == "{}"
