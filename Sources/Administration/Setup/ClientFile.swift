import CredentialCore
import Glibc
import ProtectedFiles

/// A file of a client's: read, and replaced as a whole, whatever its rights and wherever links lead.
/// The rules for our own files are not the client's.
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
    func read() throws(CredentialError) -> [UInt8]? {
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
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = Glibc.read(opened, &part, part.count)
            if got == 0 { return bytes }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw SystemFailure.error("cannot read", path) }
            bytes += part[..<got]
            guard bytes.count <= Self.limit else {
                throw CredentialError(.limit, "\(path) is longer than 16 MiB")
            }
        }
    }

    /// Replaces the bytes by what `edit` makes of them, at once; nil takes the file away.
    ///
    /// The file keeps its owner and mode, and a link to it stays one. Folders are made as needed.
    func change(
        _ edit: ([UInt8]?) throws(CredentialError) -> [UInt8]?
    ) throws(CredentialError) {
        let target = ClientFile(try destination())
        let old = try target.read()
        let new = try edit(old)
        guard let new else {
            guard unlink(target.path) == 0 || errno == ENOENT else {
                throw SystemFailure.error("cannot remove", target.path)
            }
            return
        }
        guard new != old else { return }
        let folder = Self.folder(of: target.path)
        try Self.make(folder)
        let tag = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let temporary = "\(target.path).keyfob-\(tag)"
        do throws(CredentialError) {
            try target.write(new, to: temporary)
            // The client itself may have written meanwhile.
            guard try target.read() == old else {
                throw CredentialError(
                    .conflict, "\(target.path) was changed by somebody else at the same moment",
                    remedy: "try again")
            }
            guard rename(temporary, target.path) == 0 else {
                throw SystemFailure.error("cannot replace", target.path)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        Self.flush(folder)
    }

    private func write(_ bytes: [UInt8], to temporary: String) throws(CredentialError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let opened = open(temporary, flags, 0o600)
        guard opened >= 0 else { throw SystemFailure.error("cannot write", temporary) }
        defer { close(opened) }
        var status = stat()
        if stat(path, &status) == 0 {
            // Only root can give a file away; anybody else is its owner already.
            _ = fchown(opened, status.st_uid, status.st_gid)
            guard fchmod(opened, status.st_mode & 0o7777) == 0 else {
                throw SystemFailure.error("cannot write", temporary)
            }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(opened, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemFailure.error("cannot write", temporary) }
            rest = rest.dropFirst(written)
        }
        guard fsync(opened) == 0 else { throw SystemFailure.error("cannot flush", temporary) }
    }

    /// Where links lead, also those to a file that is not there yet.
    private func destination() throws(CredentialError) -> String {
        var place = path
        for _ in 0..<40 {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(place, &buffer, buffer.count)
            guard length > 0 else { return place }
            let bytes = buffer[..<length].map(UInt8.init(bitPattern:))
            let target = String(decoding: bytes, as: UTF8.self)
            place = target.hasPrefix("/") ? target : "\(Self.folder(of: place))/\(target)"
        }
        throw SystemFailure.error("cannot open", path, number: ELOOP)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func make(_ folder: String) throws(CredentialError) {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        if errno == ENOENT, folder != Self.folder(of: folder) {
            try make(Self.folder(of: folder))
            if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        }
        throw SystemFailure.error("cannot make", folder)
    }

    private static func flush(_ folder: String) {
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return }
        fsync(opened)
        close(opened)
    }
}
