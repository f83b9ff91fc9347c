import CredentialCore
import Hosts
import SealedFile

/// The questions of `keyfob add` that are not about a field: what it is, what it is for, what it is
/// called and when it ends.
struct GuidedAdd {
    let session: AdminSession
    /// What there is already.
    let stored: [Credential]

    /// Where a login is used.
    struct Place {
        let binding: Binding
        /// The guide that the host's name does not tell.
        var provider: ProviderGuide?

        var guide: ProviderGuide? {
            provider ?? ProviderGuide.of(host: binding.pattern.address.host)
        }
    }

    /// Asks for the kind.
    func kind() throws(CredentialError) -> KindTemplate {
        let all = KindTemplate.all
        return all[try Question.choice("kind", all.map { ($0.name, $0.summary) })]
    }

    /// Asks which registry or code host it is for; nil for none.
    func place(for template: KindTemplate) throws(CredentialError) -> Place? {
        let example =
            switch template.kind {
            case .accessKey: "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
            case .serviceAccount: "europe-west1-docker.pkg.dev"
            default: "ghcr.io or github.com"
            }
        let binding = try Question.untilRight { () throws(CredentialError) -> Binding? in
            let answer = try Question.line("host, such as \(example) (empty for none)")
            return answer.isEmpty ? nil : try self.binding(answer, for: template)
        }
        guard let binding else { return nil }
        let isKnown = RegistryFamily.family(ofHost: binding.pattern.address.host) != nil
        let provider = isKnown || !template.kind.isOpen ? nil : try provider()
        return Place(binding: binding, provider: provider)
    }

    /// The binding that an answer means: `ghcr.io`, `registry:ghcr.io`, `git:github.com/acme`.
    private func binding(
        _ answer: String, for template: KindTemplate
    ) throws(CredentialError) -> Binding {
        var text = answer
        let names = WireProtocol.allCases.map { "\($0.name):" }
        if !names.contains(where: answer.hasPrefix) {
            let pattern = try AddressPattern(Array(answer.utf8), for: .registry)
            let wireProtocol = try wireProtocol(of: pattern.address.host, for: template.kind)
            text = "\(wireProtocol.name):\(answer)"
        }
        let binding = try Binding(parsing: Array(text.utf8))
        var trial = Credential(
            id: Draft.newID(), name: "it", kind: template.kind,
            origin: .admin, store: .file, createdAt: 0, createdBy: "")
        // That of a login is asked for later.
        if template.kind != .serviceAccount { trial.username = Array("user".utf8) }
        trial.bindings = [binding]
        try BindingRules.check(trial, namingUser: "")
        try AccessKeyRules.check(trial, session.configuration)
        return binding
    }

    /// Which clients ask that host; asked for where its name does not tell.
    private func wireProtocol(
        of host: [UInt8], for kind: Kind
    ) throws(CredentialError) -> WireProtocol {
        if !kind.answers(.git) { return .registry }
        if let family = RegistryFamily.family(ofHost: host) {
            let isCodeHost = ["github", "bitbucket", "codeberg"].contains(family.name)
            return isCodeHost || host == Array("gitlab.com".utf8) ? .git : .registry
        }
        let clients = try Question.choice(
            "for", [("registry", "docker, podman, helm and the like"), ("git", "git")])
        return clients == 0 ? .registry : .git
    }

    /// Asks what runs at a host that does not say.
    private func provider() throws(CredentialError) -> ProviderGuide? {
        let guides = ["harbor", "gitlab", "artifactory", "quay", "gitea"].compactMap(
            ProviderGuide.named)
        let items = guides.map { ($0.name, $0.title) } + [("other", "something else")]
        let index = try Question.choice("what runs there", items)
        return guides.indices.contains(index) ? guides[index] : nil
    }

    /// What is said before a login is asked for: what it should be, and where to get it.
    func explain(_ guide: ProviderGuide?, _ template: KindTemplate) {
        guard let guide else {
            // What is said of free fields is about options.
            if !template.takesAnyField { template.guide.forEach(Question.tell) }
            return
        }
        Question.tell("\(guide.title) takes \(guide.secret).")
        Question.tell("  from         \(guide.page)")
        Question.tell("  permissions  \(guide.permissions)")
        Question.tell("  user name    \(guide.username)")
    }

    /// Asks whether it is to be of the kind that its provider wants.
    func kind(
        wantedBy guide: ProviderGuide?, besides template: KindTemplate
    ) throws(CredentialError) -> KindTemplate {
        guard let guide, guide.template != template.name, template.kind.isOpen,
            let wanted = KindTemplate.named(guide.template)
        else { return template }
        let both = [wanted, template]
        return both[
            try Question.choice("kind", both.map { ($0.name, $0.summary) }, standard: wanted.name)]
    }

    /// Asks for the name.
    func name(for template: KindTemplate, _ place: Place?) throws(CredentialError) -> String {
        let suggested = suggestion(for: template, place)
        return try Question.untilRight { () throws(CredentialError) in
            let name = try Question.line("name", standard: suggested)
            try CredentialName.check(name)
            guard !isTaken(name) else {
                throw CredentialError(
                    .conflict, "the name \(name) is taken", remedy: "choose another")
            }
            return name
        }
    }

    private func suggestion(for template: KindTemplate, _ place: Place?) -> String {
        if let address = place?.binding.pattern.address {
            return CredentialName.suggested(for: address, username: nil, taken: isTaken)
        }
        guard isTaken(template.name) else { return template.name }
        var number = 2
        while isTaken("\(template.name)-\(number)") { number += 1 }
        return "\(template.name)-\(number)"
    }

    private func isTaken(_ name: String) -> Bool { stored.contains { $0.name == name } }

    /// Asks when it ends; nil when that is not known.
    func expiry() throws(CredentialError) -> Int64? {
        try Question.untilRight { () throws(CredentialError) -> Int64? in
            let answer = try Question.line("expires, such as 2030-12-31 or 90d (empty for never)")
            return answer.isEmpty ? nil : try Moment.parse(answer, now: session.now)
        }
    }
}

extension Kind {
    /// Whether it is for any host: one of no particular provider.
    fileprivate var isOpen: Bool { self == .password || self == .token }
}
