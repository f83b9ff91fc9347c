"""A code host for each test, a user without a login there, and a browser that the test acts in."""

import os

import pytest

from browser_user import User
from scripted_browser import ScriptedBrowser

# Chromium is installed for the exhaustive tier alone.
collect_ignore = [] if os.environ.get("KEYFOB_TESTS_FULL") else ["test_real_browser.py"]


@pytest.fixture
def host(code_hosts):
    return code_hosts()


@pytest.fixture
def user(home, host):
    return User(home, host)


@pytest.fixture
def make_browser(tmp_path):
    """A browser in which a function acts, or the user logs in."""
    started = []

    def make(acts=None, **how):
        browser = ScriptedBrowser(tmp_path, acts, name=f"browser-{len(started)}", **how)
        started.append(browser)
        return browser

    yield make
    for browser in started:
        browser.stop()


@pytest.fixture
def browser(user, make_browser):
    """The user's only browser, in which they log in."""
    browser = make_browser()
    user.uses(browser)
    return browser
