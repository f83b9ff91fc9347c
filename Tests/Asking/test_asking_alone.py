"""Several gits at once that find nothing stored: a person has one terminal, and is asked once."""

import os
import signal
import time

import pytest

from oauth_user import OAuthLogin
from Support import Account
from Support.attributes import decode
from Support.crowd import Crowd

#: Somebody who answers only when they are let.
_ASKPASS = """\
#!/bin/sh
cd "${{0%/*}}" && printf '%s\\n' "$1" >> prompts
until [ -e answer ]; do sleep 0.02; done
case "$1" in
    Username*) echo {username} ;;
    *) echo {password} ;;
esac
"""


class Person:
    """Somebody who is asked by an askpass program, and counts how often."""

    def __init__(self, home, account):
        self._home = home
        self._folder = home.root / "person"
        self._folder.mkdir()
        script = self._folder / "askpass"
        script.write_text(_ASKPASS.format(**account._asdict()))
        script.chmod(0o700)
        self.environment = {"GIT_ASKPASS": str(script)}

    def prompts(self):
        return len((self._folder / "prompts").read_text().splitlines())

    def answers(self):
        (self._folder / "answer").touch()

    def answers_when_others_wait(self, count):
        wait_for_waiting(self._home, count)
        self.answers()


def wait_for_waiting(home, count):
    """Waits until so many wait for their turn to ask."""
    locks = home.path / ".local/state/keyfob/tokens.keyfob.minting"
    end = time.monotonic() + 20
    while True:
        if locks.exists():
            with open("/proc/locks") as lines:
                ours = [line for line in lines if f":{locks.stat().st_ino} " in line]
            if ours and sum("->" in line for line in ours) == count:
                return
        assert time.monotonic() < end, "they do not wait"
        time.sleep(0.02)


@pytest.fixture
def ask(home, host, user):
    """Has so many ask at once, in the mode in which a person is asked."""
    home.configure(host.configuration(mode="ask"))

    def start(count, person, env={}, **fields):
        folder = home.root / f"crowd-{len(list(home.root.glob('crowd-*')))}"
        return Crowd(
            [home.program("git-credential-keyfob"), "get"], count, folder=folder,
            env={**home.env, **person.environment, **env}, input=user.request(**fields))

    return start


def _is_no(answer, words=b"nothing was entered"):
    return (answer.code, answer.out) == (1, b"quit=1\n") and words in answer.err


def test_all_are_served_by_what_one_was_told(home, host, ask):
    person = Person(home, Account("alice", host.book.give("alice")))
    crowd = ask(8, person)
    person.answers_when_others_wait(7)
    answers, _ = crowd.wait()
    assert {each.code for each in answers} == {0}, answers
    assert {decode(each.out)["username"] for each in answers} == {"alice"}
    assert person.prompts() == 2
    assert host.count("user") == 1


def test_a_no_counts_for_all_who_waited_and_for_nobody_after(home, user, ask):
    person = Person(home, Account("alice", ""))
    crowd = ask(4, person)
    person.answers_when_others_wait(3)
    answers, _ = crowd.wait()
    assert all(_is_no(each) for each in answers), answers
    assert person.prompts() == 2
    assert _is_no(user.get(**person.environment))
    assert person.prompts() == 4


def test_a_no_about_one_user_says_nothing_of_another(home, ask):
    person = Person(home, Account("alice", ""))
    crowds = [ask(2, person, username=name) for name in ("alice", "bob")]
    person.answers_when_others_wait(3)
    answers = [each for crowd in crowds for each in crowd.wait()[0]]
    assert all(_is_no(each) for each in answers), answers
    assert person.prompts() == 2


def test_all_wait_once_for_a_person_who_does_not_answer(home, host, ask):
    home.configure(host.configuration(mode="ask") + "[prompt]\n\ttimeout = 2\n")
    person = Person(home, Account("alice", ""))
    answers, took = ask(4, person).wait()
    assert all(_is_no(each, b"nobody answered within 2 seconds") for each in answers), answers
    assert took < 4 and person.prompts() == 1


def test_that_nobody_is_asked_in_ci_says_nothing_of_elsewhere(home, host, ask):
    person = Person(home, Account("alice", host.book.give("alice")))
    first = ask(1, person)
    wait_for_waiting(home, 0)
    in_ci, elsewhere = ask(1, person, env={"CI": "true"}), ask(1, person)
    wait_for_waiting(home, 2)
    # Either of them comes next.
    os.kill(first.pids[0], signal.SIGKILL)
    person.answers()
    (answer,), _ = elsewhere.wait()
    assert answer.code == 0 and decode(answer.out)["username"] == "alice", answer
    (answer,), _ = in_ci.wait()
    assert answer.code == 0 or _is_no(answer, b"CI"), answer
    assert first.wait()[0][0].code == -signal.SIGKILL


class TestTheChoiceOfAnAccount:
    @pytest.fixture(autouse=True)
    def logins(self, user):
        user.seed(OAuthLogin("of bob", account="", username="bob"),
                  OAuthLogin("of alice", account="", username="alice"))

    @pytest.fixture
    def three(self, home, user, ask, terminal):
        """Three at one terminal, one of them asking and the others waiting."""
        home.env["GIT_TERMINAL_PROMPT"] = "1"
        (home.root / "request").write_bytes(user.request())
        one = "git-credential-keyfob get <{0}/request >{0}/reply-{1} &"
        child = terminal(
            "\n".join(one.format(home.root, number) for number in range(3)) + "\nwait; echo over")
        child.expect_exact("Account for")
        wait_for_waiting(home, 2)
        return child

    @pytest.fixture
    def replies(self, home):
        return lambda: [(home.root / f"reply-{number}").read_bytes() for number in range(3)]

    def test_is_made_once_for_all(self, three, replies):
        three.sendline("2")
        three.expect_exact("over")
        assert "Account for" not in three.before
        assert [decode(each)["password"] for each in replies()] == ["of bob"] * 3

    def test_is_refused_once_for_all(self, three, replies):
        three.sendline("")
        three.expect_exact("over")
        assert "Account for" not in three.before
        assert replies() == [b"quit=1\n"] * 3

    def test_may_be_another_account_for_all(self, host, three, replies):
        secret = host.book.give("carol")
        three.sendline("3")
        three.expect_exact("Username for")
        three.sendline("carol")
        three.expect_exact("Password for")
        three.sendline(secret)
        three.expect_exact("over")
        assert "Account for" not in three.before
        assert [decode(each)["username"] for each in replies()] == ["carol"] * 3
