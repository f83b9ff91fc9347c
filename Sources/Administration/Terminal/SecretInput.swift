// The importer may count sigset_t as CLinux's, whose header includes spawn.h.
import CLinux
import CredentialCore
import Glibc

/// Where a command takes a secret from: a prompt, standard input or a descriptor, never an
/// argument.
enum SecretInput {
    private static let limit = 4 << 20
    /// What the kernel keeps of a line that is typed or pasted (termios(3), canonical mode).
    private static let lineLimit = 4095

    /// Whether there is a terminal to ask on.
    static var hasTerminal: Bool {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        if terminal >= 0 { close(terminal) }
        return terminal >= 0
    }

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
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw CredentialError(
                .badRequest, "there is no terminal to ask on", remedy: remedy)
        }
        defer { close(terminal) }
        var before = termios()
        tcgetattr(terminal, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        // Signals that end the program must not leave the terminal silent, so they wait.
        var blocked = sigset_t()
        var old = sigset_t()
        sigemptyset(&blocked)
        for signal in [SIGINT, SIGTERM, SIGTSTP, SIGQUIT, SIGHUP] { sigaddset(&blocked, signal) }
        silent.c_lflag &= ~tcflag_t(ISIG)
        // With signals off, Ctrl-C is a character like any other, and would wait for the line to
        // end: it is made to end it.
        let interrupt = withUnsafeMutableBytes(of: &silent.c_cc) { characters in
            characters[Int(VEOL)] = characters[Int(VINTR)]
            return characters[Int(VINTR)]
        }
        sigprocmask(SIG_BLOCK, &blocked, &old)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            sigprocmask(SIG_SETMASK, &old, nil)
        }
        write(terminal, Array(prompt.utf8))
        let answer = SecretBuffer(capacity: 256)
        var isOpen = true
        while isOpen {
            var byte: UInt8 = 0
            let got = Glibc.read(terminal, &byte, 1)
            if got < 0, errno == EINTR { continue }
            // It waits until the terminal is as it was, and then ends the program as everywhere.
            if got == 1, byte == interrupt { raise(SIGINT) }
            guard got == 1, byte != interrupt else {
                write(terminal, [UInt8(ascii: "\n")])
                throw CredentialError(.declined, "nothing was entered and nothing was changed")
            }
            isOpen = byte != UInt8(ascii: "\n")
            if isOpen { answer.append(byte) }
        }
        write(terminal, [UInt8(ascii: "\n")])
        guard answer.count < lineLimit else {
            throw CredentialError(
                .limit, "a terminal takes no more than \(lineLimit) bytes a line", remedy: remedy)
        }
        return Secret(answer)
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

    private static func write(_ descriptor: Int32, _ bytes: [UInt8]) {
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
