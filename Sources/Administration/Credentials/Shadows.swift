import CredentialCore

/// Which bindings never answer, because another credential with the same binding, user and scope
/// always answers before them; and which SSH passwords are older than another one for the same
/// login and scope.
struct Shadows {
    /// What lies in the shadow of others.
    struct Shadow {
        /// The most current of those that answer instead.
        var other: Credential
        /// The bindings that never answer; none for an SSH password, which no client asks for.
        var bindings: Set<Binding>
    }

    private var shadows: [CredentialID: Shadow] = [:]

    /// A binding, by where it stands.
    private struct Place {
        let credential: Int
        let binding: Int
    }

    /// One pass over all bindings: those with the same key are compared with the few of them that
    /// answer. Most keys have one binding, for which no group is made.
    init(_ credentials: [Credential], now: Int64) {
        var firsts: [Key: Place] = [:]
        var groups: [Key: [Place]] = [:]
        firsts.reserveCapacity(credentials.count)
        for index in credentials.indices {
            for number in credentials[index].bindings.indices {
                let key = Key(credentials[index], credentials[index].bindings[number])
                let place = Place(credential: index, binding: number)
                guard let first = firsts[key] else {
                    firsts[key] = place
                    continue
                }
                groups[key, default: [first]].append(place)
            }
        }
        for group in groups.values { compare(group, credentials, now) }
        compareLogins(credentials, now)
    }

    /// The SSH passwords of one login, in one scope.
    private struct Login: Hashable {
        let text: String
        let scope: Scope
    }

    private mutating func compareLogins(_ credentials: [Credential], _ now: Int64) {
        var groups: [Login: [Int]] = [:]
        for index in credentials.indices where credentials[index].kind == .sshPassword {
            guard let login = credentials[index].sshLogin else { continue }
            groups[Login(text: login, scope: credentials[index].scope), default: []].append(index)
        }
        for group in groups.values where group.count > 1 {
            let ordered = group.map { credentials[$0] }.sorted { $1.isBehind($0) }
            guard let first = ordered.firstIndex(where: { !$0.isSilent(at: now) }) else { continue }
            for other in ordered[(first + 1)...] where shadows[other.id] == nil {
                shadows[other.id] = Shadow(other: ordered[first], bindings: [])
            }
        }
    }

    private mutating func compare(_ group: [Place], _ credentials: [Credential], _ now: Int64) {
        var answering: [Credential] = []
        let ordered = group.sorted {
            credentials[$1.credential].isBehind(credentials[$0.credential])
        }
        for place in ordered {
            let credential = credentials[place.credential]
            let binding = credential.bindings[place.binding]
            let first = answering.first {
                $0.id != credential.id && !$0.isSilent(at: now)
                    && $0.always(answersBefore: credential, at: binding)
            }
            guard let first else {
                answering.append(credential)
                continue
            }
            var shadow = shadows[credential.id] ?? Shadow(other: first, bindings: [])
            shadow.bindings.insert(binding)
            if shadow.other.isBehind(first) { shadow.other = first }
            shadows[credential.id] = shadow
        }
    }

    /// What of a credential never answers; nil when there is nothing.
    subscript(_ credential: Credential) -> Shadow? {
        shadows.isEmpty ? nil : shadows[credential.id]
    }

    /// What two bindings must share for the one to stand in the other's shadow, as bytes: hashed
    /// at once.
    private struct Key: Hashable {
        let bytes: [UInt8]

        init(_ credential: Credential, _ binding: Binding) {
            let address = binding.pattern.address
            var bytes: [UInt8] = []
            bytes.reserveCapacity(128)
            bytes += [
                binding.wireProtocol.rawValue, credential.username == nil ? 0 : 1,
                UInt8(address.port >> 8), UInt8(address.port & 255),
            ]
            // None of the fields holds a zero byte.
            for field in [
                credential.username ?? [], credential.scope.path, address.scheme, address.host,
                address.path,
            ] {
                bytes += field
                bytes.append(0)
            }
            self.bytes = bytes
        }

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}

extension Credential {
    /// Whether another one answers before this one where both fit equally well, as the resolver
    /// decides it.
    func isBehind(_ other: Credential) -> Bool {
        currency == other.currency ? id < other.id : currency < other.currency
    }

    /// Whether it answers nothing for now: what stands behind it may be what is wanted.
    func isSilent(at now: Int64) -> Bool {
        expiresAt.map { $0 <= now } ?? false || bindings.contains { $0.suspendedUntil > now }
    }

    /// Whether this one fits wherever another one with the same binding, user and scope does, so
    /// that the other never answers there. The exceptions are those of ``Resolver``.
    ///
    /// - Parameter other: one that is behind this.
    fileprivate func always(answersBefore other: Credential, at binding: Binding) -> Bool {
        guard kind.answers(binding.wireProtocol) else { return false }
        // A ready-made header is not for every client.
        guard authtype == nil || other.authtype != nil else { return false }
        // docker is not shown what is minted.
        guard kind.isSentAsStored || !other.kind.isSentAsStored else { return false }
        // A login without a user name is nobody's, where a seeded token is anybody's; and a login
        // whose time has passed steps back.
        if origin.isLogin, !other.origin.isLogin, username == nil { return false }
        if origin.isLogin, expiresAt != nil { return false }
        guard binding.wireProtocol == .git else { return true }
        // git's own logins answer for exactly their path, and where no path is asked for.
        let isAtHost = binding.pattern.address.path.isEmpty
        return origin == .git ? other.origin == .git : other.origin != .git || isAtHost
    }
}
