"""A proxy as companies have one: it passes on what is inside, and keeps what it could see of it."""

import socket
import threading


class Tunnel:
    """Answers CONNECT requests on loopback, and connects all of them to one port there."""

    def __init__(self, port):
        self._port = port
        #: How many connections came, whatever was asked over them.
        self.connections = 0
        #: What was asked for: the heads of requests.
        self.heads = []
        #: What came after them.
        self.inside = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                # To the byte, since what comes next is for the other side.
                byte = client.recv(1)
                if not byte:
                    return
                head += byte
            self.heads.append(head)
            if not head.startswith(b"CONNECT "):
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", self._port)) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
                back.start()
                self._pass_on(client, server, self._keep)
                back.join()

    def _keep(self, data):
        self.inside += data

    @staticmethod
    def _pass_on(source, target, note=lambda data: None):
        try:
            while data := source.recv(1 << 16):
                note(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # One side went away.

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
