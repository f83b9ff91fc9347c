public import CredentialCore
import Glibc

/// What was in a file of another program's, as a digest.
public struct FileWitness: Hashable, Sendable {
    /// The file's path.
    public let path: String
    /// BLAKE2b of its bytes; empty when there was no file.
    let digest: [UInt8]

    /// The witness of what was read; nil stands for no file.
    public init(path: String, content: Secret?) {
        self.path = path
        digest = content.map { $0.withBytes(Sodium.hash) } ?? []
    }

    init(path: String, digest: [UInt8]) {
        self.path = path
        self.digest = digest
    }

    /// Whether the file holds now what it held then.
    public func stillHolds(limit: Int) -> Bool {
        do throws(CredentialError) {
            return FileWitness(path: path, content: try Self.content(of: path, limit: limit))
                == self
        } catch {
            return false
        }
    }

    /// A file's bytes; nil inside when there is none. Links are followed, as the file's own
    /// programs do, and a FIFO never blocks.
    ///
    /// - Throws: `unsafeFile` when it is not a regular file, `limit`, `system`.
    public static func content(of path: String, limit: Int) throws(CredentialError) -> Secret? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("cannot open", path)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("cannot examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialError(.unsafeFile, "\(path) is not a regular file")
        }
        let buffer = SecretBuffer(capacity: max(Int(status.st_size), 1))
        var isOpen = true
        while isOpen {
            guard buffer.count <= limit else {
                throw CredentialError(.limit, "\(path) is longer than \(limit) bytes")
            }
            try buffer.appendInPlace(upTo: 4096) { (room) throws(CredentialError) in
                let got = Glibc.read(file, room.baseAddress, room.count)
                guard got >= 0 || errno == EINTR else { throw failure("cannot read", path) }
                isOpen = got != 0
                return max(got, 0)
            }
        }
        return Secret(buffer)
    }

    private static func failure(_ action: String, _ path: String) -> CredentialError {
        CredentialError(.system, "\(action) \(path): \(String(cString: strerror(errno)))")
    }
}
