import ArgumentParser
import Bundles
import CredentialCore
import Glibc
import SealedFile

/// `keyfob export`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write credentials with their secrets, to move them elsewhere.",
        discussion: """
            With --sealed, a file that a passphrase opens again, and that may travel. Every other \
            format holds the secrets in clear: it goes to a file of yours or a pipe, and on a \
            terminal you are asked first. `keyfob import --from FORMAT` reads each of them.

            \(ExportFormat.losses)

            The values in a csv are written exactly as they are. A spreadsheet may take one that \
            begins with =, +, - or @ for a formula.

            EXAMPLES:
              keyfob export --sealed --output backup.sealed
              keyfob export ghcr --format kubernetes --namespace ci | kubectl apply -f -
              keyfob export --scope acme --format csv --output acme.csv
              keyfob export ghcr hub --format dockerconfig --output auth.json
            """)

    @Argument(help: "The names of the credentials; without any, all of them.")
    var names: [String] = []

    @Option(
        help: ArgumentHelp(
            "json, csv, kubernetes, dockerconfig, env or netrc: all in clear.",
            valueName: "format"))
    var format: ExportFormat?

    @Flag(help: "Seal them with a passphrase.")
    var sealed = false

    @Option(
        help: ArgumentHelp(
            "The file to write, for its owner alone. Without one, standard output.",
            valueName: "file"))
    var output: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Option(help: "Only those of this scope and of the scopes in it.")
    var scope: String?

    @Option(help: "Only those of this kind.")
    var kind: String?

    @Option(help: "For kubernetes: the namespace. Without one, the last word of each scope.")
    var namespace: String?

    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp(
            "Read the passphrase from this file descriptor.", valueName: "number"))
    var passphraseDescriptor: Int32?

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        guard (format != nil) != sealed else {
            throw ValidationError("Give either `--format` or `--sealed`.")
        }
        if namespace != nil, format != .kubernetes {
            throw ValidationError("`--namespace` goes with `--format kubernetes`.")
        }
        if let namespace, !KubernetesNames.isLabel(namespace) {
            throw ValidationError("`\(Printable.text(namespace))` is no name of a namespace.")
        }
        if passphraseDescriptor != nil, !sealed {
            throw ValidationError("`--passphrase-fd` goes with `--sealed`.")
        }
        if force, output == nil { throw ValidationError("`--force` goes with `--output`.") }
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        let file = try session.requiredStore()
        let chosen = try chosen(of: try file.credentials())
        let target = try ExportTarget(output, mayReplace: force)
        if chosen.contains(where: { $0.store == .file }) { try file.requireUnlocked() }
        if target.isTerminal {
            guard !sealed else { throw ExportTarget.notForTerminals }
            let count = chosen.count == 1 ? "1 credential" : "\(chosen.count) credentials"
            try Console.confirm("Show the secrets of \(count) here?", isAgreed: yes)
        }
        if !sealed { target.tellWhoElseReads() }
        let passphrase = sealed ? try passphrase() : nil
        var entries: [ExportedCredential] = []
        for credential in chosen {
            entries.append((credential, try session.fields(of: credential, in: file)))
        }
        session.rememberRelocations()
        try write(entries, to: target, passphrase)
    }

    private func write(
        _ entries: [ExportedCredential], to target: ExportTarget, _ passphrase: Secret?
    ) throws(CredentialError) {
        var losses = ExportLosses()
        let content = (format ?? .json).write(entries, namespace: namespace, &losses)
        guard losses.missing.count < entries.count else {
            losses.tell(of: entries.count)
            throw CredentialError(
                .badRequest, "nothing of it can be written as \(format?.rawValue ?? "")",
                remedy: "use another format")
        }
        if let passphrase {
            try target.write(try PassphraseSeal.seal(content, passphrase: passphrase))
        } else {
            try content.withBytes { (bytes) throws(CredentialError) in try target.write(bytes) }
        }
        losses.tell(of: entries.count)
        guard let output else { return }
        let count = entries.count - losses.missing.count
        let what = count == 1 ? "1 credential" : "\(count) credentials"
        Console.note(
            Printable.text(
                "wrote \(what) to \(output)" + (sealed ? "" : ", with the secrets in clear")))
    }

    private func passphrase() throws(CredentialError) -> Secret {
        if let passphraseDescriptor {
            return try SecretInput.read(descriptor: passphraseDescriptor)
        }
        return try SecretInput.promptTwice(
            "passphrase for the export", otherwise: "give the passphrase with `--passphrase-fd N`")
    }

    /// The credentials that were named, or all; those first that answer first.
    private func chosen(of stored: [Credential]) throws(CredentialError) -> [Credential] {
        let within = try Scope((scope ?? "").utf8)
        for name in names where !stored.contains(where: { $0.name == name }) {
            throw AdminSession.unknown(name)
        }
        if let kind, Kind(name: kind) == nil, KindTemplate.named(kind) == nil {
            throw CredentialError(
                .badRequest, "`\(Printable.text(kind))` is no kind of credential",
                remedy: "see the kinds in `keyfob list`")
        }
        let wanted = Set(names)
        let chosen = stored.filter { credential in
            (wanted.isEmpty || wanted.contains(credential.name))
                && within.encloses(credential.scope)
                && (kind == nil || kind == credential.kind.name
                    || kind == KindTemplate.of(credential)?.name)
        }
        guard !chosen.isEmpty else {
            throw CredentialError(
                .notFound, "there is no such credential",
                remedy: "see what there is with `keyfob list`")
        }
        return chosen.sorted { ($0.currency, $1.name) > ($1.currency, $0.name) }
    }
}
