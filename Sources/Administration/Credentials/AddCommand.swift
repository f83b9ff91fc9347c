import ArgumentParser
import Configuration
import CredentialCore
import Events
import Hosts
import SealedFile

/// `keyfob add`
struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Store a credential and say what it is for.",
        discussion: """
            On a terminal, `keyfob add` alone asks for all that is needed, and says where to get \
            it. Secrets are asked for without echo, or read with `--stdin`, `--fd`, `--file` or \
            `--field NAME=@PATH`; they are never arguments. A credential without a binding \
            answers no git or registry client until `keyfob bind`.

            EXAMPLES:
              keyfob add
              keyfob add ghcr --kind token --bind registry:ghcr.io --bind git:github.com
              pass show ci | keyfob add ci --username bot --bind registry:ghcr.io --stdin
              keyfob add aws --kind access-key --access-key-id ID --bind registry:HOST
              keyfob add gar --kind service-account --file KEY.json --bind registry:HOST
              keyfob add deploy --kind ssh-key --generate
              keyfob add db --kind database --field engine=postgresql --field host=db.acme.io \
            --login --stdin <user-and-password
              keyfob add app --kind secret --field api=prompt --field tls.key=@tls.key
            """)

    @Argument(help: "The name to know it by: a-z, 0-9, `.`, `_`, `-`.")
    var name: String?

    @Option(help: "What it is; by default password.")
    var kind: KindName?

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

    @OptionGroup var given: FieldOptions

    @OptionGroup(title: "Access keys") var accessKey: AccessKeyOptions

    @OptionGroup var machine: StoreSelection

    /// Whether it is all asked for: nothing says what is in it, and somebody is there.
    private var isGuided: Bool {
        let isDescribed =
            given.isGiven || accessKey.isGiven || !bindings.isEmpty
            || [scope, description, expires, rotateAfter].contains { $0 != nil }
        return Console.isInteractive && (name == nil || !isDescribed)
    }

    mutating func run() throws {
        let session = try AdminSession.start(machine)
        let chosen = try kind?.template()
        let guide = isGuided ? GuidedAdd(session: session, stored: try stored(session)) : nil
        let template = try ask(guide, chosen)
        guard let name else { throw ValidationError("Missing expected argument '<name>'.") }
        try store(as: name, template, in: session, guide)
    }

    /// Asks for what the command line leaves open.
    private mutating func ask(
        _ guide: GuidedAdd?, _ chosen: KindTemplate?
    ) throws(CredentialError) -> KindTemplate {
        guard let guide else { return chosen ?? .password }
        var template: KindTemplate
        if let chosen { template = chosen } else { template = try guide.kind() }
        var place: GuidedAdd.Place?
        if template.isForClients, bindings.isEmpty {
            place = try guide.place(for: template)
            if let place { bindings = [place.binding.text] }
            if given.provider == nil { given.provider = place?.provider?.name }
        }
        guide.explain(place?.guide, template)
        if !given.isGiven {
            template = try guide.kind(wantedBy: place?.guide, besides: template)
        }
        if name == nil { name = try guide.name(for: template, place) }
        return template
    }

    private func store(
        as name: String, _ template: KindTemplate, in session: AdminSession, _ guide: GuidedAdd?
    ) throws(CredentialError) {
        try CredentialName.check(name)
        let input = try FieldInput(
            given, for: template, main: template.mainSecret,
            streams: [accessKey.sessionTokenDescriptor].compactMap(\.self))
        var form = try CredentialForm(
            template, input, named: name, home: session.surroundings.home,
            main: template.mainSecret)
        form.isGuided = guide != nil
        var credential = try described(name, template.kind, session)
        form.isGivenOut = !ProviderCheck.guides(for: credential).isEmpty
        try form.fillTexts(for: credential)
        let stored = try stored(session)
        try Needs.set(given.needs, of: &credential, among: stored)
        try checkBindings(form.withTexts(credential), session)
        // Asked for last, so that nobody types a secret only to hear that the name is taken.
        credential.store = try session.writableStore()
        guard !stored.contains(where: { $0.name == name }) else {
            throw CredentialError(
                .conflict, "the name \(name) is taken",
                remedy: "choose another, or `keyfob edit \(name)`")
        }
        if credential.store == .file { try session.open()?.requireUnlocked() }
        try form.readSecrets(generating: given.generate)
        try form.fillSecrets(in: session.surroundings)
        try form.take(sessionToken: accessKey.readSessionToken())
        var (complete, fields) = try form.complete(credential, SecretFields()) {
            (credential, fields) throws(CredentialError) in
            try checkBindings(credential, session)
            if let secret = fields.primary { try BindingRules.check(secret, for: credential) }
            try ProviderCheck.check(&credential, fields, isForced: given.force)
        }
        if let guide { complete.expiresAt = try guide.expiry() }
        try session.update { (draft) throws(CredentialError) in
            complete.currency = draft.nextCurrency
            try draft.add(complete, fields)
        }
        Console.note("stored \(name)" + Self.hint(complete, template, isGuided: guide != nil))
        form.printMadeKey(of: complete)
        AccessKeyRules.tellDoubt(about: complete, fields)
        ProviderCheck.tellDoubt(about: complete, fields)
    }

    /// The credential as far as options other than those for fields say.
    private func described(
        _ name: String, _ kind: Kind, _ session: AdminSession
    ) throws(CredentialError) -> Credential {
        var credential = Credential(
            id: Draft.newID(), name: name, kind: kind, origin: .admin, store: .file,
            createdAt: session.now, createdBy: session.creator)
        try accessKey.apply(to: &credential)
        credential.scope = try Scope((scope ?? "").utf8)
        credential.description = description ?? ""
        if let expires { credential.expiresAt = try Moment.parse(expires, now: session.now) }
        if let rotateAfter {
            credential.rotateAfter = try Moment.parse(rotateAfter, now: session.now)
        }
        credential.bindings = try BindingRules.parse(bindings)
        try ProviderCheck.setProvider(given.provider, of: &credential)
        return credential
    }

    private func stored(_ session: AdminSession) throws(CredentialError) -> [Credential] {
        try session.open()?.credentials() ?? []
    }

    private func checkBindings(
        _ credential: Credential, _ session: AdminSession
    ) throws(CredentialError) {
        try BindingRules.check(credential, namingUser: "add `--username NAME`")
        try AccessKeyRules.check(credential, session.configuration)
    }

    private static func hint(
        _ credential: Credential, _ template: KindTemplate, isGuided: Bool
    ) -> String {
        if credential.bindings.isEmpty {
            return template.isForClients
                ? "; say what it is for with `keyfob bind \(credential.name) registry:HOST`" : ""
        }
        return isGuided
            ? "; it answers for " + credential.bindings.map(\.text).joined(separator: ", ") : ""
    }
}
