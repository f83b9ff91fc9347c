import CredentialCore
import HostAccess

/// Looks at all that lies between a client and a host.
struct AddressDiagnosis {
    let session: AdminSession
    let scope: Scope
    /// The user that git asks for; nil for what its configuration says.
    let username: String?
    /// Whether what the clients' configurations say counts.
    var looksAtClients = true

    /// What is found for a protocol at an address.
    ///
    /// - Throws: what opening the store throws.
    func diagnosis(of place: LoginPlace) throws(CredentialError) -> Diagnosis {
        var diagnosis = Diagnosis(place, scope: scope)
        var query = Query(place.wireProtocol, place.address, scope: scope, now: session.now)
        if place.wireProtocol == .git {
            let git = GitCheck(place.address, session)
            query.username = (username ?? git.username).map { Array($0.utf8) }
            if !git.sendsPath { query.address = place.address.withoutPath }
            if looksAtClients {
                diagnosis.findings += git.findings + GitOverrides(git.url, session).findings
                diagnosis.findings.append(
                    ProgramCheck.finding(
                        "git-credential-keyfob", at: git.helperPath, for: "git",
                        session.surroundings))
            }
        } else if looksAtClients {
            let clients = RegistryCheck(place.address, session)
            diagnosis.findings += clients.findings
            for helper in clients.helpers.isEmpty ? ["keyfob"] : clients.helpers.sorted() {
                diagnosis.findings.append(
                    ProgramCheck.finding(
                        "docker-credential-\(helper)", for: "a registry client",
                        session.surroundings))
            }
        }
        var stored = try StoredLogin(query, session)
        let examination = examine(place, stored.login, &diagnosis)
        if stored.isMissing, examination?.isOpen ?? false { stored.excuse() }
        diagnosis.findings.insert(contentsOf: stored.findings, at: 0)
        diagnosis.findings += (examination?.findings ?? []).map { finding in
            guard finding.topic == "login", finding.state == .bad else { return finding }
            var finding = finding
            finding.remedy = stored.remedy(forRefusal: finding.remedy)
            return finding
        }
        if looksAtClients { diagnosis.findings += GeneralDiagnosis.unknownKeys(session) }
        if let verification = examination?.verification {
            diagnosis.findings += Self.remarks(verification, stored.credential, session.now)
        }
        return diagnosis
    }

    /// Asks the host.
    private func examine(
        _ place: LoginPlace, _ login: HostLogin?, _ diagnosis: inout Diagnosis
    ) -> Examination? {
        let place = HostPlace(place.wireProtocol, place.address)
        do throws(CredentialError) {
            guard case .examination(let found) = try HostDesk().ask(.examine(place, login)) else {
                throw HostDesk.misunderstanding
            }
            return found
        } catch {
            diagnosis.findings.append(
                .init("connection", .bad, error.problem, remedy: error.remedy))
            return nil
        }
    }

    /// What the host said of a login beyond taking it.
    private static func remarks(
        _ verification: Verification, _ credential: Credential?, _ now: Int64
    ) -> [Diagnosis.Finding] {
        guard verification.outcome == .accepted else { return [] }
        var remarks: [Diagnosis.Finding] = []
        if let scopes = verification.scopes, !scopes.isEmpty {
            remarks.append(.init("scopes", .good, scopes.joined(separator: " ")))
        }
        if let end = verification.expiresAt {
            // What is renewed may end whenever it likes.
            let isSoon = end < now + 7 * 86_400 && credential?.isRenewed != true
            remarks.append(
                .init(
                    "expiry", isSoon ? .doubtful : .good,
                    "the host says that it ends on \(Moment.text(end))",
                    remedy: isSoon ? "make a new one before that" : nil))
        }
        return remarks
    }
}

extension Address {
    /// The address of the host alone.
    var withoutPath: Address {
        Address(scheme: scheme, host: host, port: port, path: [])
    }
}
