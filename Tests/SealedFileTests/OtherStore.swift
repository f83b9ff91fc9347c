import CredentialCore

/// A credential store that keeps everything in memory and fails when told to.
final class OtherStore: CredentialStore {
    private(set) var kept: [SecretReference: SecretFields] = [:]
    private(set) var annotated: [Credential] = []
    var isLocked = false
    private var count = 0

    func fields(of reference: SecretReference) throws(CredentialError) -> SecretFields {
        guard let fields = kept[reference] else { throw CredentialError(.damaged, "gone") }
        return fields
    }

    func save(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) -> [UInt8] {
        try checkWritable()
        count += 1
        var reference = SecretReference(credential)
        reference.locator = Array("item \(count)".utf8)
        kept[reference] = fields
        return reference.locator
    }

    func annotate(_ credential: Credential) throws(CredentialError) {
        try checkWritable()
        annotated.append(credential)
    }

    func checkWritable() throws(CredentialError) {
        if isLocked { throw CredentialError(.locked, "locked") }
    }

    func discard(_ reference: SecretReference) throws(CredentialError) {
        try checkWritable()
        kept[reference] = nil
    }

    func prune(_ id: CredentialID, keeping locator: [UInt8]?) throws(CredentialError) {
        try checkWritable()
        kept = kept.filter { $0.key.id != id || $0.key.locator == locator }
    }

    /// The primary secrets kept, sorted.
    var secrets: [String] {
        kept.values.compactMap { $0.primary.map { String(decoding: $0.bytes, as: UTF8.self) } }
            .sorted()
    }
}
