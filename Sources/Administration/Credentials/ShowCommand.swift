import ArgumentParser
import CredentialCore
import Glibc
import Keyring
import SealedFile
import SecretService

/// `keyfob show`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about one credential; its secrets only with --reveal.",
        discussion: """
            EXAMPLES:
              keyfob show ghcr
              keyfob show ghcr --reveal | skopeo login ghcr.io -u bot --password-stdin
              keyfob show deploy-key --reveal --field passphrase
            """)

    @Argument(help: "The credential's name.")
    var name: String

    @Flag(help: "Print the secret, and nothing else. On a terminal you are asked first.")
    var reveal = false

    @Option(
        help: ArgumentHelp(
            "Which secret field to reveal; by default the one clients are given.",
            valueName: "name"))
    var field: String?

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        if reveal, json { throw ValidationError("`--reveal` prints the bare secret, not JSON.") }
        if field != nil, !reveal { throw ValidationError("`--field` goes with `--reveal`.") }
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        guard let file = try session.open() else { throw AdminSession.unknown(name) }
        let all = try file.credentials()
        guard let credential = all.first(where: { $0.name == name }) else {
            throw AdminSession.unknown(name)
        }
        if reveal { return try reveal(credential, session, file) }
        let summary = CredentialSummary(credential, CredentialReview(all, now: session.now))
        if json {
            var output = JSONOutput()
            summary.write(to: &output)
            return Console.print(output)
        }
        let secrets = fieldNames(of: credential, session, file)
        let lines =
            summary.lines
            + secrets.enumerated().map { index, name in
                let isFirst = index == 0 && !(credential.kind == .secret && secrets.count > 1)
                let how = isFirst ? "--reveal" : "--reveal --field \(name)"
                return (name, "●●●●●●  (see it with \(how))")
            }
        let width = lines.map { DisplayWidth.of($0.label) }.max() ?? 0
        for (label, value) in lines {
            let gap = String(repeating: " ", count: width - DisplayWidth.of(label) + 2)
            Console.print(label + gap + value)
        }
    }

    private func reveal(
        _ credential: Credential, _ session: AdminSession, _ file: SealedFile
    ) throws(CredentialError) {
        if isatty(STDOUT_FILENO) == 1 {
            let which = field.map { "the field \(Printable.text($0)) of " } ?? "the secret of "
            try Console.confirm("Show \(which)\(name) here?", isAgreed: yes)
        }
        let fields = try session.fields(of: credential, in: file)
        session.rememberRelocations()
        let names = fields.fields.map { Printable.text($0.name) }.joined(separator: ", ")
        if field == nil, credential.kind == .secret, fields.fields.count > 1 {
            throw CredentialError(
                .badRequest, "\(name) has several fields: \(names)",
                remedy: "name one with `--field NAME`")
        }
        guard let secret = field.map({ fields[$0] }) ?? fields.primary else {
            throw CredentialError(
                .notFound, "\(name) has no field `\(Printable.text(field ?? ""))`",
                remedy: "it has: \(names)")
        }
        Console.reveal(secret)
        if isatty(STDOUT_FILENO) == 1 { Console.print() }
    }

    /// The names of the secret fields: those that there are, or, where the store is locked, those
    /// that the kind always has. The keyring is asked only for those of a kind that names its own.
    private func fieldNames(
        of credential: Credential, _ session: AdminSession, _ file: SealedFile
    ) -> [String] {
        if credential.store == .file, let fields = try? file.fields(of: credential) {
            return fields.fields.map { Printable.text($0.name) }
        }
        if let first = credential.kind.secretFields.first { return [first] }
        guard credential.store == .secretService,
            let items = try? session.keyring.items(CredentialItem.search(for: credential.id)),
            let item = items.first
        else { return ["secret"] }
        return CredentialItem.fieldNames(item).map { Printable.text($0) }
    }
}
