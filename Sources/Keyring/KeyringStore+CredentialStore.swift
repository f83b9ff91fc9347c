public import CredentialCore
import SecretService

extension KeyringStore: CredentialStore {
    /// Reads a secret, wherever in the service it is by now.
    public func fields(of reference: SecretReference) throws(CredentialError) -> SecretFields {
        let found: (fields: SecretFields, path: String) = try fields(of: reference)
        let locator = Array(found.path.utf8)
        if locator != reference.locator { relocated[reference.id] = locator }
        return found.fields
    }

    /// Keeps a secret as a new item, reads it back and compares it.
    public func save(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) -> [UInt8] {
        guard let first = fields.primary, !first.isEmpty else {
            throw CredentialError(
                .badRequest, "\(credential.name) has no secret, and the keyring keeps nothing else")
        }
        let item = CredentialItem(credential, fieldNames: fields.fields.map(\.name))
        let request = KeyringRequest.create(
            label: item.label, attributes: item.attributes, secret: CredentialItem.secret(fields))
        guard case .path(let path) = try ask(request) else { throw Self.unexpected }
        let kept = try self.item(at: path).map {
            CredentialItem.find(SecretReference(credential), in: $0)
        }
        guard case .fields(let found)? = kept, found.matches(fields) else {
            _ = try? ask(.delete(path: path))
            throw CredentialError(
                .damaged, "the keyring did not give back what it was given for \(credential.name)",
                remedy: "nothing was changed; see `keyfob status`")
        }
        return Array(path.utf8)
    }

    /// Replaces the label and attributes of a credential's item.
    public func annotate(_ credential: Credential) throws(CredentialError) {
        let found: (fields: SecretFields, path: String) = try fields(
            of: SecretReference(credential))
        let item = CredentialItem(credential, fieldNames: found.fields.fields.map(\.name))
        _ = try ask(
            .annotate(path: found.path, label: item.label, attributes: item.attributes))
    }

    /// Checks that there is a default keyring, and that it is open.
    public func checkWritable() throws(CredentialError) {
        switch try defaultCollection() {
        case .absent: throw SecretServiceFailure.noDefaultCollection
        case .locked: throw SecretServiceFailure.locked
        case .unlocked: break
        }
    }

    /// Removes a secret's item, wherever in the service it is by now.
    public func remove(_ reference: SecretReference) throws(CredentialError) {
        if try remove(reference, at: String(decoding: reference.locator, as: UTF8.self)) { return }
        let found = try search(CredentialItem.search(for: reference.id))
        for path in found.unlocked + found.locked {
            if try remove(reference, at: path) { return }
        }
    }

    /// Whether the item at a path was the one meant; it is gone now. A path may be another item's.
    private func remove(
        _ reference: SecretReference, at path: String
    ) throws(CredentialError) -> Bool {
        guard !path.isEmpty, let item = try item(at: path) else { return false }
        if item.isLocked { throw SecretServiceFailure.locked }
        if case .another = CredentialItem.find(reference, in: item) { return false }
        _ = try ask(.delete(path: path))
        return true
    }
}
