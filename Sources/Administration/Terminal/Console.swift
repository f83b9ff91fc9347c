import CredentialCore
import FoundationEssentials
import Glibc

/// The person or script that runs `keyfob`: lines to them, questions, secrets from them.
///
/// Results go to standard output; everything said by the way goes to standard error.
enum Console {
    /// Whether somebody can be asked.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Writes a line of the result.
    static func print(_ line: String = "") {
        write(line + "\n", to: STDOUT_FILENO)
    }

    /// Writes a long result at once.
    static func print(_ table: Table, isColored: Bool = false) {
        write(table.text(isColored: isColored)[...], to: STDOUT_FILENO)
    }

    /// Writes the lines of a result at once.
    static func print(lines: [String]) {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        write(bytes[...], to: STDOUT_FILENO)
    }

    /// Writes a value as JSON.
    static func print(_ output: JSONOutput) {
        write(output.bytes[...], to: STDOUT_FILENO)
        print()
    }

    /// Writes a value as JSON, keys sorted.
    static func print(json value: some Encodable) throws(CredentialError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            throw CredentialError(.system, "the result cannot be written as JSON")
        }
        print(String(decoding: data, as: UTF8.self))
    }

    /// Says something by the way.
    static func note(_ line: String) {
        write("keyfob: \(line)\n", to: STDERR_FILENO)
    }

    /// Asks before something that cannot be taken back.
    ///
    /// - Parameter isAgreed: whether `--yes` was given.
    /// - Throws: `badRequest` when the answer is no, or when nobody can be asked.
    static func confirm(_ question: String, isAgreed: Bool) throws(CredentialError) {
        if isAgreed { return }
        guard isInteractive else {
            throw CredentialError(
                .badRequest, "\(question) Nobody is there to answer", remedy: "add `--yes`")
        }
        guard ask("\(question) [y/N] ").lowercased().hasPrefix("y") else {
            throw CredentialError(.declined, "nothing was done")
        }
    }

    /// Asks a question on the terminal and returns the answer's line.
    static func ask(_ prompt: String) -> String {
        write(prompt, to: STDERR_FILENO)
        return readLine(strippingNewline: true) ?? ""
    }

    /// Writes bytes of a secret, for `--reveal`.
    static func reveal(_ secret: Secret) {
        secret.withBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                guard let written = write(rest, to: STDOUT_FILENO) else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8)[...], to: descriptor)
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            guard let written = rest.withUnsafeBytes({ write($0, to: descriptor) }) else { return }
            rest = rest.dropFirst(written)
        }
    }

    /// Writes some of the bytes. A result that cannot be written ends the process, as a reader that
    /// went away does; what is said by the way may be lost.
    ///
    /// - Returns: how many were written; nil when none can be.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int? {
        while true {
            let written = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            if written > 0 { return written }
            let reason = errno
            if written < 0, reason == EINTR { continue }
            if written < 0, reason == EAGAIN {
                // Somebody made a pipe or a terminal non-blocking for all who share it.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)
                continue
            }
            guard descriptor == STDOUT_FILENO else { return nil }
            // Where SIGPIPE is ignored, nobody is there to be told either.
            if reason != EPIPE {
                note("the result cannot be written: \(String(cString: strerror(reason)))")
            }
            exit(1)
        }
    }
}
