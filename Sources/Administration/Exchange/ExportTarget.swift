import CredentialCore
import Glibc
import ProtectedFiles

/// Where an export goes: standard output, or a file that only its owner can read.
///
/// It may be in any folder, a USB stick's too, so the rules for folders of our own do not hold.
struct ExportTarget {
    /// O_TMPFILE, which Swift does not see: asm-generic/fcntl.h of Linux.
    private static let unnamed = 0o20000000 | O_DIRECTORY
    private let path: String?
    private let mayReplace: Bool

    /// - Parameter path: nil for standard output.
    /// - Throws: `conflict` when the file is there, `unsafeFile` when it is no file.
    init(_ path: String?, mayReplace: Bool) throws(CredentialError) {
        self.path = path
        self.mayReplace = mayReplace
        guard let path else { return }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard mayReplace else { throw Self.taken(path) }
        guard status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFLNK else {
            throw CredentialError(
                .unsafeFile, "\(path) is not a regular file", remedy: "name another")
        }
    }

    /// Whether somebody would see what is written.
    var isTerminal: Bool { path == nil && isatty(STDOUT_FILENO) == 1 }

    /// Says so where a shell made standard output a file that others can read.
    func tellWhoElseReads() {
        var status = stat()
        guard path == nil, fstat(STDOUT_FILENO, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o044 != 0
        else { return }
        Console.note(
            "others can read the file that this goes to: run `chmod 600` on it, or use "
                + "`--output FILE`")
    }

    static let notForTerminals = CredentialError(
        .badRequest, "a sealed export is nothing to be read on a terminal",
        remedy: "add `--output FILE`")

    func write(_ bytes: [UInt8]) throws(CredentialError) {
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in try write(buffer) }
        }
        try outcome.get()
    }

    /// Writes all of it. A file is there as a whole, or as it was: it has no name until then, so
    /// that an export that is killed leaves nothing.
    ///
    /// - Throws: `conflict` when the file came to be meanwhile, `system`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CredentialError) {
        guard let path else {
            return try WholeWrite.write(bytes, to: STDOUT_FILENO, named: "standard output")
        }
        let folder = FilePlace.split(path).folder
        // Naming takes /proc, and not every file system has files without a name. What else is
        // wrong shows in the other way, too.
        guard access("/proc/self/fd", X_OK) == 0,
            case let file = open(folder, Self.unnamed | O_WRONLY | O_CLOEXEC, 0o600), file >= 0
        else { return try writeNamed(bytes, path) }
        defer { close(file) }
        try Self.fill(file, bytes, named: path)
        try name(file, path)
    }

    /// Names a file in the way of open(2), "O_TMPFILE".
    private func name(_ file: Int32, _ path: String) throws(CredentialError) {
        let link = { (name: String) in
            linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0
        }
        if link(path) { return }
        guard errno == EEXIST else { throw SystemFailure.error("cannot write", path) }
        guard mayReplace else { throw Self.taken(path) }
        // A second name replaces nothing, a renaming does.
        let temporary = Self.temporary(path)
        guard link(temporary), rename(temporary, path) == 0 else {
            let failure = SystemFailure.error("cannot write", path)
            unlink(temporary)
            throw failure
        }
    }

    private func writeNamed(
        _ bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(CredentialError) {
        let temporary = Self.temporary(path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = open(temporary, flags, 0o600)
        guard file >= 0 else { throw SystemFailure.error("cannot write", path) }
        defer {
            close(file)
            unlink(temporary)
        }
        try Self.fill(file, bytes, named: path)
        try move(temporary, to: path)
    }

    /// A name beside it that nobody would think of.
    private static func temporary(_ path: String) -> String {
        "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 16)).new"
    }

    private static func fill(
        _ file: Int32, _ bytes: UnsafeRawBufferPointer, named name: String
    ) throws(CredentialError) {
        // umask may have taken rights away.
        fchmod(file, 0o600)
        try WholeWrite.write(bytes, to: file, named: name)
        guard fsync(file) == 0 else { throw SystemFailure.error("cannot flush", name) }
    }

    private func move(_ temporary: String, to path: String) throws(CredentialError) {
        if !mayReplace {
            // A second name is only given where there is none, which a renaming does not check.
            if link(temporary, path) == 0 { return }
            guard errno != EEXIST else { throw Self.taken(path) }
            // Some file systems know no second names.
            guard access(path, F_OK) != 0 else { throw Self.taken(path) }
        }
        guard rename(temporary, path) == 0 else { throw SystemFailure.error("cannot write", path) }
    }

    private static func taken(_ path: String) -> CredentialError {
        CredentialError(.conflict, "\(path) is there", remedy: "add `--force` to replace it")
    }
}
