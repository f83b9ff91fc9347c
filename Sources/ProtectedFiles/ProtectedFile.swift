import CLinux
public import CredentialCore
import Glibc

/// A file that was opened safely, checked by its descriptor, and is read through it alone.
public struct ProtectedFile: ~Copyable, Sendable {
    private let descriptor: Int32
    /// The path, for messages.
    public let path: String
    /// The length in bytes when it was opened.
    public let length: Int

    /// Opens a file by its path; nil when there is none. A link is followed only where the rule
    /// says so, and a FIFO never blocks.
    ///
    /// - Throws: `unsafeFile` when the rule is broken, `system` when it cannot be opened.
    public init?(path: String, rule: FileRule) throws(CredentialError) {
        try self.init(folder: AT_FDCWD, name: path, path: path, rule: rule)
    }

    init?(
        folder: Int32, name: String, path: String, rule: FileRule
    ) throws(CredentialError) {
        let follow = rule.followsLinks ? 0 : O_NOFOLLOW
        let opened = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | follow)
        guard opened >= 0 else {
            if errno == ENOENT { return nil }
            throw rule.refusal(folder: folder, name: name, path: path)
        }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let failure = SystemFailure.error("cannot examine", path)
            close(opened)
            throw failure
        }
        do throws(CredentialError) {
            try rule.check(status, path: path)
        } catch {
            close(opened)
            throw error
        }
        descriptor = opened
        self.path = path
        length = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Makes it root's, for a group to read: the file that was checked, whatever has its name now.
    ///
    /// - Throws: `system`.
    func give(to group: UInt32) throws(CredentialError) {
        guard fchown(descriptor, 0, group) == 0, fchmod(descriptor, 0o640) == 0 else {
            throw SystemFailure.error("cannot change", path)
        }
    }

    /// Reads exactly `count` bytes at `offset`.
    ///
    /// - Throws: `damaged` when the file ends before, `system` when it cannot be read.
    public func read(_ count: Int, at offset: Int) throws(CredentialError) -> [UInt8] {
        guard count >= 0, offset >= 0, offset <= length, count <= length - offset else {
            throw CredentialError(.damaged, "\(path) ends too early")
        }
        var failure: CredentialError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if count >= Self.worthPopulating { linux_populate(buffer.baseAddress, count) }
            failure = fill(UnsafeMutableRawBufferPointer(buffer), from: offset)
            filled = failure == nil ? count : 0
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads the whole file.
    ///
    /// - Throws: `limit` when it is longer than `limit` bytes, `system` when it cannot be read.
    public func readAll(limit: Int) throws(CredentialError) -> [UInt8] {
        try check(limit: limit)
        return try read(length, at: 0)
    }

    /// Reads the whole file into secret memory.
    ///
    /// - Throws: `limit` when it is longer than `limit` bytes, `system` when it cannot be read.
    public func readSecret(limit: Int) throws(CredentialError) -> Secret {
        try check(limit: limit)
        let buffer = SecretBuffer(capacity: length)
        try buffer.appendInPlace(upTo: length) { (room) throws(CredentialError) in
            if let failure = fill(room, from: 0) { throw failure }
            return length
        }
        return Secret(buffer)
    }

    /// From this many bytes on, pages cost less together than one by one.
    private static let worthPopulating = 32 << 10

    private func check(limit: Int) throws(CredentialError) {
        guard length <= limit else {
            throw CredentialError(.limit, "\(path) is longer than \(limit) bytes")
        }
    }

    private func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from offset: Int
    ) -> CredentialError? {
        var done = 0
        while done < buffer.count {
            let start = buffer.baseAddress.map { $0 + done }
            let got = pread(descriptor, start, buffer.count - done, off_t(offset + done))
            if got > 0 {
                done += got
            } else if got == 0 {
                return CredentialError(.damaged, "\(path) ends too early")
            } else if errno != EINTR {
                return SystemFailure.error("cannot read", path)
            }
        }
        return nil
    }
}
