import CredentialCore
import Glibc

/// Where a secret is taken from: never from an argument itself, which every user of the machine can
/// read while the program runs.
enum FieldSource {
    case file(String)
    case descriptor(Int32)
    case prompt

    private static let limit = 4 << 20

    /// Reads `@PATH`, `@-`, `fd:N` or `prompt`; nil when it is none of them.
    init?(_ text: String) {
        if text == "prompt" {
            self = .prompt
        } else if text == "@-" {
            self = .descriptor(STDIN_FILENO)
        } else if text.hasPrefix("@"), text != "@" {
            self = .file(String(text.dropFirst()))
        } else if text.hasPrefix("fd:"), let number = Int32(text.dropFirst(3)), number >= 0 {
            self = .descriptor(number)
        } else {
            return nil
        }
    }

    /// What can be read only once.
    var stream: Int32? {
        if case .descriptor(let number) = self { number } else { nil }
    }

    /// Checks that nothing is to be read twice from where it can be read once.
    ///
    /// - Throws: `badRequest`.
    static func checkStreams(_ streams: [Int32]) throws(CredentialError) {
        for (index, stream) in streams.enumerated() where streams[..<index].contains(stream) {
            let place = stream == STDIN_FILENO ? "standard input" : "descriptor \(stream)"
            throw CredentialError(
                .badRequest, "two values cannot both be read from \(place)",
                remedy: "give one of them from a file or another descriptor")
        }
    }

    /// Reads a secret file with the care that files of other programs are read with.
    ///
    /// - Parameter home: what `~` stands for.
    /// - Throws: `notFound`, `unsafeFile`, `limit`, `badRequest` when it or its path is empty,
    ///   `system`.
    static func read(
        file path: String, home: String
    ) throws(CredentialError) -> Secret {
        guard !path.isEmpty else {
            throw CredentialError(
                .badRequest, "the path is empty", remedy: "name the file that holds the secret")
        }
        let path = path.hasPrefix("~/") ? home + path.dropFirst() : path
        guard let file = try regularFile(path) else {
            throw CredentialError(
                .notFound, "there is no file \(path)", remedy: "name the one that holds the secret")
        }
        guard file.bytes.count <= limit else {
            throw CredentialError(.limit, "\(path) is longer than 4 MiB")
        }
        guard !file.bytes.isEmpty else {
            throw CredentialError(.badRequest, "\(path) is empty", remedy: "name another file")
        }
        if let warning = file.warning { Console.note(warning) }
        return file.bytes
    }

    private static func regularFile(_ path: String) throws(CredentialError) -> SourceFile? {
        do throws(CredentialError) {
            return try SourceFile(path)
        } catch  where error.code == .unsafeFile {
            throw CredentialError(
                error.code, error.problem, remedy: "give what a pipe holds with `--fd` or `fd:N`")
        }
    }
}

extension Secret {
    /// The secret without the line end that `echo` and editors add. A text of several lines, such
    /// as a key file, is kept as it is.
    func withoutAddedLineEnd(isLong: Bool) -> Secret {
        withBytes { bytes in
            var end = bytes.count
            if end > 0, bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
            if end > 0, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            let line = UnsafeRawBufferPointer(rebasing: bytes[..<end])
            let isWhole = isLong && line.contains { [0, 10, 13].contains($0) }
            return isWhole ? self : Secret(copying: line)
        }
    }
}
