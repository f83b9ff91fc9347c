"""Hosts to log in at, and a user who does."""

import sys

import pytest

from guarded_registry import GuardedRegistry
from login_user import LoginUser


#: Opens a page as a browser does: it follows the way back to the program that waits.
BROWSER = """\
#!{python} -B
import ssl, sys, urllib.request
context = ssl.create_default_context(cafile={bundle!r})
opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
print("a browser prints what it likes")
opener.open(sys.argv[1], timeout=10).read()
"""


@pytest.fixture
def host(code_hosts):
    return code_hosts()


@pytest.fixture
def user(home, certificate, terminal):
    home.env.update(certificate.environment())
    return LoginUser(home, terminal)


@pytest.fixture
def guarded_registry(certificate):
    """A registry whose token server lets alice in."""
    accounts = {"alice": "alices-token"}
    with GuardedRegistry(accounts, wants_user=True, certificate=certificate) as server:
        yield server


@pytest.fixture
def browser(tmp_path, certificate, home):
    """The user's browser, in which they agree to everything."""
    script = tmp_path / "browser"
    script.write_text(BROWSER.format(python=sys.executable, bundle=str(certificate.certificate)))
    script.chmod(0o700)
    home.env["BROWSER"] = str(script)
    return script
