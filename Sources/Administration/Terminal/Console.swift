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
                let written = Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
