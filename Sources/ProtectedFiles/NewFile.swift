import CLinux
public import CredentialCore
import Glibc

extension Folder {
    /// Whether a write must last through a power failure before it counts.
    public enum Durability: Sendable {
        /// Flushed to the disk before the call returns.
        case flushed
        /// Left to the system: the file may be lost with the power, never torn by a rename.
        case unflushed
    }

    /// Writes a new file, replacing one of that name that a killed process may have left, and reads
    /// it back. Nothing else of the folder is touched; on failure the new file is removed.
    ///
    /// - Throws: `system` with the errno, when a byte of it could not be written.
    public func write(
        _ name: String, _ bytes: [UInt8], durability: Durability = .flushed
    ) throws(CredentialError) {
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in
                try write(name, buffer, durability: durability)
            }
        }
        try outcome.get()
    }

    /// Like ``write(_:_:durability:)``, for bytes in secret memory.
    ///
    /// - Throws: `system` with the errno, when a byte of it could not be written.
    public func write(
        _ name: String, _ bytes: UnsafeRawBufferPointer, durability: Durability = .flushed
    ) throws(CredentialError) {
        Self.outliveFileSizeLimit()
        try remove(name)
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let opened = openat(descriptor, name, flags, 0o600)
        guard opened >= 0 else { throw SystemFailure.error("cannot write", path(of: name)) }
        defer { close(opened) }
        do throws(CredentialError) {
            try fill(opened, with: bytes, path: path(of: name))
            if durability == .flushed {
                guard fsync(opened) == 0 else {
                    // Final: the kernel may have dropped the pages, a second fsync proves nothing.
                    throw SystemFailure.error("cannot flush", path(of: name))
                }
                if let failure = difference(opened, bytes, path: path(of: name)) { throw failure }
            }
        } catch {
            unlinkat(descriptor, name, 0)
            throw error
        }
    }

    /// Replaces a file as a whole: a reader sees the old bytes or the new ones.
    ///
    /// - Throws: `system` with the errno; the old file is untouched then.
    public func replace(
        _ name: String, with bytes: UnsafeRawBufferPointer, durability: Durability = .flushed
    ) throws(CredentialError) {
        let temporary = name + ".new"
        try write(temporary, bytes, durability: durability)
        do throws(CredentialError) {
            try rename(temporary, to: name)
        } catch {
            unlinkat(descriptor, temporary, 0)
            throw error
        }
        if durability == .flushed { try synchronize() }
    }

    private func fill(
        _ file: Int32, with bytes: UnsafeRawBufferPointer, path: String
    ) throws(CredentialError) {
        // umask may have taken rights away, never given any; this makes them exact.
        let isGiven = group.map { fchown(file, uid_t.max, $0) == 0 && fchmod(file, 0o640) == 0 }
        guard isGiven ?? (fchmod(file, 0o600) == 0) else {
            throw SystemFailure.error("cannot write", path)
        }
        let reserved = linux_reserve(file, Int64(bytes.count))
        guard reserved == 0 || reserved == EOPNOTSUPP || reserved == EINVAL else {
            throw SystemFailure.error("cannot write", path, number: reserved)
        }
        try WholeWrite.write(bytes, to: file, named: path)
    }

    /// Reads the new file back: a disk or a file system that returns other bytes is found out while
    /// the old file is still in its place.
    private func difference(
        _ file: Int32, _ bytes: UnsafeRawBufferPointer, path: String
    ) -> CredentialError? {
        withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 16) { room in
            guard let start = room.baseAddress else { return nil }
            defer { explicit_bzero(start, room.count) }
            var rest = bytes
            while !rest.isEmpty {
                let offset = off_t(bytes.count - rest.count)
                let got = pread(file, start, min(room.count, rest.count), offset)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { return SystemFailure.error("cannot read back", path) }
                guard got > 0, let expected = rest.baseAddress, memcmp(expected, start, got) == 0
                else {
                    return CredentialError(
                        .system, "\(path) reads back differently than it was written",
                        remedy: "nothing was changed; check the disk")
                }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(got))
            }
            return nil
        }
    }

    /// A limit on the size of files is to be an error like a full disk, EFBIG, not the signal that
    /// ends the process.
    private static func outliveFileSizeLimit() {
        signal(SIGXFSZ, SIG_IGN)
    }
}

extension Folder {
    /// Adds bytes to the end of a file with one system call, so that two writers' lines do not mix.
    /// Best effort: what cannot be written is left out.
    public func append(to name: String, _ bytes: [UInt8]) {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        Self.outliveFileSizeLimit()
        let opened = openat(descriptor, name, flags, 0o600)
        guard opened >= 0 else { return }
        _ = Glibc.write(opened, bytes, bytes.count)
        close(opened)
    }
}
