import Foundation

/// A server on 127.0.0.1 that reports what it is sent and answers every request alike.
final class Server {
    /// How it answers.
    struct Behaviour: Encodable {
        /// The answer, byte for byte; nil for none ever.
        var answer: String?
        /// A body of so many bytes is put behind the answer, compressed.
        var gzip: Int?
        /// Whether it closes the connection after an answer.
        var closes = false
        /// A file of a certificate and its key, for TLS.
        var certificate: String?
        /// As a proxy, it connects to this port whatever it is told.
        var tunnel: Int?
        /// Whether it is asked for that in SOCKS (RFC 1928).
        var socks = false
    }

    private let child: Child
    /// Where it listens.
    let port: Int

    init(_ behaviour: Behaviour) throws {
        child = try Child("/usr/bin/python3", ["-c", Self.program])
        try child.write(JSONEncoder().encode(behaviour))
        port = try JSONDecoder().decode(Int.self, from: try child.read() ?? Data())
    }

    /// A server that answers with an `answer`, byte for byte.
    convenience init(_ answer: String?, closes: Bool = false) throws {
        try self.init(Behaviour(answer: answer, closes: closes))
    }

    /// A URL of it.
    func url(_ scheme: String = "http", _ host: String = "127.0.0.1") -> String {
        "\(scheme)://\(host):\(port)/"
    }

    /// What it saw so far: `connection` for each connection, and each request byte for byte.
    func events() throws -> [String] {
        try child.write(Data())
        return try JSONDecoder().decode([String].self, from: try child.read() ?? Data())
    }

    private static let program = """
        import gzip, json, socket, ssl, sys, threading

        behaviour = json.loads(sys.stdin.readline())
        answer = behaviour.get("answer")
        if answer is not None:
            answer = answer.encode("latin-1")
        if "gzip" in behaviour:
            answer += gzip.compress(b"a" * behaviour["gzip"])
        context = None
        if "certificate" in behaviour:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(behaviour["certificate"])
        events = []

        def request(stream):
            head, length = b"", 0
            while (line := stream.readline()) not in (b"\\r\\n", b""):
                head += line
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            return head and head + b"\\r\\n" + stream.read(length)

        def pass_on(source, sink):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

        def tunnel(connection):
            other = socket.create_connection(("127.0.0.1", behaviour["tunnel"]))
            threading.Thread(target=pass_on, args=(other, connection), daemon=True).start()
            pass_on(connection, other)

        def serve(connection):
            events.append("connection")
            if behaviour["socks"]:
                connection.recv(257)
                connection.sendall(bytes([5, 0]))
                connection.recv(262)
                connection.sendall(bytes([5, 0, 0, 1]) + bytes(6))
                return tunnel(connection)
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            elif connection.recv(1, socket.MSG_PEEK) == b"\\x16":
                # A client's greeting in TLS (RFC 8446, 5.1).
                return connection.sendall(b"HTTP/1.1 400 Bad Request\\r\\n\\r\\n")
            stream = connection.makefile("rb", buffering=0 if "tunnel" in behaviour else -1)
            while asked := request(stream):
                events.append(asked.decode("latin-1"))
                if answer is None:
                    continue
                connection.sendall(answer)
                if "tunnel" in behaviour:
                    return tunnel(connection)
                if behaviour["closes"]:
                    break
            connection.shutdown(socket.SHUT_RDWR)

        def serve_quietly(connection):
            try:
                serve(connection)
            except OSError:
                connection.close()

        def accept(listener):
            while True:
                connection, _ = listener.accept()
                threading.Thread(
                    target=serve_quietly, args=(connection,), daemon=True).start()

        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        print(listener.getsockname()[1], flush=True)
        for _ in sys.stdin:
            print(json.dumps(events), flush=True)
        """
}
