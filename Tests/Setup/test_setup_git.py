"""`keyfob setup git`, judged by git itself."""

import pytest

from Support import ALICE, Askpass

REQUEST = "protocol=https\nhost=example.com\n"
LOGIN = REQUEST + "username=alice\npassword=s3cret\n"


@pytest.fixture
def git(home):
    """Runs git, which must succeed, and returns its lines."""

    def run(*args, **options):
        answer = home.run("git", *args, **options)
        assert answer.code == 0, answer
        return answer.out.decode().splitlines()

    return run


@pytest.fixture
def helpers(git):
    return lambda key="credential.helper": git("config", "--global", "--get-all", key)


@pytest.fixture
def config(home):
    return home.path / ".gitconfig"


def test_git_clones_through_keyfob_after_one_command(setup, home, git_server, spy, git):
    home.env.update(git_server.environment)
    person = Askpass(home.root / "person", ALICE)
    setup("git")
    url = f"https://{git_server.host}/git/team/app.git"

    git("clone", "-q", url, "first", **person.environment)
    assert len(person.prompts()) == 2
    assert [call.verb for call in spy.take()] == ["get", "store"]

    git("clone", "-q", url, "second")
    assert "get" in [call.verb for call in spy.take()]


def test_a_missing_file_is_made_and_taken_away_again(setup, helpers, config):
    setup("git")
    assert helpers() == ["", "keyfob"]
    setup("git", "--undo")
    assert not config.exists()


def test_the_list_of_helpers_is_replaced_and_put_back(setup, report, helpers, config):
    before = "[user]\n\tname = A\n[credential]\n\thelper = cache\n\thelper = store\n# end\n"
    config.write_text(before)

    made = report("git")
    assert made["changes"] == [{
        "file": str(config),
        "removed": ["credential.helper = cache", "credential.helper = store"],
        "added": ["credential.helper =", "credential.helper = keyfob"]}]
    assert helpers() == ["", "keyfob"]
    assert "name = A" in config.read_text() and "# end" in config.read_text()

    report("git", "--undo")
    assert helpers() == ["cache", "store"]
    assert sorted(config.read_text().split("\n")) == sorted(before.split("\n"))


def test_a_second_setup_changes_nothing_and_keeps_the_way_back(setup, helpers, config, files):
    config.write_text("[credential]\n\thelper = cache\n")
    setup("git")
    first = files()
    assert b"Nothing to change" in setup("git").out
    assert files() == first
    setup("git", "--undo")
    assert helpers() == ["cache"]


def test_a_dry_run_says_the_same_and_changes_nothing(report, config, files):
    config.write_text("[credential]\n\thelper = cache\n")
    before = files()
    planned = report("git", "--dry-run")
    assert files() == before
    assert report("git") == planned
    assert files() != before


def test_what_was_changed_since_is_left_alone(setup, git, helpers):
    setup("git")
    git("config", "--global", "--add", "credential.helper", "cache")
    assert b"was changed since setup" in setup("git", "--undo").err
    assert helpers() == ["", "keyfob", "cache"]


def test_a_helper_of_the_machine_is_not_told_either(setup, home, git, tmp_path):
    machine, plain = tmp_path / "gitconfig", tmp_path / "plain"
    machine.write_text(f"[credential]\n\thelper = store --file {plain}\n")
    home.env.update({"GIT_CONFIG_NOSYSTEM": None, "GIT_CONFIG_SYSTEM": str(machine)})
    home.env = {name: value for name, value in home.env.items() if value is not None}

    git("credential", "approve", input=LOGIN)
    assert "s3cret" in plain.read_text()
    plain.unlink()
    setup("git")
    git("credential", "approve", input=LOGIN)

    assert not plain.exists()
    assert "password=s3cret" in git("credential", "fill", input=REQUEST)


def test_one_host_alone_gets_the_helper(setup, git, helpers, config):
    config.write_text("[credential]\n\thelper = cache\n")
    key = "credential.https://example.com.helper"
    setup("git", "--host", "https://example.com/")
    assert helpers() == ["cache"] and helpers(key) == ["", "keyfob"]
    git("credential", "approve", input=LOGIN)
    assert "password=s3cret" in git("credential", "fill", input=REQUEST)

    setup("git", "--undo", "--host", "https://other.example.com")
    assert helpers(key) == ["", "keyfob"]
    setup("git", "--undo", "--host", "example.com")
    assert config.read_text() == "[credential]\n\thelper = cache\n"


@pytest.mark.parametrize("host", ["", "https://", "a b", "ftp://example.com", "https://a:b@h"])
def test_a_host_that_is_none_ends_with_2(setup, files, host):
    before = files()
    setup("git", "--host", host, code=2)
    assert files() == before
    setup("git", "--host", "https://example.com")
    assert files() != before


@pytest.mark.parametrize("option, place", [
    ("store", ".git-credentials"), ("store", ".config/git/credentials"),
    ("store --file ~/kept", "kept"), ("store --file=~/kept", "kept")])
def test_logins_in_plain_text_are_counted_by_host_and_never_shown(
        setup, report, config, home, option, place):
    config.write_text(f"[credential]\n\thelper = {option}\n")
    path = home.path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "https://alice:hidden%40one@github.com\nhttps://bob:hidden@github.com/acme\n"
        "http://carol:hid@den@localhost:8080/x\nrubbish hidden\n")
    answer = setup("git", "--dry-run")
    assert b"hid" not in answer.out + answer.err and b"alice" not in answer.out + answer.err
    assert [(login["address"], login["where"]) for login in report("git")["unseenLogins"]] == [
        ("http://localhost:8080", f"1 in plain text in {path}"),
        ("https://github.com", f"2 in plain text in {path}")]


def test_another_helper_is_named(report, config):
    config.write_text("[credential]\n\thelper = cache --timeout 60\n")
    unseen = report("git")["unseenLogins"]
    assert [(login["address"], login["where"]) for login in unseen] == [
        ("every host", "held by the helper `cache --timeout 60`")]


def test_a_helper_that_may_hold_a_password_is_not_copied(setup, config, files):
    script = '[credential]\n\thelper = "!f() { echo %s; }; f"\n'
    config.write_text(script % "password=hidden")
    before = files()
    answer = setup("git", code=1)
    assert b"credential.helper" in answer.err and b"hidden" not in answer.out + answer.err
    assert answer.err.count(b"\n") == 1 and files() == before

    config.write_text(script % "quit=1")
    setup("git")
    assert files() != before


def test_helpers_that_go_on_being_asked_are_named(setup, config, home):
    config.write_text(
        '[credential "https://github.com"]\n\thelper =\n\thelper = !gh auth git-credential\n'
        "[credential]\n[include]\n\tpath = more\n")
    assert setup("git").err == b"", "what comes before Keyfob is taken back by its reset"
    setup("git", "--undo")

    (home.path / "more").write_text("[credential]\n\thelper = cache\n")
    config.write_text(
        "[credential]\n[include]\n\tpath = more\n"
        '[credential "https://github.com"]\n\thelper =\n\thelper = !gh auth git-credential\n')
    answer = setup("git").err.decode()
    assert f"git also asks the helper `cache` and stores logins there: {home.path}/more" in answer
    assert "for https://github.com git still asks `!gh auth git-credential`" in answer

    assert "github.com" not in setup("git", "--host", "https://github.com").err.decode()


def test_the_file_in_the_configuration_folder_is_used_when_it_is_the_one(setup, home):
    home.env.pop("GIT_CONFIG_GLOBAL")
    other = home.path / ".config/git/config"
    other.parent.mkdir(parents=True)
    other.write_text("[user]\n\tname = A\n")
    setup("git")
    assert "keyfob" in other.read_text() and not (home.path / ".gitconfig").exists()

    setup("git", "--undo")
    assert other.read_text() == "[user]\n\tname = A\n"


def test_a_configuration_that_git_refuses_is_refused_in_its_words(setup, config, files):
    config.write_text("[credential\n")
    before = files()
    answer = setup("git", code=1)
    assert b"keyfob: git refuses: " in answer.err and b"bad config line 1" in answer.err
    assert answer.err.count(b"\n") == 1 and files() == before


def test_a_machine_without_git_says_so(setup, bare_path, home):
    answer = setup("git", PATH=bare_path(), code=1)
    assert answer.err == b"keyfob: git is not on PATH; install git\n"
    setup("git")


def test_a_helper_off_path_is_noticed(setup, bare_path, home):
    answer = setup("git", PATH=bare_path("/usr/bin/git"))
    assert f"git-credential-keyfob is not on PATH, so git cannot call it; add {home.prefix}/bin" \
        in answer.err.decode()
