import CredentialCore
import Hosts
import SealedFile

/// The entries of a source, each with what becomes of it.
///
/// A client's login is known by what it is for: the address, the user and the scope. A credential
/// of an export has a name, and is known by that first.
struct ImportPlan {
    /// An entry and its action.
    struct Step {
        let entry: ImportEntry
        let action: ImportAction
    }

    /// How the plan is made.
    struct Terms {
        /// Where the entries apply; a scope of their own lies in it.
        let scope: Scope
        /// Where new secrets go.
        let store: StoreKind
        let now: Int64
        let creator: String
        /// Which of several entries for an address counts: the last, or the first.
        let lastCounts: Bool
        /// What is said about a conflict: a rule other than `ask`, or nil when it stays open.
        let settle: (_ conflict: String, _ mayReplace: Bool) -> ConflictRule?
        /// Told how many entries are planned.
        var progress: (Int) -> Void = { _ in }
    }

    private(set) var steps: [Step] = []
    let terms: Terms
    private var known: KnownCredentials
    private var names: ImportNames
    /// What the entries so far are or will be, and which of it the store is changed by.
    private var claimed: Set<CredentialID> = []
    private var planned: Set<CredentialID> = []

    /// Plans what becomes of each entry.
    ///
    /// - Parameter fields: reads a stored credential's secrets.
    init(
        _ entries: [ImportEntry], besides stored: [Credential], _ terms: Terms,
        fields: @escaping (Credential) throws(CredentialError) -> SecretFields
    ) {
        self.terms = terms
        known = KnownCredentials(stored, fields)
        names = ImportNames(
            stored: stored.map(\.name), entries: entries.compactMap(\.login?.credential.name))
        steps.reserveCapacity(entries.count)
        for entry in entries {
            let entry = entry.placed(in: terms.scope).marked()
            let action = action(for: entry)
            steps.append(Step(entry: entry, action: action))
            if let login = entry.login { note(login, action) }
            terms.progress(steps.count)
        }
    }

    /// The steps that the store will have something new or anew from.
    var changes: [Step] { steps.filter(\.action.isChange) }

    /// What does not look like what its provider gives out, and is imported all the same: a client
    /// may have it from there.
    var doubts: [String] {
        changes.compactMap { step in
            guard let login = step.entry.login, let credential = step.action.credential,
                let problem = ProviderCheck.problem(with: login.credential, login.fields)
            else { return nil }
            return "\(credential.name) may not work: \(problem.error.message)"
        }
    }

    private mutating func note(_ login: ImportedCredential, _ action: ImportAction) {
        guard let credential = action.credential else { return }
        claimed.insert(credential.id)
        guard action.isChange else { return }
        planned.insert(credential.id)
        names.take(credential.name)
        if case .replace = action {
            known.put(
                credential.taking(login, now: terms.now), login.replacement(for: credential.kind))
        } else {
            known.put(credential, login.fields)
        }
    }

    private mutating func action(for entry: ImportEntry) -> ImportAction {
        switch entry.finding {
        case .refused(let reason): return .refuse(reason)
        case .passedOver(let reason): return .skip(reason)
        case .login(let login):
            do throws(CredentialError) {
                return try login.hasName ? action(forNamed: login) : action(forLogin: login)
            } catch {
                return .refuse(error.problem)
            }
        }
    }

    // MARK: Logins of clients

    private mutating func action(
        forLogin login: ImportedCredential
    ) throws(CredentialError) -> ImportAction {
        let suggested = names.suggested(for: login)
        let name = names.free(suggested)
        let fresh = try fresh(login, named: name)
        let same = known.uses(of: login.credential)
        for known in same where login.isHeld(by: try known.fields()) {
            return .present(known.credential)
        }
        if let before = same.first(where: { claimed.contains($0.credential.id) })?.credential {
            return .skip("\(before.name), which comes before it in the source, is for the same")
        }
        if let stored = same.first?.credential {
            // Only these two kinds consist of one secret that a client sent or was sent.
            let isAlike = stored.kind == .password || stored.kind == .token
            return try resolve(
                "\(stored.name) has another secret for \(login.binding?.text ?? "")",
                login, isAlike ? stored : nil, fresh)
        }
        guard let namesake = known.credential(named: suggested),
            !planned.contains(namesake.credential.id)
        else { return .add(fresh) }
        return try resolve(
            "the name \(suggested) is taken by another credential", login, nil, fresh)
    }

    // MARK: Credentials of exports

    private mutating func action(
        forNamed login: ImportedCredential
    ) throws(CredentialError) -> ImportAction {
        let name = login.credential.name
        try CredentialName.check(name)
        let fresh = try fresh(login, named: name)
        let namesake = known.credential(named: name)
        var difference: String?
        if let namesake {
            difference = try namesake.difference(to: login)
            if difference == nil { return .present(namesake.credential) }
        }
        if let equal = try equal(to: fresh, login) { return .present(equal) }
        if let namesake, let difference {
            var renamed = fresh
            renamed.name = names.free(name)
            let isTwice = claimed.contains(namesake.credential.id)
            return try resolve(
                isTwice
                    ? "the source has another credential named \(name) before it"
                    : "\(name) has \(difference)", login, isTwice ? nil : namesake.credential,
                renamed)
        }
        for stored in eligible(known.uses(of: login.credential)) {
            guard let difference = try stored.difference(to: login) else {
                return .present(stored.credential)
            }
            return try resolve(
                "\(stored.credential.name), which is for the same, has \(difference)", login,
                stored.credential, fresh)
        }
        return .add(fresh)
    }

    /// The stored credential that differs in its name alone: what an import before this one made
    /// of the entry when the name was taken.
    private mutating func equal(
        to fresh: Credential, _ login: ImportedCredential
    ) throws(CredentialError) -> Credential? {
        for stored in eligible(known.equals(of: fresh)) {
            if try stored.fields().matches(login.fields) { return stored.credential }
        }
        return nil
    }

    /// Of what the store had before, what no other entry stands for.
    private func eligible(
        _ candidates: [KnownCredentials.Known]
    ) -> [KnownCredentials.Known] {
        candidates.filter { candidate in
            !claimed.contains(candidate.credential.id)
                && !names.isInSource(candidate.credential.name)
        }
    }

    // MARK: Both

    private func fresh(
        _ login: ImportedCredential, named name: String
    ) throws(CredentialError) -> Credential {
        var fresh = Credential(id: Draft.newID(), login, named: name, terms)
        ProviderCheck.mark(&fresh, login.fields)
        try check(login, as: fresh)
        return fresh
    }

    /// Checks what an entry would be stored as.
    private func check(
        _ login: ImportedCredential, as credential: Credential
    ) throws(CredentialError) {
        try login.check(credential)
        try KindTemplate.check(imported: credential, login.replacement(for: credential.kind))
    }

    private func resolve(
        _ conflict: String, _ login: ImportedCredential, _ stored: Credential?, _ fresh: Credential
    ) throws(CredentialError) -> ImportAction {
        let rule = terms.settle(conflict, stored != nil)
        switch rule {
        case .rename: return .add(fresh)
        case .skip: return .skip(conflict)
        case .ask, nil:
            return .refuse("\(conflict); choose with --on-conflict skip, replace, rename or newest")
        case .replace, .newest:
            guard let stored else {
                return .refuse(
                    "\(conflict), which this cannot replace; use --on-conflict skip or rename")
            }
            if rule == .newest, let reason = login.reasonToStay(besides: stored) {
                return .skip("\(conflict), and \(reason)")
            }
            try check(login, as: stored.taking(login, now: terms.now))
            return .replace(stored)
        }
    }
}
