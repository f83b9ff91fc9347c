"""No browser that could be started, as over ssh: the page is shown, and opened by hand."""

import shlex

import pexpect
import pytest

from scripted_browser import answer_of, log_in, query_of, with_query


def page_on(child):
    """The page that a terminal shows to be opened."""
    child.expect(r"  (https://\S+)")
    return child.match.group(1)


@pytest.fixture
def get(user, terminal):
    """Has git's request answered on a terminal; what git is told goes to a file."""
    out = user.home.root / "out"
    (user.home.root / "request").write_bytes(user.request)

    class Get:
        def start(self, before=""):
            command = shlex.join([str(user.home.program("git-credential-keyfob")), "get"])
            return terminal(
                f"{before}{command} < {user.home.root}/request > {out}; "
                "stty -a | grep -o -- '-\\?echo ' ; echo through", columns=400)

        def told(self, child):
            child.expect_exact("through")
            return out.read_text()

    return Get()


def test_the_address_of_the_last_page_is_pasted(user, get):
    child = get.start()
    page = page_on(child)
    child.expect_exact("Address of the last page: ")
    child.sendline(answer_of(page))
    told = get.told(child)
    assert "\nusername=alice\n" in f"\n{told}" and "echo" in child.before
    assert "password=" in told
    assert user.stored()["username"] == "alice"


def test_a_forwarded_port_ends_the_question(user, get):
    child = get.start()
    page = page_on(child)
    child.expect_exact("Address of the last page: ")
    assert log_in(page).status == 200
    assert "username=alice\n" in get.told(child)


def test_an_address_that_is_not_it_is_asked_for_again(user, get, host):
    child = get.start()
    page = page_on(child)
    answer = answer_of(page)
    for wrong in (page, with_query(answer, state="another")):
        child.expect_exact("Address of the last page: ")
        child.sendline(wrong)
        child.expect_exact("That is not it")
        assert host.count("token") == 0
    child.expect_exact("Address of the last page: ")
    child.sendline(answer)
    assert "username=alice\n" in get.told(child)


def test_after_three_wrong_ones_the_browser_may_still_come(user, get, host):
    child = get.start()
    page = page_on(child)
    for _ in range(3):
        child.expect_exact("Address of the last page: ")
        child.sendline("http://127.0.0.1:1/?code=x&state=y")
        child.expect_exact("That is not it")
    assert host.count("token") == 0
    assert log_in(page).status == 200
    assert "username=alice\n" in get.told(child)


def test_browsers_that_all_fail_leave_it_to_the_user(user, make_browser, get):
    failing = make_browser(lambda page: None, code=3)
    user.uses(failing)
    child = get.start()
    page = page_on(child)
    assert failing.pages == [page]
    child.expect_exact("Address of the last page: ")
    child.sendline(answer_of(page))
    assert "username=alice\n" in get.told(child)


def test_ctrl_c_ends_it_and_closes_the_port(user, get, host):
    child = get.start()
    page = page_on(child)
    child.expect_exact("Address of the last page: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    with pytest.raises(ConnectionError):
        log_in(page)
    assert user.stored() == {}


def test_the_question_ends_with_the_time(user, get, host):
    user.configure(timeout=1)
    child = get.start()
    page_on(child)
    child.expect_exact("through")
    assert "nobody answered within 1 seconds" in child.before
    assert host.count("token") == 0 and user.stored() == {}


def test_the_page_names_a_port_that_can_be_forwarded(user, get):
    user.configure({"redirectUrl": "http://127.0.0.1/callback"})
    child = get.start()
    redirect = query_of(page_on(child))["redirect_uri"]
    assert redirect.startswith("http://127.0.0.1:") and redirect.endswith("/callback")
    child.expect_exact("Address of the last page: ")
    child.sendintr()
