"""Logins on another device: a code is shown, and the server asked until it was entered."""

import time

import pytest

from browser_user import User
from scripted_browser import CODE
from Support.loopback import as_json


@pytest.fixture
def host(code_hosts):
    return code_hosts("gitlab")


@pytest.fixture
def device(user, host, terminal):
    """Asks on a terminal, where there is no browser, and gives its end."""
    request, out = user.home.root / "request", user.home.root / "out"
    request.write_bytes(user.request)

    def ask():
        child = terminal(
            f"{user.home.program('git-credential-keyfob')} get < {request} > {out}; echo through",
            columns=200)
        child.told = out.read_text
        return child

    return ask


def test_the_code_is_shown_and_the_login_comes_of_it(user, device, host):
    host.oauth.device_answers = ["authorization_pending"]
    child = device()
    child.expect_exact(f"{host.url}/login/device")
    child.expect_exact(CODE)
    child.expect_exact("through")
    assert "username=oauth2\n" in child.told()
    assert host.count("token", status=200) == 1
    assert user.owns(user.stored()["password"]) == "alice"


def test_a_server_that_is_asked_too_often_is_asked_less_often(user, device, host):
    host.oauth.device_answers = ["slow_down"]
    polls = []

    def watch(endpoint, request, reply):
        if endpoint == "token":
            polls.append(time.monotonic())
        return reply

    host.tamper = watch
    start = time.monotonic()
    device().expect_exact("through", timeout=20)
    # One second, as it said; then five more.
    assert 1 <= polls[0] - start < 3 and 6 <= polls[1] - polls[0] < 9
    assert user.stored()["username"] == "oauth2"


def test_who_says_no_there_is_not_asked_on(user, device, host):
    host.oauth.device_answers = ["access_denied"]
    child = device()
    child.expect_exact("through")
    assert "declined" in child.before and host.count("token") == 1
    assert user.stored() == {}


def test_a_code_that_the_server_forgot_is_told(user, device, host):
    host.oauth.device_answers = ["expired_token"]
    child = device()
    child.expect_exact("through")
    assert "was not entered in time" in child.before and host.count("token") == 1
    assert user.stored() == {}


@pytest.mark.parametrize("limit", ["lifetime", "timeout"])
def test_nobody_is_waited_for_for_ever(limit, user, device, host):
    if limit == "lifetime":
        host.oauth.device_lifetime = 1
    else:
        user.configure(timeout=1)
    host.oauth.device_answers = ["authorization_pending"] * 100
    start = time.monotonic()
    child = device()
    child.expect_exact("through")
    assert 1 <= time.monotonic() - start < 6
    told = "nobody entered the code within 1 seconds"
    assert (told if limit == "lifetime" else "nobody answered within 1 seconds") in child.before
    assert host.count("device") == 1 and host.count("token") <= 1
    assert user.stored() == {}


def test_an_outage_does_not_end_the_wait(user, device, host):
    host.oauth.device_answers = ["authorization_pending"]
    lost = []

    def drop(endpoint, request, reply):
        if endpoint == "token" and not lost:
            lost.append(request)
            return None
        return reply

    host.tamper = drop
    device().expect_exact("through", timeout=20)
    assert len(lost) == 1 and user.stored()["username"] == "oauth2"


def test_a_page_that_is_none_is_not_shown(user, device, host):
    def change(endpoint, request, reply):
        if endpoint != "device":
            return reply
        return as_json({
            "device_code": "d", "user_code": CODE, "verification_uri": page, "expires_in": 60})

    host.tamper = change
    for page in (
            "http://git.example.com/device", "javascript:alert(1)", "https://h/\x1b[2J",
            "https://h/$(id)"):
        child = device()
        child.expect_exact("through")
        assert CODE not in child.before and "\x1b" not in child.before, page
    assert host.count("device") == 4 and host.count("token") == 0
    assert user.stored() == {}


def test_a_hosts_code_moves_no_cursor(user, device, host):
    def change(endpoint, request, reply):
        if endpoint != "device":
            return reply
        return as_json({
            "device_code": "d", "user_code": "\x1b[2JWDJB\r\nkeyfob: ok", "expires_in": 60,
            "verification_uri": f"{host.url}/login/device"})

    host.tamper = change
    child = device()
    child.expect_exact("through")
    assert "\x1b" not in child.before and "\nkeyfob: ok" not in child.before
    assert host.count("token") <= 1 and user.stored() == {}


def test_where_the_host_has_no_such_codes_the_page_is_shown(home, code_hosts, terminal):
    user = User(home, code_hosts("gitea"))
    (home.root / "request").write_bytes(user.request)
    child = terminal(f"{home.program('git-credential-keyfob')} get < {home.root}/request")
    child.expect_exact(f"  {user.host.url}/login/oauth/authorize?")
    child.expect_exact("Address of the last page: ")
    child.sendintr()


def test_a_configured_browser_makes_no_desktop(user, device, host, make_browser):
    browser = make_browser()
    user.configure(browser=browser.script)
    child = device()
    child.expect_exact(CODE)
    child.expect_exact("through")
    assert browser.pages == [] and "username=oauth2\n" in child.told()


def test_a_desktop_has_a_browser_and_needs_no_code(user, browser, host):
    assert user.login()["username"] == "oauth2"
    assert host.count("device") == 0 and len(browser.pages) == 1
