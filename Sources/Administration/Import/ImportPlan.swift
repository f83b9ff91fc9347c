import CredentialCore
import SealedFile

/// What to do about a login when the store has another secret for the same.
enum ConflictRule: String, CaseIterable {
    case ask
    case skip
    case replace
    case rename
}

/// What becomes of one entry.
enum ImportAction {
    /// It is stored under this name.
    case add(Credential)
    /// It replaces the secret of this credential.
    case replace(Credential)
    /// This credential holds it already.
    case present(Credential)
    /// It stays where it is, and nothing is lost.
    case skip(String)
    /// It cannot be imported.
    case refuse(String)

    /// The credential that holds the login when all is done.
    var credential: Credential? {
        switch self {
        case .add(let credential), .replace(let credential), .present(let credential): credential
        case .skip, .refuse: nil
        }
    }

    /// Whether the store is changed by it.
    var isChange: Bool {
        switch self {
        case .add, .replace: true
        case .present, .skip, .refuse: false
        }
    }
}

/// The entries of a source, each with what becomes of it.
struct ImportPlan {
    /// An entry and its action.
    struct Step {
        let entry: ImportEntry
        let action: ImportAction
    }

    /// How the plan is made.
    struct Terms {
        let scope: Scope
        /// Where new secrets go.
        let store: StoreKind
        let now: Int64
        let creator: String
        /// What is said about a conflict: a rule other than `ask`, or nil when it stays open.
        let settle: (_ conflict: String, _ mayReplace: Bool) -> ConflictRule?
    }

    /// A credential that is stored, or will be once the steps before are done.
    private struct Known {
        let credential: Credential
        let fields: () throws(CredentialError) -> SecretFields
    }

    private(set) var steps: [Step] = []
    private let terms: Terms
    private var known: [Known]

    /// Plans what becomes of each entry.
    ///
    /// - Parameter fields: reads a stored credential's secrets.
    init(
        _ entries: [ImportEntry], besides stored: [Credential], _ terms: Terms,
        fields: @escaping (Credential) throws(CredentialError) -> SecretFields
    ) {
        self.terms = terms
        known = stored.map { credential in
            Known(credential: credential) { () throws(CredentialError) in try fields(credential) }
        }
        for entry in entries {
            let action = action(for: entry)
            steps.append(Step(entry: entry, action: action))
            if let login = entry.login, let credential = action.credential, action.isChange {
                known.removeAll { $0.credential.id == credential.id }
                known.append(Known(credential: credential) { login.fields })
            }
        }
    }

    /// The steps that the store will have something new or anew from.
    var changes: [Step] { steps.filter(\.action.isChange) }

    private func action(for entry: ImportEntry) -> ImportAction {
        switch entry.finding {
        case .refused(let reason): return .refuse(reason)
        case .passedOver(let reason): return .skip(reason)
        case .login(let login):
            do throws(CredentialError) {
                return try action(for: login)
            } catch {
                return .refuse(error.problem)
            }
        }
    }

    private func action(for login: ImportedLogin) throws(CredentialError) -> ImportAction {
        let fresh = Credential(
            id: Draft.newID(), login, named: freeName(for: login), terms)
        try BindingRules.check(fresh, namingUser: "")
        if let secret = login.fields.primary { try BindingRules.check(secret, for: fresh) }
        let same = known.filter { isSame($0.credential, login) }
        for stored in same where holds(try stored.fields(), login) {
            return .present(stored.credential)
        }
        if let before = same.first(where: isClaimed)?.credential {
            return .skip("\(before.name), which comes before it in the source, is for the same")
        }
        if let stored = same.first?.credential {
            let conflict = "\(stored.name) has another secret for \(login.binding.text)"
            // Only these two kinds consist of one secret that a client sent or was sent.
            let isAlike = stored.kind == .password || stored.kind == .token
            return resolve(conflict, isAlike ? stored : nil, fresh)
        }
        let suggested = suggestedName(for: login)
        guard known.contains(where: { $0.credential.name == suggested && !isPlanned($0) }) else {
            return .add(fresh)
        }
        return resolve("the name \(suggested) is taken by another credential", nil, fresh)
    }

    private func resolve(
        _ conflict: String, _ stored: Credential?, _ fresh: Credential
    ) -> ImportAction {
        switch (terms.settle(conflict, stored != nil), stored) {
        case (.rename, _): .add(fresh)
        case (.skip, _): .skip(conflict)
        case (.replace, let stored?): .replace(stored)
        case (.replace, nil):
            .refuse("\(conflict), which this cannot replace; use --on-conflict skip or rename")
        case (.ask, _), (nil, _):
            .refuse("\(conflict); choose with --on-conflict skip, replace or rename")
        }
    }

    private func isPlanned(_ known: Known) -> Bool {
        steps.contains { $0.action.isChange && $0.action.credential?.id == known.credential.id }
    }

    /// Whether an entry before this one is what a credential holds, or will hold.
    private func isClaimed(_ known: Known) -> Bool {
        steps.contains { $0.action.credential?.id == known.credential.id }
    }

    /// Whether a stored credential is for the same address, scope and user.
    private func isSame(_ stored: Credential, _ login: ImportedLogin) -> Bool {
        stored.scope == terms.scope && stored.username == login.username && stored.authtype == nil
            && stored.bindings.contains {
                $0.wireProtocol == login.binding.wireProtocol
                    && $0.pattern == login.binding.pattern
            }
    }

    private func suggestedName(for login: ImportedLogin) -> String {
        name(for: login) { _ in false }
    }

    private func freeName(for login: ImportedLogin) -> String {
        name(for: login) { name in known.contains { $0.credential.name == name } }
    }

    private func name(for login: ImportedLogin, taken: (String) -> Bool) -> String {
        let isToken = login.username == ImportedLogin.tokenUsername
        return CredentialName.suggested(
            for: login.binding.pattern.address,
            username: isToken ? Array("token".utf8) : login.username, taken: taken)
    }
}

extension ImportPlan {
    /// Whether stored fields hold a login's secret, and its refresh token where it has one.
    static func holds(_ stored: SecretFields, _ login: ImportedLogin) -> Bool {
        guard let mine = login.fields.primary, stored.primary?.matches(mine) == true else {
            return false
        }
        guard let token = login.fields["refreshToken"] else { return true }
        return stored["refreshToken"]?.matches(token) == true
    }

    private func holds(_ stored: SecretFields, _ login: ImportedLogin) -> Bool {
        Self.holds(stored, login)
    }
}
