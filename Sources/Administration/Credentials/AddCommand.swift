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
              keyfob add aws --kind access-key --access-key-id ID --bind registry:HOST
            """)

    @Argument(help: "The name to know it by: a-z, 0-9, `.`, `_`, `-`.")
    var name: String

    @Option(help: "What the secret is: password, token, or access-key, of AWS.")
    var kind: KindArgument = .password

    @Option(
        help: ArgumentHelp(
            "The user name that goes with it. A token for a well-known host, such as ghcr.io, "
                + "may do without."))
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

    @OptionGroup(title: "Access keys") var accessKey: AccessKeyOptions

    func run() throws {
        let session = try AdminSession.start()
        try CredentialName.check(name)
        var credential = Credential(
            id: Draft.newID(), name: name, kind: kind.kind, origin: .admin, store: .file,
            createdAt: session.now, createdBy: session.creator)
        credential.username = try UsernameRule.checked(username, for: credential)
        try accessKey.apply(to: &credential)
        guard credential.username != nil || kind == .token else {
            throw kind == .password
                ? CredentialError(
                    .badRequest, "a password needs a user name", remedy: "add `--username NAME`")
                : CredentialError(
                    .badRequest, "an access key has an id", remedy: "add `--access-key-id ID`")
        }
        credential.scope = try Scope((scope ?? "").utf8)
        credential.description = description ?? ""
        credential.expiresAt = try expires.map { try Moment.parse($0, now: session.now) }
        credential.rotateAfter = try rotateAfter.map { try Moment.parse($0, now: session.now) }
        credential.bindings = try BindingRules.parse(bindings)
        try BindingRules.check(credential, namingUser: "add `--username NAME`")
        try AccessKeyRules.check(credential, session.configuration)
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
        let value = try secret.read(kind.kind.secretWords)
        try BindingRules.check(value, for: credential)
        var fields = SecretFields(kind.kind, primary: value)
        if kind == .accessKey { fields["sessionToken"] = try accessKey.readSessionToken() }
        try session.update { (draft) throws(CredentialError) in
            credential.currency = draft.nextCurrency
            try draft.add(credential, fields)
        }
        Console.note("stored \(name)" + Self.hint(credential))
        AccessKeyRules.tellDoubt(about: credential, fields)
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
    case accessKey = "access-key"

    var kind: Kind {
        switch self {
        case .password: .password
        case .token: .token
        case .accessKey: .accessKey
        }
    }
}

extension Kind {
    /// What the secret is called when it is asked for.
    var secretWords: String {
        self == .accessKey ? "secret access key" : secretFields.first ?? "secret"
    }
}

/// What a user name may hold.
enum UsernameRule {
    /// The name's bytes; nil for none.
    ///
    /// - Throws: `badRequest` for control characters, which no client can send, and for an access
    ///   key.
    static func checked(
        _ username: String?, for credential: Credential
    ) throws(CredentialError) -> [UInt8]? {
        guard let username else { return nil }
        guard credential.kind != .accessKey else {
            throw CredentialError(
                .badRequest, "an access key has no user name",
                remedy: "give its id with `--access-key-id`")
        }
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
