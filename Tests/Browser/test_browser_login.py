"""Logins by the user's browser: from nothing stored to a push, and every way in which it fails."""

import time

import pytest

from scripted_browser import answer_of, query_of, visit, with_query
from Support.processes import free_port


def test_a_first_push_logs_in_and_the_next_one_finds_the_token(user, browser, host):
    def git(*arguments):
        answer = user.home.run("git", "-C", user.home.path / "app", *arguments, timeout=30)
        assert answer.code == 0, answer
        return answer

    clone = user.home.run("git", "clone", "-q", host.url_of(), "app", timeout=30)
    assert clone.code == 0, clone
    for message in ("one", "two"):
        git("commit", "-q", "--allow-empty", "-m", message)
        git("push", "-q", "origin", "main")
    head = user.home.run("git", "-C", user.home.path / "app", "rev-parse", "main")
    assert host.branch() == head.out.decode().strip()
    # One login for all of it; it came by the code, with the proof that belongs to it.
    assert len(browser.pages) == 1
    assert query_of(browser.pages[0])["code_challenge_method"] == "S256"
    assert host.count("token", grant="authorization_code", status=200) == 1
    login = user.stored()
    assert login["username"] == "alice" and user.owns(login["password"]) == "alice"
    assert login["oauth_refresh_token"] in host.oauth.refresh_tokens
    assert int(login["password_expiry_utc"]) > time.time() + 7000


def test_git_is_told_the_login_and_nothing_that_a_browser_writes(user, browser):
    login = user.login()
    assert login["username"] == "alice" and user.owns(login["password"]) == "alice"
    # It did write something, which is what this is about.
    assert browser.notes("argument")


def test_a_browser_gets_a_page_and_nothing_of_ours(user, browser):
    login = user.login()
    assert browser.notes("argument") == browser.pages
    assert sorted(browser.notes("descriptor")) == [
        "0 /dev/null", "1 /dev/null",
        # The shell's own, from which it reads the script.
        f"10 {browser.script}", "2 /dev/null"]
    session, process = browser.notes("session")[0].split()
    assert session == process
    shown = "\n".join(browser.notes("variable") + browser.pages)
    assert login["password"] not in shown and login["oauth_refresh_token"] not in shown
    assert set(query_of(browser.pages[0])) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge",
        "code_challenge_method"}


def test_what_a_browser_shows_in_the_end_says_nothing(user, browser):
    user.login()
    page, = browser.results
    assert page.status == 200 and "close this page" in page.body
    assert page.headers["Content-Security-Policy"] == "default-src 'none'"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert query_of(browser.pages[0])["state"] not in page.body


def test_the_port_is_closed_once_the_answer_is_there(user, make_browser, host):
    host.oauth.latency = 0.5

    def twice(page):
        answer = answer_of(page)
        visit(answer)
        return visit(answer)

    browser = make_browser(twice)
    user.uses(browser)
    user.login()
    assert isinstance(browser.results[0], ConnectionRefusedError)


def test_a_registered_redirect_is_kept_to(user, browser, host):
    redirect = f"http://localhost:{free_port()}/back/here"
    user.configure({"redirectUrl": redirect})
    assert user.login()["username"] == "alice"
    assert query_of(browser.pages[0])["redirect_uri"] == redirect


def test_a_redirect_to_another_loopback_address_is_refused_before_anything(user, browser, host):
    user.configure({"redirectUrl": "http://[::1]:34106/"})
    assert "127.0.0.1" in user.refusal()
    assert browser.pages == [] and host.count("authorize") == 0


def test_a_taken_port_is_named(user, browser, host):
    user.configure({"redirectUrl": f"http://127.0.0.1:{host.port}/"})
    message = user.refusal()
    assert f"127.0.0.1:{host.port}" in message and "redirectUrl" in message
    assert browser.pages == []


def test_a_browser_that_fails_is_followed_by_the_next(user, make_browser):
    failing, working = make_browser(lambda page: None, code=1), make_browser()
    user.uses(failing, working)
    assert user.login()["username"] == "alice"
    assert failing.pages == working.pages and len(working.pages) == 1


def test_the_configured_browser_comes_first(user, make_browser):
    named, other = make_browser(), make_browser()
    user.configure(browser=named.script)
    user.uses(other)
    assert user.login()["username"] == "alice"
    assert len(named.pages) == 1 and other.pages == []


def test_words_and_the_place_of_the_page_are_as_the_convention_has_them(user, browser):
    user.home.env["BROWSER"] = f"/nonexistent/browser:{browser.script} --new $(id) %s"
    user.login()
    assert browser.notes("argument") == ["--new", "$(id)", browser.pages[0]]


def test_no_browser_is_taken_from_the_folder_that_git_works_in(user, make_browser, tmp_path):
    trap, browser = make_browser(), make_browser()
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "bin").mkdir()
    for place in (folder, folder / "bin"):
        (place / "x-trap").symlink_to(trap.script)
    user.home.env["BROWSER"] = f"x-trap:./x-trap:bin/x-trap:{browser.script}"
    path = user.home.env["PATH"]
    answer = user.home.git("get", user.request, cwd=folder, timeout=30, PATH=f".:{path}:")
    assert answer.code == 0 and b"username=alice\n" in answer.out
    assert trap.pages == [] and len(browser.pages) == 1


def test_who_refuses_is_told_so_and_nothing_is_stored(user, browser, host):
    host.oauth.denies = True
    message = user.refusal()
    assert "refused in the browser (access_denied: The user said no)" in message
    assert "refused" in browser.results[0].body and "user said no" not in browser.results[0].body
    assert host.count("token") == 0
    assert user.stored() == {}


def test_a_servers_words_move_no_cursor(user, make_browser, host):
    host.oauth.denies = True

    def shout(page):
        return visit(with_query(
            answer_of(page), error="server_error",
            error_description="\x1b[2J\r\nkeyfob: all is well " + "x" * 4000))

    user.uses(make_browser(shout))
    message = user.refusal()
    assert "(server_error: %1B[2J%0D%0Akeyfob: all is well xxx" in message
    assert len(message.splitlines()[-1]) < 500


def test_another_account_is_refused_by_name(user, browser, host):
    host.oauth.login_as = "bob"
    message = user.refusal(username="alice")
    assert "as bob" in message and "alice" in message
    assert user.stored() == {}


@pytest.mark.parametrize("asked", ["alice", "ALICE", "oauth2"])
def test_the_asked_name_is_answered(user, browser, asked):
    assert user.login(username=asked)["username"] == asked


def test_a_code_from_another_login_is_worth_nothing(user, make_browser, host):
    def inject(page):
        # Somebody else's login at the same server, brought under the state of this one.
        theirs = answer_of(with_query(page, code_challenge="A" * 43))
        return visit(with_query(theirs, state=query_of(page)["state"]))

    user.uses(make_browser(inject))
    message = user.refusal()
    assert "invalid_grant" in message and host.count("token", status=400) == 1
    assert user.stored() == {}


def test_nobody_is_waited_for_longer_than_configured(user, make_browser, host):
    ports = []

    def leave(page):
        ports.append(query_of(page)["redirect_uri"])

    user.uses(make_browser(leave))
    user.configure(timeout=1)
    start = time.monotonic()
    message = user.refusal()
    assert "nobody answered within 1 seconds" in message
    assert 1 <= time.monotonic() - start < 5
    with pytest.raises(ConnectionError):
        visit(ports[0])
    assert host.count("token") == 0 and user.stored() == {}


def test_without_a_client_the_user_is_told_how_to_register_one(user, browser, host):
    user.home.configure(host.configuration("oauth", client=False))
    message = user.refusal()
    assert "OAuth client" in message and "keyfob setup oauth" in message
    assert browser.pages == []


def test_a_login_works_in_every_mode_once_it_is_stored(user, browser):
    login = user.login()
    assert user.stored() == login
