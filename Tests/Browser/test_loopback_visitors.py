"""Everybody else who comes to the port: other users of the machine, pages that a browser shows."""

import socket
from urllib.parse import urlsplit

from scripted_browser import answer_of, log_in, query_of, visit, with_query

#: Recognised if it ever came back.
CANARY = "canary-of-a-visitor"

#: What other programs say to a port.
NOISE = [
    b"\0" * 100, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /?code=x&state=y\r\n\r\n", b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n", b"\n", b"",
]


def port_of(page):
    return int(urlsplit(query_of(page)["redirect_uri"]).port)


def after(strange, user, make_browser):
    """What `strange` gives for the right answer's URL; the right answer comes after it."""
    found = []

    def act(page):
        answer = answer_of(page)
        found.append(strange(answer))
        return visit(answer)

    browser = make_browser(act)
    user.uses(browser)
    login = user.login()
    assert login["username"] == "alice" and user.owns(login["password"]) == "alice"
    assert browser.results[0].status == 200
    return found[0]


VISITS = {
    "a wrong state": (400, lambda url: visit(with_query(url, state=CANARY))),
    "no state": (400, lambda url: visit(with_query(url, state=None, x=CANARY))),
    "a state in upper case": (400, lambda url: visit(
        with_query(url, state=query_of(url)["state"].swapcase(), x=CANARY))),
    "another code as well": (400, lambda url: visit(f"{url}&code={CANARY}")),
    "another code, spelt otherwise": (400, lambda url: visit(f"{url}&c%6Fde={CANARY}")),
    "another state as well": (400, lambda url: visit(f"{url}&state={CANARY}")),
    "an error as well": (400, lambda url: visit(f"{url}&error={CANARY}")),
    "a refusal of another login": (400, lambda url: visit(
        with_query(url, code=None, error="access_denied", error_description=CANARY, state="x"))),
    "a line end in the code": (400, lambda url: visit(with_query(url, code=f"{CANARY}\r\nx=y"))),
    "a NUL in the code": (400, lambda url: visit(with_query(url, code=f"{CANARY}\0"))),
    "an escape in the code": (400, lambda url: visit(with_query(url, code=f"{CANARY}\x1b[2J"))),
    "markup": (400, lambda url: visit(with_query(url, state=f"<script>{CANARY}</script>"))),
    "64 KiB": (431, lambda url: visit(with_query(url, code=CANARY + "x" * 65536))),
    "another path": (404, lambda url: visit(url.replace("/?", f"/{CANARY}?"))),
    "an icon": (404, lambda url: visit(f"{url.partition('?')[0]}favicon.ico?{CANARY}")),
    "another name of this machine": (421, lambda url: visit(url, host=f"{CANARY}.example.com")),
    "that name with the port": (421, lambda url: visit(
        url, host=f"{CANARY}.example.com:{urlsplit(url).port}")),
    "another port's name": (421, lambda url: visit(url + f"&x={CANARY}", host="127.0.0.1:1")),
    "a form": (405, lambda url: visit(url + f"&x={CANARY}", method="POST")),
    "a look ahead": (405, lambda url: visit(url + f"&x={CANARY}", method="HEAD")),
}


def test_strangers_change_nothing_and_learn_nothing(user, make_browser):
    def come(url):
        return {kind: strange(url) for kind, (_, strange) in VISITS.items()}

    for kind, page in after(come, user, make_browser).items():
        assert page.status == VISITS[kind][0], kind
        assert CANARY not in page.body and CANARY not in str(page.headers), kind


def test_visitors_who_say_nothing_hold_nobody_up(user, make_browser):
    def crowd(url):
        port = urlsplit(url).port
        visitors = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
        visitors[-1].sendall(b"GET /")
        return visitors

    visitors = after(crowd, user, make_browser)
    for visitor in visitors:
        visitor.settimeout(5)
        try:
            assert visitor.recv(1) == b""
        except ConnectionError:
            pass
        visitor.close()


def test_what_is_no_request_is_not_listened_to(user, make_browser):
    def speak(url):
        for text in NOISE:
            with socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=5) as visitor:
                visitor.sendall(text)
                visitor.shutdown(socket.SHUT_WR)
                yield text, visitor.recv(65536)

    for text, answer in after(lambda url: list(speak(url)), user, make_browser):
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 "), text


def test_other_machines_cannot_come(user, make_browser):
    addresses = []

    def look(page):
        with open("/proc/net/tcp") as v4, open("/proc/net/tcp6") as v6:
            port = f":{port_of(page):04X}"
            addresses.extend(
                line.split()[1] for line in [*v4, *v6]
                if port in line.split()[1] and line.split()[3] == "0A")
        return log_in(page)

    user.uses(make_browser(look))
    user.login()
    (address,) = addresses
    assert address.startswith("0100007F:")
