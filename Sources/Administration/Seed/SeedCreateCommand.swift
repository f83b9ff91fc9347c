import ArgumentParser
import Bundles
import Configuration
import CredentialCore

/// `keyfob seed create`
struct SeedCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Write a bundle of credentials, sealed for machines and signed.",
        discussion: """
            A bundle has a name. A machine takes a later bundle of the same name and key in the \
            place of the one before, never an earlier one; which is later, its counter says: the \
            time of its making in milliseconds, unless `--counter` is given.

            What an earlier bundle brought and this one does not stays where it is, unless \
            `--prune` is given: so a bundle made with a name forgotten takes nothing away.

            With `--from-archive` the credentials come from a file of `keyfob export --format \
            json`, sealed or not, and are not stored here.

            EXAMPLES:
              keyfob seed create --to keyfob-recipient1... --output web.seed ghcr harbor
              keyfob seed create --to-file machines --name ci --scope acme/ci >ci.seed
              pass show robots | keyfob seed create --to-file machines --from-archive - >robots.seed
            """)

    @Argument(help: "The names of the credentials.")
    var names: [String] = []

    @Option(help: "Take all that apply in this scope and below it.")
    var scope: String?

    @Option(help: "Take all of this kind.")
    var kind: String?

    @Flag(help: "Take all there are.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "Take all of this file, an export; `-` is standard input.", valueName: "file"))
    var fromArchive: String?

    @Option(
        help: ArgumentHelp(
            "A machine that can open it: what `keyfob keygen` printed there. May be repeated.",
            valueName: "recipient"))
    var to: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file with a recipient on each line; what follows `#` is passed over.",
            valueName: "file"))
    var toFile: String?

    @Option(
        help: ArgumentHelp(
            "The file of the signing key, if it is not the usual one.", valueName: "file"))
    var sign: String?

    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp(
            "Read the passphrase of the signing key from this descriptor.", valueName: "number"))
    var passphraseDescriptor: Int32?

    @Option(help: ArgumentHelp("What the bundle is called: a-z, 0-9, `.`, `_`, `-`."))
    var name = "default"

    @Option(help: ArgumentHelp("Which is later; by default the time in milliseconds."))
    var counter: UInt64?

    @Flag(help: "Allow a counter more than a day ahead of the clock, which blocks later bundles.")
    var acceptFuture = false

    @Flag(help: "Remove on the machines what an earlier bundle brought and this one does not.")
    var prune = false

    @Option(
        help: ArgumentHelp("The file to write; without it, standard output.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Flag(help: "Print JSON about the bundle; takes `--output`.")
    var json = false

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        let ways = [!names.isEmpty, scope != nil || kind != nil, all, fromArchive != nil]
        guard ways.count(where: { $0 }) == 1 else {
            throw ValidationError(
                "Say what to take: names, `--scope` or `--kind`, `--all`, or `--from-archive`.")
        }
        if to.isEmpty, toFile == nil {
            throw ValidationError("Say who can open it, with `--to` or `--to-file`.")
        }
        let hasFile = output != nil && output != "-"
        if json, !hasFile { throw ValidationError("`--json` takes `--output FILE`.") }
        if force, !hasFile { throw ValidationError("`--force` takes `--output FILE`.") }
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        let target = try ExportTarget(output == "-" ? nil : output, mayReplace: force)
        guard !target.isTerminal else {
            throw CredentialError(
                .badRequest, "a bundle is nothing to read on a terminal",
                remedy: "name a file with `--output`")
        }
        try CredentialName.check(name)
        let recipients = try recipients()
        let terms = Bundle.Terms(
            name: name, counter: try SeedCounter.checked(counter, acceptingFuture: acceptFuture),
            createdAt: session.now, prunes: prune)
        let keyFile = try signingKeyFile(session)
        let entries = try selected(session).map { entry in
            (SeedMark.removed(from: entry.credential), entry.fields)
        }
        let key = try keyFile.key { () throws(CredentialError) in try passphrase() }
        let bundle = try Bundle.make(
            of: CredentialArchive.encode(entries), for: recipients, signedBy: key, terms)
        try target.write(bundle)
        try report(terms, key.signer, credentials: entries.count, machines: recipients.count)
    }

    private func recipients() throws(CredentialError) -> [RecipientKey] {
        var recipients: Set<RecipientKey> = []
        for (index, text) in to.enumerated() {
            let place = to.count == 1 ? "`--to`" : "`--to` number \(index + 1)"
            recipients.insert(try recipient(text[...], in: place))
        }
        if let toFile {
            let text = try ImportInput.read(toFile, limit: 1 << 20).plainText
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            for (index, line) in lines.enumerated() {
                for word in line.prefix(while: { $0 != "#" }).split(whereSeparator: \.isWhitespace)
                {
                    recipients.insert(
                        try recipient(word, in: Printable.text("line \(index + 1) of \(toFile)")))
                }
            }
        }
        return Array(recipients)
    }

    private func recipient(
        _ text: Substring, in place: String
    ) throws(CredentialError) -> RecipientKey {
        do throws(CredentialError) {
            return try RecipientKey(String(text))
        } catch {
            throw CredentialError(
                error.code, "what \(place) gives is not a recipient", remedy: error.remedy)
        }
    }

    private func signingKeyFile(
        _ session: AdminSession
    ) throws(CredentialError) -> SigningKeyFile {
        // The key is the administrator's own, whichever store the credentials come from.
        let own = machine.system ? try Surroundings.current() : session.surroundings
        let path = sign ?? "\(own.stateFolder)/\(SigningKeyFile.usualName)"
        guard let file = try SigningKeyFile(path) else {
            throw CredentialError(
                .notFound, "there is no signing key \(path)",
                remedy: "make one with `keyfob keygen --signing`"
                    + (sign.map { " --output \($0)" } ?? ""))
        }
        return file
    }

    private func passphrase() throws(CredentialError) -> Secret {
        if let passphraseDescriptor {
            return try SecretInput.read(descriptor: passphraseDescriptor)
        }
        return try SecretInput.prompt(
            "passphrase of the signing key: ",
            otherwise: "give it on a file descriptor with `--passphrase-fd N`")
    }

    /// What is said about a bundle once it is written.
    private struct Report: Encodable {
        var bundle: String
        var counter: UInt64
        var signer: String
        var fingerprint: String
        var credentials: Int
        var machines: Int
        var prunes: Bool
    }

    private func report(
        _ terms: Bundle.Terms, _ signer: SignerKey, credentials: Int, machines: Int
    ) throws(CredentialError) {
        guard !json else {
            return try Console.print(
                json: Report(
                    bundle: terms.name, counter: terms.counter, signer: signer.text,
                    fingerprint: signer.fingerprint, credentials: credentials, machines: machines,
                    prunes: terms.prunes))
        }
        Console.note(
            "made the bundle \(terms.name) with the counter \(terms.counter): "
                + "\(credentials) credential\(credentials == 1 ? "" : "s") for "
                + "\(machines) machine\(machines == 1 ? "" : "s"), "
                + "signed by the key \(signer.fingerprint)")
    }
}
