import CredentialCore

/// The credentials that are stored, or will be once the steps planned so far are done. Each is
/// found at once by its name, by what it is for, and by all that it says.
struct KnownCredentials {
    /// A credential, and how to get at its secrets.
    struct Known {
        let credential: Credential
        let fields: () throws(CredentialError) -> SecretFields
    }

    /// What a login is for.
    private struct Use: Hashable {
        let wireProtocol: WireProtocol
        let pattern: AddressPattern
        let scope: Scope
        let username: [UInt8]?
    }

    /// All that a credential says: not its name, and not when, where and by whom it was stored.
    private struct Contents: Hashable {
        let kind: Kind
        let username: [UInt8]?
        let authtype: [UInt8]?
        let description: String
        let scope: Scope
        let expiresAt: Int64?
        let rotateAfter: Int64?
        let settings: Set<Credential.Setting>
        let bindings: Set<Binding>

        init(_ credential: Credential) {
            kind = credential.kind
            username = credential.username
            authtype = credential.authtype
            description = credential.description
            scope = credential.scope
            expiresAt = credential.expiresAt
            rotateAfter = credential.rotateAfter
            settings = Set(credential.settings)
            bindings = credential.uses
        }
    }

    /// All of them; nil where one was replaced by another that stands behind.
    private var all: [Known?]
    private var places: [CredentialID: Int] = [:]
    private var names: [String: Int] = [:]
    private var uses: [Use: [Int]] = [:]
    /// Of those that were stored before, by what they say; made when it is first asked for.
    private var contents: [Contents: [Int]]?
    private let storedCount: Int

    init(
        _ stored: [Credential],
        _ fields: @escaping (Credential) throws(CredentialError) -> SecretFields
    ) {
        all = []
        all.reserveCapacity(stored.count)
        storedCount = stored.count
        for credential in stored {
            add(
                Known(credential: credential) { () throws(CredentialError) in
                    try fields(credential)
                })
        }
    }

    /// Adds one with its secrets, or puts it in the place of the one of its id.
    mutating func put(_ credential: Credential, _ fields: SecretFields) {
        if let place = places[credential.id], let old = all[place]?.credential {
            all[place] = nil
            names[old.name] = nil
            for use in Self.uses(of: old) { uses[use]?.removeAll { $0 == place } }
        }
        add(Known(credential: credential) { fields })
    }

    private mutating func add(_ known: Known) {
        let place = all.count
        all.append(known)
        places[known.credential.id] = place
        names[known.credential.name] = place
        guard known.credential.authtype == nil else { return }
        for use in Self.uses(of: known.credential) { uses[use, default: []].append(place) }
    }

    /// The one of that name.
    func credential(named name: String) -> Known? {
        names[name].flatMap { all[$0] }
    }

    /// The logins for one of a login's addresses, with its user and scope, in the order in which
    /// they were added.
    func uses(of login: Credential) -> [Known] {
        guard login.authtype == nil, login.kind == .password || login.kind == .token else {
            return []
        }
        let places = Self.uses(of: login).flatMap { uses[$0] ?? [] }
        return Set(places).sorted().compactMap { all[$0] }
    }

    /// Those stored before that say the same, whatever their names.
    mutating func equals(of credential: Credential) -> [Known] {
        if contents == nil {
            var made: [Contents: [Int]] = [:]
            for place in 0..<storedCount {
                guard let known = all[place] else { continue }
                made[Contents(known.credential), default: []].append(place)
            }
            contents = made
        }
        return (contents?[Contents(credential)] ?? []).compactMap { all[$0] }
    }

    private static func uses(of credential: Credential) -> Set<Use> {
        Set(
            credential.bindings.map {
                Use(
                    wireProtocol: $0.wireProtocol, pattern: $0.pattern, scope: credential.scope,
                    username: credential.username)
            })
    }
}
