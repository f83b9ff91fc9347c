"""HTTP servers in threads of the test's own process, so that a test can change them as they run."""

import http.client
import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class Request:
    """What a client sent. Header names may be asked for in any case."""

    def __init__(self, method, target, headers, body=b""):
        self.method = method
        #: Path and query as they came.
        self.target = target
        self.path = urlsplit(target).path
        self.query = _single(urlsplit(target).query)
        self.headers = headers
        self.body = body

    @property
    def form(self):
        """The body's fields, where it is a form."""
        return _single(self.body.decode(errors="replace"))

    @property
    def document(self):
        """The body's value, where it is JSON."""
        return json.loads(self.body)


class Reply(NamedTuple):
    """An answer; a body in pieces is sent until the client or the server goes away."""

    status: int = 200
    body: object = b""
    headers: dict = {}


def as_json(value, status=200, content_type="application/json", **headers):
    return Reply(status, json.dumps(value).encode(), {"Content-Type": content_type, **headers})


class LoopbackServer:
    """Answers on a free port of `address` by the method `answer`: a reply, or None to hang up.

    With a certificate it speaks TLS. It serves until `stop`; nothing that it does holds up the end.
    """

    def __init__(self, *, certificate=None, address="127.0.0.1"):
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate.certificate, certificate.key)
        #: Set when the server ends: whoever waits on purpose waits for this.
        self.ending = threading.Event()
        #: How many bytes of bodies went out.
        self.sent = 0
        self._listeners = []
        self._connections = set()
        self._lock = threading.Lock()
        listener = socket.create_server((address, 0), backlog=1024)
        self.port = listener.getsockname()[1]
        self.host = f"{address}:{self.port}"
        self.url = f"{'https' if certificate else 'http'}://{self.host}"
        self.listen(listener)

    def answer(self, request):
        raise NotImplementedError

    def date(self):
        """The `Date` of an answer, in seconds since 1970; None is the machine's."""
        return None

    def listen(self, listener):
        """Serves the connections of another listening socket, too."""
        self._listeners.append(listener)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def ask(self, request):
        """Sends a request as it is, without TLS: (status, body, headers)."""
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            connection.request(request.method, request.target, request.body, dict(request.headers))
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def stop(self):
        """Ends every connection; later ones are refused."""
        self.ending.set()
        with self._lock:
            for each in (*self._listeners, *self._connections):
                _shut(each)
        for listener in self._listeners:
            listener.close()

    def _accept(self, listener):
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, peer), daemon=True).start()

    def _serve(self, connection, peer):
        with self._lock:
            if self.ending.is_set():
                connection.close()
                return
            self._connections.add(connection)
        served = connection
        try:
            if self._tls:
                served = self._tls.wrap_socket(connection, server_side=True)
            _Handler(served, peer, self)
        except OSError:
            pass  # The client went away, or did not trust us.
        finally:
            with self._lock:
                self._connections.discard(connection)
            _shut(served)
            served.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Elsewhere(LoopbackServer):
    """A server that nothing should come to: it keeps what came, and says yes to all of it."""

    def __init__(self, **where):
        self.requests = []
        super().__init__(**where)

    def answer(self, request):
        self.requests.append(request)
        return as_json({})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _answer(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        reply = self.server.answer(Request(self.command, self.path, self.headers, body))
        if reply is None:
            self.close_connection = True
            return
        whole = isinstance(reply.body, bytes)
        headers = {"Date": self.date_time_string(self.server.date()), **reply.headers}
        if whole:
            headers.setdefault("Content-Length", len(reply.body))
        else:
            headers["Connection"] = "close"
        self.send_response_only(reply.status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            for piece in [reply.body] if whole else reply.body:
                self.wfile.write(piece)
                self.server.sent += len(piece)
        if int(headers.get("Content-Length", 0)) != (len(reply.body) if whole else 0):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer

    def log_message(self, *_):
        pass


def _single(encoded):
    return {name: values[-1] for name, values in parse_qs(encoded, True).items()}


def _shut(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
