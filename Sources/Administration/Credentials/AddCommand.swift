import ArgumentParser
import CredentialCore
import Events
import SealedFile

/// `keyfob add`
struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Store a credential and say what it is for.",
        discussion: """
            The secret is asked for on the terminal, or read with `--stdin` or `--fd`; it is never \
            an argument. A credential without a binding answers nobody until `keyfob bind`.

            EXAMPLES:
              keyfob add ghcr --kind token --bind registry:ghcr.io --bind git:github.com
              pass show ci | keyfob add ci --username bot --bind registry:ghcr.io --stdin
              keyfob add work --username me --bind registry:ghcr.io --scope acme/work
            """)

    @Argument(help: "The name to know it by: a-z, 0-9, `.`, `_`, `-`.")
    var name: String

    @Option(help: "What the secret is: password or token.")
    var kind: KindArgument = .password

    @Option(
        help:
            "The user name that goes with it. A token for a well-known host, such as ghcr.io, may do without."
    )
    var username: String?

    @Option(
        name: .customLong("bind"),
        help: ArgumentHelp(
            "What it is for: registry:HOST[/PATH] or git:HOST[/PATH]. May be repeated.",
            valueName: "binding"))
    var bindings: [String] = []

    @Option(help: "Where it applies: a scope such as acme/work. Without one, everywhere.")
    var scope: String?

    @Option(help: ArgumentHelp("A few words about it.", valueName: "text"))
    var description: String?

    @Option(
        help: ArgumentHelp(
            "When the secret expires: 2026-12-31, a time, or a span such as 90d.",
            valueName: "when"))
    var expires: String?

    @Option(
        help: ArgumentHelp(
            "When it should be replaced, written like `--expires`.", valueName: "when"))
    var rotateAfter: String?

    @OptionGroup var secret: SecretOptions

    func run() throws {
        let session = try AdminSession.start()
        try CredentialName.check(name)
        var credential = Credential(
            id: Draft.newID(), name: name, kind: kind.kind, origin: .admin, store: .file,
            createdAt: session.now, createdBy: session.creator)
        credential.username = try UsernameRule.checked(username)
        guard credential.username != nil || kind == .token else {
            throw CredentialError(
                .badRequest, "a password needs a user name", remedy: "add `--username NAME`")
        }
        credential.scope = try Scope((scope ?? "").utf8)
        credential.description = description ?? ""
        credential.expiresAt = try expires.map { try Moment.parse($0, now: session.now) }
        credential.rotateAfter = try rotateAfter.map { try Moment.parse($0, now: session.now) }
        credential.bindings = try BindingRules.parse(bindings)
        try BindingRules.check(credential, namingUser: "add `--username NAME`")
        // Asked for last, so that nobody types a secret only to hear that the name is taken.
        credential.store = try session.writableStore()
        if let file = try session.open() {
            if try file.credentials().contains(where: { $0.name == name }) {
                throw CredentialError(
                    .conflict, "the name \(name) is taken",
                    remedy: "choose another, or `keyfob edit \(name)`")
            }
            if credential.store == .file { try file.requireUnlocked() }
        }
        let value = try secret.read(kind.kind.secretFields[0])
        try BindingRules.check(value, for: credential)
        try session.update { (draft) throws(CredentialError) in
            credential.currency = draft.nextCurrency
            try draft.add(credential, SecretFields(kind.kind, primary: value))
        }
        Console.note("stored \(name)" + Self.hint(credential))
    }

    private static func hint(_ credential: Credential) -> String {
        credential.bindings.isEmpty
            ? "; say what it is for with `keyfob bind \(credential.name) registry:HOST`" : ""
    }
}

/// The kinds that can be added.
enum KindArgument: String, ExpressibleByArgument, CaseIterable {
    case password
    case token

    var kind: Kind { self == .password ? .password : .token }
}

/// What a user name may hold.
enum UsernameRule {
    /// The name's bytes; nil for none.
    ///
    /// - Throws: `badRequest` for control characters, which no client can send.
    static func checked(_ username: String?) throws(CredentialError) -> [UInt8]? {
        guard let username else { return nil }
        let bytes = Array(username.utf8)
        guard !bytes.isEmpty, bytes.count <= 4096, !bytes.contains(where: { $0 < 32 || $0 == 127 })
        else {
            throw CredentialError(
                .badRequest, "this is not a user name",
                remedy: "write 1 to 4096 bytes without control characters")
        }
        return bytes
    }
}
