import CredentialCore
import Glibc
import Prompting

/// Where a command takes a secret from: a prompt, standard input or a descriptor, never an
/// argument.
enum SecretInput {
    private static let limit = 4 << 20

    /// Whether there is a terminal to ask on.
    static var hasTerminal: Bool { Terminal.isThere }

    /// Asks twice on the terminal, without echo.
    ///
    /// - Throws: `badRequest` when the answers differ or are empty.
    static func promptTwice(
        _ what: String, otherwise remedy: String
    ) throws(CredentialError) -> Secret {
        let first = try prompt("\(what): ", otherwise: remedy)
        let second = try prompt("\(what) again: ", otherwise: remedy)
        guard first.matches(second), !first.isEmpty else {
            throw CredentialError(
                .badRequest, first.isEmpty ? "the \(what) is empty" : "the two answers differ",
                remedy: "try again")
        }
        return first
    }

    /// Asks on the terminal, without echo.
    ///
    /// - Parameter remedy: what to do where there is no terminal.
    /// - Throws: `badRequest` when there is none, `declined` when nothing is entered, `limit` when
    ///   the terminal may have cut the answer.
    static func prompt(
        _ prompt: String, otherwise remedy: String
    ) throws(CredentialError) -> Secret {
        try Terminal(otherwise: remedy).askSecret(prompt)
    }

    /// Reads a secret to the end of a descriptor. One line end after it is dropped: `echo` and
    /// editors add it.
    ///
    /// - Parameter isLong: whether it may have several lines, and then keeps its last line's end.
    /// - Throws: `limit` when it is longer than 4 MiB, `badRequest` when it is empty, `system`.
    static func read(
        descriptor: Int32, isLong: Bool = false
    ) throws(CredentialError) -> Secret {
        let input = SecretBuffer(capacity: 4096)
        var isOpen = true
        while isOpen {
            guard input.count <= limit else {
                throw CredentialError(.limit, "the secret is longer than 4 MiB")
            }
            try input.appendInPlace(upTo: max(2048, input.count)) {
                (room) throws(CredentialError) in
                let got = Glibc.read(descriptor, room.baseAddress, room.count)
                if got < 0, errno != EINTR {
                    throw CredentialError(
                        .system,
                        "cannot read descriptor \(descriptor): \(String(cString: strerror(errno)))")
                }
                isOpen = got != 0
                return max(got, 0)
            }
        }
        let secret = Secret(input).withoutAddedLineEnd(isLong: isLong)
        guard !secret.isEmpty else {
            throw CredentialError(.badRequest, "the secret is empty", remedy: "give one")
        }
        return secret
    }
}
