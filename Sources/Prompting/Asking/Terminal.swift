// The importer may count sigset_t as CLinux's, whose header includes spawn.h.
import CLinux
public import CredentialCore
import Glibc
import Launch

/// The person's terminal, wherever standard input and output go.
public final class Terminal: Conversation {
    /// What the kernel keeps of a line that is typed or pasted (termios(3), canonical mode).
    private static let lineLimit = 4095
    private static let nothing = CredentialError(
        .declined, "nothing was entered and nothing was changed")

    private let descriptor: Int32
    private let remedy: String
    private let deadline: PersonsDeadline?
    private let endsGroup: Bool

    /// Whether there is a terminal to ask on.
    public static var isThere: Bool {
        let terminal = open()
        if terminal >= 0 { close(terminal) }
        return terminal >= 0
    }

    /// Whether there is one, and this program runs in its foreground.
    static var isInForeground: Bool {
        (try? Terminal(otherwise: "", until: nil, endsGroup: false))?.isOurs ?? false
    }

    /// Opens the terminal.
    ///
    /// - Parameter remedy: what to do where there is none.
    /// - Throws: `badRequest` when there is none.
    public convenience init(otherwise remedy: String) throws(CredentialError) {
        try self.init(otherwise: remedy, until: nil, endsGroup: false)
    }

    /// - Parameters:
    ///   - deadline: how long the person has; nil for as long as they want.
    ///   - endsGroup: whether Ctrl-C ends all that runs in the foreground, as it does when the
    ///     terminal sees to it, and not this program alone.
    init(
        otherwise remedy: String, until deadline: PersonsDeadline?, endsGroup: Bool
    ) throws(CredentialError) {
        descriptor = Self.open()
        self.remedy = remedy
        self.deadline = deadline
        self.endsGroup = endsGroup
        guard descriptor >= 0 else {
            throw CredentialError(.badRequest, "there is no terminal to ask on", remedy: remedy)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private static func open() -> Int32 {
        Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    }

    /// Whether this program runs in the terminal's foreground: one of the background that reads is
    /// stopped, or gets an error, and nobody answers.
    var isOurs: Bool {
        let group = tcgetpgrp(descriptor)
        // A terminal that is gone says so when it is read.
        return group < 0 || group == getpgrp()
    }

    /// Shows a line.
    public func tell(_ line: String) { write(line + "\n") }

    func announce(_ lines: [String]) { for line in lines { tell(line) } }

    /// Asks for a line that is shown as it is typed. Signals end the program as everywhere: the
    /// terminal is as it was.
    ///
    /// - Throws: `declined` when nothing is entered, `limit` when the terminal may have cut the
    ///   answer.
    public func ask(_ prompt: String) throws(CredentialError) -> [UInt8] {
        write(prompt)
        return try line().withBytes { Array($0) }
    }

    /// Asks as ``ask(_:)`` does, unless another descriptor is readable before a line is whole,
    /// which is when a terminal has something to read (termios(3), canonical mode).
    func ask(_ prompt: String, until other: Int32) throws(CredentialError) -> Secret? {
        write(prompt)
        while try !isReadable(within: 1000, or: other) {}
        var waiting = pollfd(fd: other, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 0) == 0 else {
            write("\n")
            return nil
        }
        return try line()
    }

    private func line() throws(CredentialError) -> Secret {
        let answer = SecretBuffer(capacity: 256)
        while try readByte(into: answer) != UInt8(ascii: "\n") {}
        return try whole(answer)
    }

    /// Asks for a line without echo.
    ///
    /// - Throws: as ``ask(_:)``.
    public func askSecret(_ prompt: String) throws(CredentialError) -> Secret {
        while true {
            var held = HeldTerminal(descriptor)
            let interrupt = held.silence()
            write(prompt)
            let answer = SecretBuffer(capacity: 256)
            let end: AnswerEnd
            do throws(CredentialError) {
                end = try readSilently(into: answer, held, interrupt)
            } catch {
                write("\n")
                held.release()
                throw error
            }
            write("\n")
            // Once the terminal is as it was, this ends the program as everywhere.
            held.release {
                if end == .interrupt { _ = endsGroup ? kill(0, SIGINT) : raise(SIGINT) }
            }
            switch end {
            case .line: return try whole(answer)
            case .interrupt: throw Self.nothing
            // It has stopped the program, which goes on now, or had no effect at all.
            case .signal: continue
            }
        }
    }

    private enum AnswerEnd { case line, interrupt, signal }

    private func readSilently(
        into answer: SecretBuffer, _ held: borrowing HeldTerminal, _ interrupt: UInt8
    ) throws(CredentialError) -> AnswerEnd {
        while true {
            guard try isReadable(within: 100) else {
                if held.hasSignal { return .signal }
                continue
            }
            let byte = try readByte(into: answer)
            if byte == interrupt { return .interrupt }
            if byte == UInt8(ascii: "\n") { return .line }
        }
    }

    /// The next byte of what is typed, which is kept unless it ends the line.
    private func readByte(into answer: SecretBuffer) throws(CredentialError) -> UInt8 {
        var byte: UInt8 = 0
        var got = 0
        repeat {
            while try !isReadable(within: 1000) {}
            got = read(descriptor, &byte, 1)
        } while got < 0 && (errno == EINTR || (errno == EIO && !isOurs))
        guard got == 1 else {
            throw got == 0 ? Self.nothing : Self.unreadable(errno)
        }
        if byte != UInt8(ascii: "\n") { answer.append(byte) }
        return byte
    }

    /// A program in the background gets EIO (tty_ioctl(4)), and so does one whose terminal is gone.
    private static func unreadable(_ number: Int32) -> CredentialError {
        CredentialError(
            .unreachable, "cannot read the terminal: \(String(cString: strerror(number)))",
            remedy: "run it in the foreground of a terminal")
    }

    private func isReadable(
        within milliseconds: Int, or other: Int32 = -1
    ) throws(CredentialError) -> Bool {
        let rest = deadline?.remaining ?? milliseconds
        guard rest > 0 else { throw deadline?.error ?? Self.nothing }
        // What is typed while others are in the foreground is theirs; poll(2) leaves out what is
        // below zero.
        let isOurs = self.isOurs
        var waiting = [isOurs ? descriptor : -1, other].map { each in
            pollfd(fd: each, events: Int16(POLLIN), revents: 0)
        }
        let limit = min(rest, isOurs ? milliseconds : 100)
        return poll(&waiting, 2, Int32(limit)) > 0 && (waiting[1].revents != 0 || self.isOurs)
    }

    private func whole(_ answer: SecretBuffer) throws(CredentialError) -> Secret {
        guard answer.count < Self.lineLimit else {
            throw CredentialError(
                .limit, "a terminal takes no more than \(Self.lineLimit) bytes a line",
                remedy: remedy)
        }
        return Secret(answer)
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
