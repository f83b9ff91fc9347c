import CredentialCore
import Glibc
import ProtectedFiles

/// A file that an export wrote, or standard input: read whole, into secret memory.
struct ImportInput {
    private static let limit = 256 << 20
    /// What it is, for messages and in the table.
    let name: String
    let bytes: Secret

    /// Reads a file, or standard input where the path is `-`.
    ///
    /// - Throws: `badRequest` without a path, `notFound`, `limit`, `system`.
    init(_ path: String?, for source: String) throws(CredentialError) {
        guard let path else {
            throw CredentialError(
                .badRequest, "\(source) has no usual place",
                remedy: "name the file, or `-` for standard input")
        }
        name = path == "-" ? "standard input" : path
        bytes = try Self.read(path, limit: Self.limit, remedy: "import it in parts") { status in
            guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 else { return }
            Console.note(
                Printable.text(
                    "others can use \(path): run `chmod 600` on it, and think of the secrets in it "
                        + "as known"))
        }
    }

    /// Reads a file to its end, or standard input where the path is `-`. It may be a pipe that a
    /// shell made, so it is waited for.
    ///
    /// - Parameters:
    ///   - remedy: what to do when it is longer than the limit.
    ///   - look: is shown what the path names.
    /// - Throws: `notFound`, `limit`, `system`.
    static func read(
        _ path: String, limit: Int, remedy: String? = nil, look: (stat) -> Void = { _ in }
    ) throws(CredentialError) -> Secret {
        guard path != "-" else {
            return try read(STDIN_FILENO, "standard input", limit: limit, remedy: remedy)
        }
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard opened >= 0 else {
            guard errno != ENOENT else {
                throw CredentialError(.notFound, "there is no \(Printable.text(path))")
            }
            throw SystemFailure.error("cannot open", path)
        }
        defer { close(opened) }
        var status = stat()
        if fstat(opened, &status) == 0 { look(status) }
        return try read(opened, path, limit: limit, remedy: remedy)
    }

    private static func read(
        _ descriptor: Int32, _ name: String, limit: Int, remedy: String?
    ) throws(CredentialError) -> Secret {
        var status = stat()
        let size = fstat(descriptor, &status) == 0 ? max(Int(status.st_size), 0) : 0
        let buffer = SecretBuffer(capacity: min(size, limit) + 1)
        while true {
            var got = 0
            buffer.appendInPlace(upTo: max(min(size, limit) - buffer.count, 64 << 10) + 1) { room in
                got = Glibc.read(descriptor, room.baseAddress, room.count)
                return got
            }
            if got == 0 { return Secret(buffer) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw SystemFailure.error("cannot read", name) }
            guard buffer.count <= limit else {
                throw CredentialError(
                    .limit, "\(name) is longer than \(limit >> 20) MiB", remedy: remedy)
            }
        }
    }
}

extension SourceFile {
    /// What came another way than from a file of a client's.
    init(named name: String, _ bytes: Secret) {
        path = name
        self.bytes = bytes
    }
}
