"""Neither a browser nor a terminal: nobody could see a page or a code, so nobody is waited for."""

import shlex
import time

import pytest

from browser_user import User
from scripted_browser import answer_of

#: How long it may take at most, in seconds; the person would have minutes.
AT_ONCE = 10
NOTHING = "there is neither a browser nor a terminal to log in to"


@pytest.fixture
def askpass(tmp_path):
    """A program that answers every question in one way, and notes them."""
    def write(answer):
        script = tmp_path / "askpass"
        script.write_text(
            f"#!/bin/sh\necho \"$1\" >> {script}.asked\necho {shlex.quote(answer)}\n")
        script.chmod(0o755)
        (tmp_path / "askpass.asked").touch()
        return script

    return write


def asked(script):
    return script.with_name("askpass.asked").read_text().splitlines()


@pytest.mark.parametrize("provider", ["gitea", "gitlab"])
def test_an_askpass_program_that_says_nothing_is_not_waited_for(home, code_hosts, provider):
    user = User(home, code_hosts(provider))
    home.env.update({"GIT_ASKPASS": "/bin/true", "GIT_TERMINAL_PROMPT": "0"})
    start = time.monotonic()
    message = user.refusal()
    assert time.monotonic() - start < AT_ONCE
    host = user.host.host
    assert f"{NOTHING} {host} with; run `keyfob login git:{host}`" in message
    assert user.host.count("device") == user.host.count("authorize") == 0


def test_an_askpass_program_is_asked_for_a_token_instead(user, host, askpass):
    script = askpass("a-token")
    user.configure(verify="false")
    user.home.env["GIT_ASKPASS"] = str(script)
    login = user.login(username="alice")
    assert (login["username"], login["password"]) == ("alice", "a-token")
    assert asked(script) == [f"Password for 'https://alice@{host.host}': "]
    assert host.count("authorize") == 0


def test_a_browser_that_fails_leaves_nothing_to_wait_for(user, make_browser):
    failing = make_browser(lambda page: None, code=3)
    user.uses(failing)
    start = time.monotonic()
    assert NOTHING in user.refusal()
    assert time.monotonic() - start < AT_ONCE and len(failing.pages) == 1


def test_a_terminal_shows_the_page_and_takes_its_answer(user, askpass, terminal):
    script = askpass("not-an-address")
    request, out = user.home.root / "request", user.home.root / "out"
    request.write_bytes(user.request)
    user.home.env["GIT_ASKPASS"] = str(script)
    # Standard error is somewhere else: the page is on the terminal itself.
    child = terminal(
        f"{user.home.program('git-credential-keyfob')} get < {request} > {out} 2>/dev/null; "
        "echo through", columns=400)
    child.expect(r"  (https://\S+)")
    page = child.match.group(1)
    child.expect_exact("Address of the last page: ")
    child.sendline(answer_of(page))
    child.expect_exact("through")
    assert "username=alice\n" in out.read_text() and asked(script) == []
