import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// `keyfob status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where secrets are kept, whether they can be read, and what needs attention."
    )

    @Flag(help: "Print JSON.")
    var json = false

    private struct Report: Encodable {
        var store: String
        var file: String
        var exists: Bool
        var locked: Bool?
        var opensWith: [String]
        var credentials: Int
        var needAttention: [String]
        var generation: UInt64?
        var written: String?
        var configuration: String
        var unknownSettings: [String]
        var scope: String?
        var unlockedSecretBytes: Int
    }

    func run() throws {
        let session = try AdminSession.start()
        let file = try session.open()
        let credentials = (try file?.credentials() ?? []).sorted { $0.name < $1.name }
        let scope = try session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        var report = Report(
            store: (session.configuration.store ?? .file).name, file: session.location.path,
            exists: file != nil, locked: nil, opensWith: file?.slotKinds.map(\.rawValue) ?? [],
            credentials: credentials.count,
            needAttention: credentials.compactMap { credential in
                let status = CredentialStatus(credential, now: session.now)
                return status.remedy(for: credential).map {
                    "\(credential.name): \(status.rawValue); \($0)"
                }
            }, generation: file?.generation, written: file.map { Moment.text($0.writtenAt) },
            configuration: session.surroundings.configurationFile,
            unknownSettings: session.configuration.unknownKeys,
            scope: scope.isNone ? nil : scope.text, unlockedSecretBytes: 0)
        report.locked = try file?.isLocked()
        do throws(CredentialError) {
            try session.checkStore()
        } catch {
            report.needAttention.insert(error.message, at: 0)
        }
        // Asked for last: reading the file is what takes secret memory.
        report.unlockedSecretBytes = Secret.unlockedByteCount
        if json { try Console.print(json: report) } else { print(report) }
    }

    private func state(of report: Report) -> String {
        guard report.exists else { return "nothing is stored yet" }
        guard report.locked == true else { return "open" }
        return report.opensWith.contains(SealedFile.SlotKind.passphrase.rawValue)
            ? "locked; run `keyfob unlock`" : "locked; set KEYFOB_KEY_FILE to the key file"
    }

    private func print(_ report: Report) {
        Console.print("store        \(report.store), \(report.file)")
        Console.print("state        \(state(of: report))")
        if report.exists {
            Console.print("opened by    \(report.opensWith.joined(separator: ", "))")
            Console.print("credentials  \(report.credentials)")
        }
        for line in report.needAttention { Console.print("attention    \(Printable.text(line))") }
        if let generation = report.generation, let written = report.written {
            Console.print("written      \(written), generation \(generation)")
        }
        Console.print("config       \(report.configuration)")
        for setting in report.unknownSettings {
            Console.print("unknown      \(Printable.text(setting))")
        }
        if let scope = report.scope { Console.print("scope        \(scope)") }
        if report.unlockedSecretBytes > 0 {
            Console.print(
                "memory       \(report.unlockedSecretBytes) bytes of secrets may be swapped out; "
                    + "raise `ulimit -l`")
        }
    }
}
