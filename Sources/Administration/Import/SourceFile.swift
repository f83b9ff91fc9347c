import CredentialCore
import Glibc

/// A file as it was when it was read. Logins stand in it, so its bytes are in secret memory.
struct SourceFile {
    let path: String
    let bytes: Secret

    /// Reads a file; nil when there is none.
    ///
    /// - Throws: `unsafeFile` when it is not a regular file, `limit`, `system`.
    init?(_ path: String) throws(CredentialError) {
        let bytes: Secret?
        do throws(CredentialError) {
            bytes = try ClientFile(path).read()
        } catch  where error.code == .unsafeFile {
            // It may be where the user pointed, so nothing is in the way.
            throw CredentialError(
                error.code, error.problem,
                remedy: "name a file that holds the logins, not a folder, a pipe or a device")
        }
        guard let bytes else { return nil }
        self.path = path
        self.bytes = bytes
    }

    /// What to say when others can read the file, or write it.
    var warning: String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
        return Printable.text(
            "others can use \(path): run `chmod 600` on it, and think of the secrets in it as known"
        )
    }

    /// The files of a list that are there.
    ///
    /// - Throws: `notFound` when none is, and what ``init(_:)`` throws.
    static func all(_ paths: [String]) throws(CredentialError) -> [SourceFile] {
        var files: [SourceFile] = []
        for path in paths {
            if let file = try SourceFile(path) { files.append(file) }
        }
        guard !files.isEmpty else {
            throw CredentialError(
                .notFound, "there is no \(paths.joined(separator: " and no "))",
                remedy: "name the file after the source, if it is elsewhere")
        }
        return files
    }

    /// The ranges of the lines, without their line feeds.
    var lines: [Range<Int>] {
        bytes.withBytes { bytes in
            var lines: [Range<Int>] = []
            var start = 0
            for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
                lines.append(start..<index)
                start = index + 1
            }
            if start < bytes.count { lines.append(start..<bytes.count) }
            return lines
        }
    }

    /// A line's range with its line feed.
    func withLineEnd(_ line: Range<Int>) -> Range<Int> {
        line.lowerBound..<min(line.upperBound + 1, bytes.count)
    }
}

extension Secret {
    /// A part of the secret, as a secret.
    func slice(_ range: Range<Int>) -> Secret {
        withBytes { Secret(copying: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// A part that is not secret.
    func plainBytes(_ range: Range<Int>) -> [UInt8] {
        withBytes { Array($0[range]) }
    }

    /// Where a byte stands first.
    func firstIndex(of byte: UInt8) -> Int? {
        withBytes { $0.firstIndex(of: byte) }
    }

    /// Without line feeds and carriage returns at the end.
    var withoutLineEnds: Secret {
        let count = withBytes { bytes in
            (bytes.lastIndex { $0 != 10 && $0 != 13 } ?? -1) + 1
        }
        return slice(0..<count)
    }
}
