import CredentialCore

/// Which bucket a host's bindings are in. The hash is keyed, so that nobody can choose hosts that
/// fall together.
struct BucketIndex {
    let key: Secret
    let count: Int

    func index(host: [UInt8], port: UInt16) -> Int {
        guard count > 1 else { return 0 }
        var message = host
        message.append(0)
        message.append(integer: port)
        let digest = Sodium.mac(message, key: key)
        let hash = (0..<8).reduce(UInt64(0)) { $0 | UInt64(digest[$1]) << (8 * UInt64($1)) }
        return Int(hash % UInt64(count))
    }
}
