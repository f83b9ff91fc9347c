import ArgumentParser
import Configuration
import CredentialCore
import SealedFile

/// `keyfob edit`
struct EditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a credential; what is not given stays as it is.",
        discussion: """
            With no option but the name, a new secret is asked for: this is how a credential is \
            rotated. Every address it is bound to answers with the new secret at once; it has no \
            expiry unless one is given. The old one \
            is never shown. Other fields change without a new secret; an empty value takes one \
            away.

            EXAMPLES:
              keyfob edit ghcr
              keyfob edit ghcr --expires 90d
              keyfob edit db --field host=db2.acme.io
              keyfob edit app --field api=prompt --remove-field old
              keyfob edit aws --role-arn arn:aws:iam::123456789012:role/pull
            """)

    @Argument(help: "The credential's name.")
    var name: String

    @Flag(help: "Ask for a new secret.")
    var secret = false

    @OptionGroup var given: FieldOptions

    @Option(
        name: .customLong("remove-field"),
        help: ArgumentHelp(
            "A secret field to take away, which the credential can do without. May be repeated.",
            valueName: "name"))
    var removedFields: [String] = []

    @Option(help: "A new scope; empty for none.")
    var scope: String?

    @Option(help: ArgumentHelp("New words about it; empty for none.", valueName: "text"))
    var description: String?

    @Option(
        help: ArgumentHelp(
            "When the secret expires: 2026-12-31, a time, a span such as 90d, or never.",
            valueName: "when"))
    var expires: String?

    @Option(
        help: ArgumentHelp(
            "When it should be replaced, written like `--expires`.", valueName: "when"))
    var rotateAfter: String?

    @Flag(help: "Do not ask before a key pair is made anew.")
    var yes = false

    @OptionGroup(title: "Access keys") var accessKey: AccessKeyOptions

    @OptionGroup var machine: StoreSelection

    /// Whether a new main secret is asked for.
    private var asksForSecret: Bool {
        let isDescribed =
            given.isGiven || accessKey.isGiven || !removedFields.isEmpty
            || [scope, description, expires, rotateAfter].contains { $0 != nil }
        return secret ? !given.secret.isGiven && !given.generate : !isDescribed
    }

    func run() throws {
        try edit(in: AdminSession.start(machine))
    }

    private func edit(in session: AdminSession) throws(CredentialError) {
        let terms = try EditTerms(self, now: session.now)
        let (file, credential) = try session.open(credential: name)
        guard let template = KindTemplate.of(credential) else { throw AdminSession.unknown(name) }
        let namesMain = asksForSecret || given.secret.source != nil
        let main =
            try namesMain && template.takesAnyField
            ? session.onlyField(of: credential, in: file) : template.mainSecret
        let input = try FieldInput(
            given, for: template, main: main,
            streams: [accessKey.sessionTokenDescriptor].compactMap(\.self))
        var trial = credential
        try accessKey.apply(to: &trial)
        var form = try CredentialForm(
            template, input, named: name, home: session.surroundings.home, main: main,
            prefix: "new ")
        form.isGivenOut = !ProviderCheck.guides(for: credential).isEmpty
        form.remove(removedFields)
        if asksForSecret || !input.sources.isEmpty || given.generate {
            // Asked for last, so that nobody types a secret that cannot be kept.
            try session.requireUnlocked(credential, in: file)
        }
        if given.generate {
            try Console.confirm(
                "Make a new key pair? The private key of \(name) is lost.", isAgreed: yes)
        }
        try form.readSecrets(generating: given.generate)
        if asksForSecret { try form.askSecret(main) }
        try form.take(sessionToken: accessKey.readSessionToken())
        var change = CredentialEdit(
            terms: terms, accessKey: accessKey, given: given, configuration: session.configuration)
        try change.rehearse(&form, on: credential)
        var edited: CredentialEdit.Outcome?
        try session.change(name) { (credential, draft) throws(CredentialError) in
            edited = try change.make(form.changes, on: &credential, in: draft)
        }
        Console.note(
            "changed \(name)" + (edited?.losesExpiry == true ? "; it has no expiry now" : ""))
        guard let edited, let fields = edited.fields else { return }
        form.printMadeKey(of: edited.credential)
        session.forgetTokens(of: [edited.credential])
        AccessKeyRules.tellDoubt(about: edited.credential, fields)
        ProviderCheck.tellDoubt(about: edited.credential, fields)
    }
}

/// What an edit changes beside the fields; nil is what stays.
struct EditTerms {
    let scope: Scope?
    let description: String?
    /// In it, nil is never.
    let expiresAt: Int64??
    let rotateAfter: Int64??

    init(_ command: EditCommand, now: Int64) throws(CredentialError) {
        if let scope = command.scope { self.scope = try Scope(scope.utf8) } else { scope = nil }
        description = command.description
        expiresAt = try Self.time(command.expires, now)
        rotateAfter = try Self.time(command.rotateAfter, now)
    }

    private static func time(_ text: String?, _ now: Int64) throws(CredentialError) -> Int64?? {
        guard let text else { return nil }
        return .some(text == "never" ? nil : try Moment.parse(text, now: now))
    }

    func apply(to credential: inout Credential) {
        if let scope { credential.scope = scope }
        if let description { credential.description = description }
        if let expiresAt { credential.expiresAt = expiresAt }
        if let rotateAfter { credential.rotateAfter = rotateAfter }
    }
}

extension AdminSession {
    /// The field that is meant when a `secret` is edited and none is named.
    ///
    /// - Throws: `badRequest` when it has several and nobody can be asked.
    fileprivate func onlyField(
        of credential: Credential, in file: SealedFile
    ) throws(CredentialError) -> FieldRule {
        let names = try fields(of: credential, in: file).fields.map(\.name)
        if let name = names.first, names.count == 1 { return .free(name) }
        guard Console.isInteractive else {
            throw CredentialError(
                .badRequest, "\(credential.name) has several fields",
                remedy: "name one with `--field NAME=@PATH`: " + names.joined(separator: ", "))
        }
        return .free(names[try Question.choice("field", names.map { ($0, "") })])
    }
}
