import CredentialCore

/// Which credentials can go because another one does all that they do.
///
/// Whatever is taken away, every address that was answered is answered with the same user and
/// secret afterwards. Each step keeps to that by itself, and the next one begins from its result.
struct DedupePlan: Equatable {
    /// Why a credential can go.
    enum Reason: String, Encodable {
        /// Another one holds the same secret, and takes over its bindings.
        case sameSecret = "same-secret"
        /// Another one always answers before it.
        case sameBinding = "same-binding"
    }

    /// A credential that can go.
    struct Removal: Equatable {
        let id: CredentialID
        let name: String
        let reason: Reason
        /// The name of the one that stays.
        let kept: String
        /// The bindings that move to it.
        let moved: [Binding]
    }

    private(set) var removals: [Removal] = []
    /// Those that stay and are other than before: with more bindings, or with other needs.
    private(set) var changed: [CredentialID: Credential] = [:]
    private var index: BindingIndex
    private let now: Int64

    /// - Parameters:
    ///   - digests: what tells the secrets of two credentials apart, for those that could be read.
    ///   - untouchable: those that can neither be removed nor changed now.
    init(
        _ credentials: [Credential], digests: [CredentialID: SecretDigest],
        untouchable: Set<CredentialID> = [], now: Int64
    ) {
        self.now = now
        index = BindingIndex(credentials)
        var left = Dictionary(
            credentials.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        // What is out of the way may have stood between two others.
        var count = -1
        while count != removals.count {
            count = removals.count
            for group in Self.groups(Array(left.values), digests) {
                merge(group.filter { !untouchable.contains($0.id) }, in: &left)
            }
            renameNeeds(&left)
            removeShadowed(&left, untouchable)
        }
        for credential in credentials {
            guard let now = left[credential.id], now != credential else { continue }
            changed[credential.id] = now
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.removals == right.removals && left.changed == right.changed
    }

    // MARK: The same secret

    /// What two credentials must share to be one: everything that has a say in what is answered.
    private struct Group: Hashable {
        let digest: SecretDigest
        let kind: Kind
        let username: [UInt8]?
        let scope: Scope
        let authtype: [UInt8]?
        let settings: [Credential.Setting]
        /// What an SSH password is for, however its host and port were written.
        let login: String?
        /// Nothing is to last longer than it was given.
        let expiresAt: Int64?
    }

    /// Those with the same secret, the most current first.
    private static func groups(
        _ credentials: [Credential], _ digests: [CredentialID: SecretDigest]
    ) -> [[Credential]] {
        var groups: [Group: [Credential]] = [:]
        groups.reserveCapacity(credentials.count)
        for credential in credentials {
            guard let digest = digests[credential.id] else { continue }
            // What is needed is put together; how the secret was found to look is no part of it.
            let login = credential.sshLogin
            var settings = credential.settings.filter {
                $0.name != "needs" && $0 != Credential.accountPasswordMark
                    && (login == nil || !["host", "port"].contains($0.name))
            }
            settings.sort { $0.name < $1.name }
            let group = Group(
                digest: digest, kind: credential.kind, username: credential.username,
                scope: credential.scope, authtype: credential.authtype, settings: settings,
                login: login, expiresAt: credential.expiresAt)
            groups[group, default: []].append(credential)
        }
        return groups.values.filter { $0.count > 1 }
            .map { group in group.sorted { $1.isBehind($0) } }
            .sorted { $1[0].isBehind($0[0]) }
    }

    /// Puts the others of a group into the most current one. What a client stored stays the
    /// client's: it may go, but nothing goes into it.
    private mutating func merge(
        _ group: [Credential], in left: inout [CredentialID: Credential]
    ) {
        let firstSeeded = group.first { !$0.origin.isLogin && !$0.isSilent(at: now) }
        guard var kept = firstSeeded.flatMap({ left[$0.id] }) else { return }
        for one in group where one.id != kept.id {
            guard let other = left[one.id], !other.isSilent(at: now),
                let moved = bindings(of: other, thatCanMoveTo: kept)
            else { continue }
            index.remove(other)
            index.remove(kept)
            kept.bindings += moved
            if kept.description.isEmpty { kept.description = other.description }
            let needs = (kept.needs + other.needs).joined(separator: ",")
            kept.set("needs", to: needs.isEmpty ? nil : needs)
            _ = kept.replaceNeeds { $0 == other.name ? nil : $0 }
            if other.isAccountPassword { kept.mark(asAccountPassword: true) }
            index.add(kept)
            left[kept.id] = kept
            left[other.id] = nil
            removals.append(
                Removal(
                    id: other.id, name: other.name, reason: .sameSecret, kept: kept.name,
                    moved: moved))
        }
    }

    /// The bindings that one with the same secret lacks; nil when it would not answer in the
    /// other's place exactly as that does.
    private func bindings(of other: Credential, thatCanMoveTo kept: Credential) -> [Binding]? {
        // A login without a user name is nobody's, where a seeded token is anybody's; and a login
        // whose time has passed steps back.
        if other.origin.isLogin, other.username == nil || other.expiresAt != nil { return nil }
        var moved: [Binding] = []
        for binding in other.bindings {
            // git's own logins answer for exactly their path, a seeded binding for what is below.
            if binding.wireProtocol == .git, other.origin == .git { return nil }
            guard !index.hasRival(of: kept, other, at: binding) else { return nil }
            let isThere = kept.bindings.contains {
                $0.wireProtocol == binding.wireProtocol && $0.pattern == binding.pattern
            }
            if !isThere { moved.append(binding) }
        }
        return moved
    }

    // MARK: The same binding

    /// Takes away what never answers, unless another one needs it.
    private mutating func removeShadowed(
        _ left: inout [CredentialID: Credential], _ untouchable: Set<CredentialID>
    ) {
        let shadows = Shadows(Array(left.values), now: now)
        let needed = Set(left.values.flatMap(\.needs))
        for credential in left.values.sorted(by: { $0.name < $1.name }) {
            guard let shadow = shadows[credential], !untouchable.contains(credential.id),
                !shadow.bindings.isEmpty, shadow.bindings.count == credential.bindings.count,
                !needed.contains(credential.name)
            else { continue }
            left[credential.id] = nil
            index.remove(credential)
            removals.append(
                Removal(
                    id: credential.id, name: credential.name, reason: .sameBinding,
                    kept: shadow.other.name, moved: []))
        }
    }

    // MARK: Needs

    /// Whoever needed one that goes needs the one that stays.
    private func renameNeeds(_ left: inout [CredentialID: Credential]) {
        let names = Dictionary(
            removals.filter { $0.reason == .sameSecret }.map { ($0.name, $0.kept) },
            uniquingKeysWith: { first, _ in first })
        guard !names.isEmpty else { return }
        for var credential in left.values where !credential.needs.isEmpty {
            guard credential.replaceNeeds({ names[$0] ?? $0 }) else { continue }
            left[credential.id] = credential
        }
    }
}
