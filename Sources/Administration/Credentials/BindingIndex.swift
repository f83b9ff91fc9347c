import CredentialCore

/// Bindings by what the resolver finds equally near: to see at once who answers between two.
struct BindingIndex {
    /// What bindings share that may fit one request equally well: literal hosts the host, wildcards
    /// the number of labels, since different ones can match the same.
    private struct Place: Hashable {
        let wireProtocol: WireProtocol
        let scheme: [UInt8]
        let host: [UInt8]
        let port: UInt16
        let scope: Scope

        init(_ credential: Credential, _ binding: Binding) {
            let address = binding.pattern.address
            wireProtocol = binding.wireProtocol
            scheme = address.scheme
            port = address.port
            scope = credential.scope
            host =
                binding.pattern.isWildcard
                ? address.host.filter { $0 == UInt8(ascii: ".") } : address.host
        }
    }

    private struct Entry {
        let credential: Credential
        let path: [UInt8]
    }

    private var entries: [Place: [Entry]] = [:]

    init(_ credentials: [Credential]) {
        entries.reserveCapacity(credentials.count)
        for credential in credentials { add(credential) }
    }

    mutating func add(_ credential: Credential) {
        for binding in credential.bindings {
            let entry = Entry(credential: credential, path: binding.pattern.address.path)
            entries[Place(credential, binding), default: []].append(entry)
        }
    }

    mutating func remove(_ credential: Credential) {
        for binding in credential.bindings {
            entries[Place(credential, binding)]?.removeAll { $0.credential.id == credential.id }
        }
    }

    /// Whether somebody else with a binding as near as this one stands between two credentials, so
    /// that it would answer where it did not, or no longer where it did, if the one answered in the
    /// other's place.
    func hasRival(of kept: Credential, _ other: Credential, at binding: Binding) -> Bool {
        let (front, back) = kept.isBehind(other) ? (other, kept) : (kept, other)
        let path = binding.pattern.address.path
        return entries[Place(kept, binding)]?.contains { entry in
            let rival = entry.credential
            guard rival.id != kept.id, rival.id != other.id else { return false }
            // A login of git's with a path also answers where none is asked for.
            guard entry.path == path || rival.origin == .git else { return false }
            return rival.isBehind(front) && back.isBehind(rival)
        } ?? false
    }
}
