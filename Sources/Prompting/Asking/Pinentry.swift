import Configuration
import CredentialCore
import Glibc

/// pinentry(1), which asks in a window or on a terminal, and shows nothing of what is typed.
final class Pinentry: Conversation {
    /// Those that open a window, and the one that whoever runs the machine chose.
    static let graphical = ["pinentry-gnome3", "pinentry-qt", "pinentry-gtk-2", "pinentry"]

    private let program: String
    private let surroundings: Surroundings
    private let deadline: PersonsDeadline
    /// What is to be shown with the next question.
    private var lines: [String] = []

    /// - Parameter program: its path.
    init(_ program: String, _ surroundings: Surroundings, until deadline: PersonsDeadline) {
        self.program = program
        self.surroundings = surroundings
        self.deadline = deadline
    }

    func tell(_ line: String) { lines.append(line) }

    func announce(_ lines: [String]) {
        for line in lines { ErrorStream.write(line) }
    }

    func ask(_ prompt: String) throws(CredentialError) -> [UInt8] {
        try askSecret(prompt).withBytes { Array($0) }
    }

    func askSecret(_ prompt: String) throws(CredentialError) -> Secret {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        defer { if terminal >= 0 { close(terminal) } }
        // It may be ended in the middle of a question, by Ctrl-C like everything in the foreground.
        var held = HeldTerminal(terminal)
        let foreground = OwnForeground(terminal)
        defer { held.release { foreground?.leave() } }
        let client = try AssuanClient(program, until: deadline)
        defer { client.end() }
        let answer = try question(prompt, client, held)
        lines = []
        return answer
    }

    private func question(
        _ prompt: String, _ client: AssuanClient, _ held: borrowing HeldTerminal
    ) throws(CredentialError) -> Secret {
        _ = try client.send(nil)
        for (name, value) in options {
            // An option that it does not know is none that it needs.
            _ = try? client.send(AssuanCoding.line("OPTION", "\(name)=\(value)"))
        }
        _ = try? client.send(AssuanCoding.line("SETTIMEOUT", "\(deadline.remaining / 1000 + 1)"))
        _ = try client.send(AssuanCoding.line("SETTITLE", "Keyfob"))
        // The question is first: what is too long is cut at its end, and it names the host.
        let text = ([prompt] + lines).joined(separator: "\n")
        _ = try client.send(AssuanCoding.line("SETDESC", text))
        let label = prompt.prefix { $0 != " " && $0 != ":" }
        _ = try client.send(AssuanCoding.line("SETPROMPT", "\(label):"))
        return try client.send(Array("GETPIN\n".utf8)) { held.hasSignal }
    }

    /// Where it asks when it opens no window, and in which alphabet.
    private var options: [(String, String)] {
        let ttyname = surroundings.variable("GPG_TTY") ?? "/dev/tty"
        let alphabet = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { [surroundings] in surroundings.variable($0) }.first { !$0.isEmpty }
        return [
            ("ttyname", ttyname), ("ttytype", surroundings.variable("TERM") ?? "dumb"),
            ("lc-ctype", alphabet ?? "C"),
        ]
    }
}
