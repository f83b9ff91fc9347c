"""`keyfob login --browser` and `--device`: the user says which way."""

from scripted_browser import CODE, answer_of, visit


def login(user, *options, **variables):
    return user.home.keyfob("login", f"git:{user.host.host}", *options, timeout=30, **variables)


def test_a_browser_logs_in(user, browser, host):
    answer = login(user, "--browser")
    assert answer.code == 0, answer
    stored = user.stored()
    assert stored["username"] == "alice" and user.owns(stored["password"]) == "alice"
    shown = (answer.out + answer.err).decode()
    assert stored["password"] not in shown and stored["oauth_refresh_token"] not in shown


def test_another_device_logs_in_and_a_browser_that_is_there_opens_the_page(
        user, code_hosts, make_browser):
    user.host = code_hosts("gitlab")
    user.host.oauth.device_answers = ["authorization_pending"]
    user.configure()
    browser = make_browser(lambda page: None)
    user.uses(browser)
    answer = login(user, "--device")
    assert answer.code == 0 and CODE in answer.err.decode(), answer
    assert browser.pages == [f"{user.host.url}/login/device"]
    assert user.stored()["username"] == "oauth2"


def test_a_host_without_device_codes_says_so(user, browser):
    answer = login(user, "--device")
    assert answer.code != 0 and "no codes for another device" in answer.err.decode(), answer
    assert browser.pages == [] and user.stored() == {}


def test_a_host_without_a_client_says_so(user, browser, host):
    user.home.configure(host.configuration("oauth", client=False))
    for option in ("--browser", "--device"):
        answer = login(user, option)
        assert answer.code != 0 and "keyfob setup oauth" in answer.err.decode(), answer
    assert browser.pages == []


def test_the_wrong_account_in_the_browser_is_named(user, make_browser, host):
    host.oauth.login_as = "bob"
    user.uses(make_browser(lambda page: visit(answer_of(page))))
    answer = login(user, "--browser", "--username", "alice")
    assert answer.code != 0 and "as bob" in answer.err.decode(), answer
    assert user.stored() == {}
