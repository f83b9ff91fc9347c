"""A browser that a test acts in: it is really started, and what it is to open is visited here."""

import http.client
import ssl
import threading
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from Support.loopback import LoopbackServer, Reply

#: What the host has its users enter on other devices.
CODE = "WDJB-MJHT"

#: It writes what git would take for a login, notes what it was given, and says which page it opens.
_SCRIPT = """\
#!/bin/sh
echo username=mallory; echo password=from-the-browser; echo
echo 'warning: noise of a browser' >&2
find /proc/$$/fd -mindepth 1 -fprintf {notes} 'descriptor %f %l\\n'
read -r _ _ _ _ _ session _ < /proc/$$/stat
echo "session $session $$" >> {notes}
printf 'argument %s\\n' "$@" >> {notes}
env | sed 's/^/variable /' >> {notes}
for page; do :; done
curl --silent --show-error --max-time 20 --data-urlencode "url=$page" {desk} 2> {notes}.curl
exit {code}
"""


class Page(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict
    body: str

    @property
    def location(self):
        return self.headers["Location"]


class ScriptedBrowser:
    """`acts` is called with each page that is opened, in the order of their coming."""

    def __init__(self, folder, acts=None, code=0, name="browser"):
        self.script = folder / name
        self._notes = folder / f"{name}.notes"
        self._desk = _Desk(self)
        #: The pages that were opened, and what the actions gave.
        self.pages = []
        self.results = []
        self.acts = acts or log_in
        self.script.write_text(
            _SCRIPT.format(notes=self._notes, desk=self._desk.url, code=code))
        self.script.chmod(0o755)

    def notes(self, kind):
        """What the program noted of itself: its arguments, descriptors, session, variables."""
        return [line.partition(" ")[2] for line in self._notes.read_text().splitlines()
                if line.startswith(f"{kind} ")]

    def stop(self):
        self._desk.stop()


class _Desk(LoopbackServer):
    def __init__(self, browser):
        self._browser = browser
        self._turn = threading.Lock()
        super().__init__()

    def answer(self, request):
        page = request.form["url"]
        with self._turn:
            self._browser.pages.append(page)
            try:
                self._browser.results.append(self._browser.acts(page))
            except OSError as error:
                self._browser.results.append(error)
        return Reply()


def log_in(page):
    """What a browser does of whose user the server knows: it goes where it is sent."""
    return visit(answer_of(page))


def answer_of(page):
    """Where the authorization page sends the browser."""
    return visit(page).location


def visit(url, host=None, method="GET"):
    """Loads a page, and goes nowhere from there."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.netloc, timeout=10, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.putrequest(method, target, skip_host=True)
        connection.putheader("Host", host or parts.netloc)
        connection.putheader("Cookie", "of-another=program")
        connection.endheaders()
        answer = connection.getresponse()
        return Page(answer.status, dict(answer.headers), answer.read().decode())
    finally:
        connection.close()


def query_of(url):
    """The parameters of a URL."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def with_query(url, **changes):
    """The URL with other parameters; None takes one away."""
    query = {**query_of(url), **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{url.partition('?')[0]}?{urlencode(kept)}"
