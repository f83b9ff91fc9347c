import CredentialCore
import Glibc
import ProtectedFiles

/// A file of a client's: read, and replaced as a whole, whatever its rights and wherever links
/// lead. The rules for our own files are not the client's.
///
/// Clients keep logins in clear beside their settings, so the bytes are held in secret memory.
struct ClientFile {
    private static let limit = 16 << 20
    /// The path as the client knows it.
    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// The file's bytes; nil when there is none.
    ///
    /// - Throws: `unsafeFile` when it is not a regular file, `limit` when it is too long, `system`.
    func read() throws(CredentialError) -> Secret? {
        // A FIFO in its place must not make anybody wait.
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard opened >= 0 else {
            if errno == ENOENT { return nil }
            throw SystemFailure.error("cannot open", path)
        }
        defer { close(opened) }
        var status = stat()
        guard fstat(opened, &status) == 0 else { throw SystemFailure.error("cannot examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialError(
                .unsafeFile, "\(path) is not a regular file", remedy: "move it away and try again")
        }
        guard status.st_size <= Self.limit else { throw tooLong }
        // One byte more than there should be shows the end.
        let buffer = SecretBuffer(capacity: Int(status.st_size) + 1)
        while true {
            var got = 0
            buffer.appendInPlace(upTo: max(Int(status.st_size) - buffer.count, 0) + 1) { room in
                got = Glibc.read(opened, room.baseAddress, room.count)
                return got
            }
            if got == 0 { return Secret(buffer) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw SystemFailure.error("cannot read", path) }
            guard buffer.count <= Self.limit else { throw tooLong }
        }
    }

    /// The paths of what is in a folder; none when it cannot be read.
    static func files(in folder: String) -> [String] {
        guard let opened = opendir(folder) else { return [] }
        defer { closedir(opened) }
        var files: [String] = []
        while let entry = readdir(opened) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            files.append("\(folder)/\(name)")
        }
        return files
    }

    private var tooLong: CredentialError {
        CredentialError(.limit, "\(path) is longer than 16 MiB")
    }
}

extension Secret {
    /// What a file says that turned out to hold no secret.
    var plainText: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
