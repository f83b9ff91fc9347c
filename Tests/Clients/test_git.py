"""git over HTTPS clones, fetches and pushes with what the helper keeps."""

import pexpect
import pytest

from Support import ALICE, BOB, Askpass
from Support.attributes import decode, encode

WRONG = ALICE._replace(password="wrong")


@pytest.fixture
def person(home):
    """Somebody who answers git's questions as a given account."""
    return lambda account: Askpass(home.root / f"askpass-{account.password}", account)


@pytest.fixture
def git(git_user):
    """Runs git as somebody who answers, or else with nobody to ask."""

    def run(*args, person=None, **options):
        return git_user.run("git", *args, **(person.environment if person else {}), **options)

    return run


@pytest.fixture
def request_for(git_server):
    return lambda **fields: {"protocol": "https", "host": git_server.host, **fields}


@pytest.fixture
def stored(home, request_for):
    """Asks the git helper what it holds for the server: its reply's fields."""

    def look(**fields):
        answer = home.git("get", encode(request_for(**fields)))
        assert (answer.code, answer.err) == (0, b"")
        return decode(answer.out)

    return look


@pytest.fixture
def store(home, request_for):
    def run(account, **fields):
        request = encode({**request_for(**fields), **account.attributes()})
        assert home.git("store", request) == (0, b"", b"")

    return run


def test_clone_asks_once_then_clone_fetch_and_push_ask_nobody(
        home, git, person, git_server, spy, stored, kept_in):
    alice = person(ALICE)
    assert git("clone", "-q", git_server.url(), "first", person=alice).code == 0
    assert len(alice.prompts()) == 2
    assert spy.verbs() == ["get", "store"]
    assert stored() == ALICE.attributes()

    mark = git_server.mark()
    assert git("clone", "-q", git_server.url(), "work").code == 0
    work = home.path / "work"
    assert git("commit", "-q", "--allow-empty", "-m", "change", cwd=work).code == 0
    pushed = git("push", "-q", "origin", f"HEAD:refs/heads/{kept_in}", cwd=work)
    assert pushed.code == 0, pushed
    fetched = git("fetch", "-q", "origin", kept_in, cwd=home.path / "first")
    assert fetched.code == 0, fetched

    assert git_server.users(mark) == {"alice"}
    verbs = spy.verbs()
    assert verbs.count("get") == 3 and set(verbs) == {"get", "store"}


def test_a_wrong_password_is_erased_and_the_right_one_then_stored(
        git, person, git_server, spy, stored):
    mark = git_server.mark()
    refused = git("ls-remote", git_server.url(), person=person(WRONG))
    assert refused.code == 128
    assert git_server.refused(mark) == {"alice"}
    assert spy.verbs() == ["get", "erase"]
    assert stored() == {}

    assert git("ls-remote", git_server.url(), person=person(ALICE)).code == 0
    assert spy.verbs() == ["get", "store"]
    assert stored() == ALICE.attributes()


def test_a_stored_answer_is_used_without_asking(git, person, git_server, store):
    alice = person(ALICE)
    assert git("ls-remote", git_server.url()).code == 128, "nothing stored and nobody to ask"

    store(ALICE)
    assert git("ls-remote", git_server.url(), person=alice).code == 0
    assert alice.prompts() == []


def test_a_stale_password_is_erased_after_the_server_refuses_it(
        git, git_server, spy, store, stored):
    store(WRONG)
    assert stored() == WRONG.attributes()
    assert git("ls-remote", git_server.url()).code == 128
    assert spy.verbs() == ["get", "erase"]
    assert stored() == {}

    store(ALICE)
    assert git("ls-remote", git_server.url()).code == 0
    assert stored() == ALICE.attributes()


def test_a_user_name_in_the_url_is_never_answered_with_somebody_else(
        git, git_server, store):
    store(BOB)
    assert git("ls-remote", git_server.url(user="alice")).code == 128
    store(ALICE)

    for user in ("alice", "bob", "alice"):
        mark = git_server.mark()
        assert git("ls-remote", git_server.url(user=user)).code == 0
        assert git_server.users(mark) == {user}


def test_use_http_path_keeps_one_account_for_each_repository(
        git, person, git_server, spy, stored):
    repositories = {"alice/private.git": ALICE, "bob/private.git": BOB}
    by_path = ("-c", "credential.useHttpPath=true")
    for path, account in repositories.items():
        answer = git(*by_path, "ls-remote", git_server.url(path), person=person(account))
        assert answer.code == 0, answer
    assert {call.fields["path"] for call in spy.take()} == {f"git/{path}" for path in repositories}

    for path, account in repositories.items():
        mark = git_server.mark()
        assert git(*by_path, "ls-remote", git_server.url(path)).code == 0
        assert git_server.users(mark) == {account.username}
        assert stored(path=f"git/{path}") == account.attributes()
    assert stored(path="git/team/app.git") == {}
    assert git(*by_path, "ls-remote", git_server.url("team/app.git")).code == 128


def test_a_folder_of_its_own_scope_has_an_account_of_its_own(
        home, git, person, git_server):
    outside, inside = home.path / "private", home.path / "acme"
    for folder in (outside, inside / "deep"):
        folder.mkdir(parents=True)
    home.configure(f'[scope "acme"]\n    path = {inside}\n')

    def ls_remote(folder, answering=None):
        return git("ls-remote", git_server.url(), cwd=folder, person=answering).code

    assert ls_remote(inside, person(BOB)) == 0
    assert ls_remote(outside) == 128, "what a scope holds is not seen from outside"
    assert ls_remote(outside, person(ALICE)) == 0

    for folder, user in {outside: "alice", inside: "bob", inside / "deep": "bob"}.items():
        mark = git_server.mark()
        assert ls_remote(folder) == 0
        assert git_server.users(mark) == {user}

    mark = git_server.mark()
    assert git("clone", "-q", git_server.url(), "work", cwd=inside).code == 0
    assert git("fetch", "-q", cwd=inside / "work").code == 0
    assert git_server.users(mark) == {"bob"}


def test_a_miss_is_silent_and_gits_own_prompt_follows(home, git_user, git_server, spy, stored):
    miss = home.git("get", encode({"protocol": "https", "host": git_server.host}))
    assert miss == (0, b"", b"")

    def ls_remote():
        return pexpect.spawn(
            "git", ["ls-remote", git_server.url()], timeout=15, encoding="utf-8",
            cwd=str(home.path), env={**git_user.env, "GIT_TERMINAL_PROMPT": "1"})

    terminal = ls_remote()
    terminal.expect_exact(f"Username for 'https://{git_server.host}': ")
    assert terminal.before == ""
    terminal.sendline("alice")
    terminal.expect_exact(f"Password for 'https://alice@{git_server.host}': ")
    assert terminal.waitnoecho(5)
    terminal.sendline(ALICE.password)
    terminal.expect("refs/heads/main")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert spy.verbs() == ["get", "store"]
    assert stored() == ALICE.attributes()

    terminal = ls_remote()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert "for 'https" not in terminal.before


def test_a_store_of_what_is_stored_leaves_the_file_as_it_is(
        home, git, git_server, spy, store):
    def snapshot():
        status = home.credentials.stat()
        return home.credentials.read_bytes(), status.st_ino, status.st_mtime_ns

    store(ALICE)
    before = snapshot()
    assert git("clone", "-q", git_server.url(), "work").code == 0
    assert git("fetch", "-q", cwd=home.path / "work").code == 0
    assert spy.verbs().count("store") == 2
    assert snapshot() == before

    store(BOB)
    assert snapshot()[0] != before[0]


def test_every_call_of_git_ends_well(git, person, git_server, spy):
    git("ls-remote", git_server.url(), person=person(WRONG))
    git("ls-remote", git_server.url(), person=person(ALICE))
    git("ls-remote", git_server.url())

    calls = spy.take()
    assert {call.verb for call in calls} == {"get", "store", "erase"}
    assert {call.code for call in calls} == {0}
