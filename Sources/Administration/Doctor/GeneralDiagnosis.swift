import Configuration
import CredentialCore
import HostAccess
import SealedFile

/// Looks at the store, the programs, the clients, and every host that something is stored for.
struct GeneralDiagnosis {
    let session: AdminSession
    let scope: Scope
    /// Whether the hosts are asked.
    let isOnline: Bool

    /// The hosts are the places of literal bindings: a wildcard names none.
    private static let hostLimit = 50

    /// What is found.
    ///
    /// - Throws: what opening the store throws.
    func diagnosis() throws(CredentialError) -> Diagnosis {
        var diagnosis = Diagnosis(scope: scope)
        let file = try session.open()
        let credentials = try file?.credentials() ?? []
        diagnosis.findings += try storeFindings(credentials, isThere: file != nil)
        for (program, client) in [
            ("git-credential-keyfob", "git"), ("docker-credential-keyfob", "docker"),
        ] {
            diagnosis.findings.append(
                ProgramCheck.finding(program, for: client, session.surroundings))
        }
        diagnosis.findings += clientFindings()
        for line in try Attention(session, file).lines {
            diagnosis.findings.append(
                .init("credential", .doubtful, line, remedy: "see `keyfob list --sort status`"))
        }
        diagnosis.findings += Self.unknownKeys(session)
        let places = Self.places(credentials)
        for place in places.prefix(Self.hostLimit) {
            diagnosis.findings.append(try hostFinding(place))
        }
        if places.count > Self.hostLimit {
            diagnosis.findings.append(
                .init(
                    "host", .doubtful, "\(places.count - Self.hostLimit) more hosts were left out",
                    remedy: "name each: `keyfob doctor ADDRESS`"))
        }
        return diagnosis
    }

    /// What Keyfob's own configuration says that means nothing.
    static func unknownKeys(_ session: AdminSession) -> [Diagnosis.Finding] {
        session.configuration.unknownKeys.map { line in
            .init(
                "configuration", .doubtful, "\(line) means nothing to this version",
                remedy: "see keyfob-config(5), or take it out of \(session.configurationFile)")
        }
    }

    /// What the clients' configurations say for hosts in general.
    private func clientFindings() -> [Diagnosis.Finding] {
        let path = session.surroundings.variable("PATH") ?? ""
        var findings = RegistryCheck(nil, session).findings
        if let helpers = try? GitHelpers(GitProgram(path: path)).asked(by: nil) {
            let own = helpers.first { GitCheck.isOwn($0.name) }
            findings.append(
                own.map { .init("client", .good, "git asks Keyfob (\($0.origin))") }
                    ?? .init(
                        "client", .doubtful, "git does not ask Keyfob for every host",
                        remedy: "run `keyfob setup git`"))
        }
        // Who uses the one need not use the other.
        for index in findings.indices where findings[index].state == .bad {
            findings[index].state = .doubtful
        }
        return findings
    }

    private func storeFindings(
        _ credentials: [Credential], isThere: Bool
    ) throws(CredentialError) -> [Diagnosis.Finding] {
        let report = try StatusReport(session)
        var findings: [Diagnosis.Finding] = []
        if !isThere {
            findings.append(
                .init(
                    "store", .doubtful, "nothing is stored yet", remedy: "run `keyfob login HOST`"))
        } else if report.locked == true, credentials.contains(where: { $0.store == .file }) {
            findings.append(
                .init(
                    "store", .bad, "\(session.location.path) is locked",
                    remedy: "run `keyfob unlock`"))
        } else {
            let count = credentials.count == 1 ? "1 credential" : "\(credentials.count) credentials"
            findings.append(.init("store", .good, "\(session.location.path), \(count)"))
        }
        if let problem = report.keyring?.problem,
            credentials.contains(where: { $0.store == .secretService })
        {
            findings.append(.init("store", .bad, problem, remedy: nil))
        }
        return findings
    }

    /// Each host that something is stored for, by protocol.
    private static func places(_ credentials: [Credential]) -> [LoginPlace] {
        var seen: Set<LoginPlace> = []
        var places: [LoginPlace] = []
        for credential in credentials
        where credential.kind.answers(.git)
            || credential.kind.answers(.registry)
        {
            for binding in credential.bindings where !binding.pattern.isWildcard {
                guard
                    let place = try? LoginPlace(binding.wireProtocol, binding.pattern.text),
                    seen.insert(place).inserted
                else { continue }
                places.append(place)
            }
        }
        return places.sorted { $0.text < $1.text }
    }

    /// How a host is, in a line.
    private func hostFinding(_ place: LoginPlace) throws(CredentialError) -> Diagnosis.Finding {
        guard isOnline else {
            let query = Query(place.wireProtocol, place.address, scope: scope, now: session.now)
            let explanation = try Explanation(query, session, showingAll: false)
            guard let answer = explanation.answer ?? explanation.mintedFrom else {
                return .init(
                    "host", .doubtful, "\(place.text): \(explanation.reason)",
                    remedy: "see `keyfob doctor \(place.text)`")
            }
            return .init("host", .good, "\(place.text): \(answer) answers; the host was not asked")
        }
        let verdict = try AddressDiagnosis(
            session: session, scope: scope, username: nil, looksAtClients: false
        ).diagnosis(of: place).verdict
        return .init(
            "host", verdict.state, "\(place.text): \(verdict.text)",
            remedy: verdict.state == .good ? nil : "see `keyfob doctor \(place.text)`")
    }
}
