public import CredentialCore
import SecretService

extension KeyringStore: CredentialStore {
    /// Reads a secret, wherever in the service it is by now.
    public func fields(of reference: SecretReference) throws(CredentialError) -> SecretFields {
        let found = try find(reference)
        if found.isElsewhere { relocated[reference] = found.locator.bytes }
        return found.fields
    }

    /// Keeps a secret as a new item, reads it back and compares it.
    public func save(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) -> [UInt8] {
        guard fields.primary != nil else {
            throw CredentialError(
                .badRequest, "\(credential.name) has no secret, and the keyring keeps nothing else")
        }
        var locator = ItemLocator()
        let item = CredentialItem(credential, fields, mark: locator.mark)
        let request = KeyringRequest.create(
            label: item.label, attributes: item.attributes, secret: CredentialItem.secret(fields))
        guard case .path(let path) = try ask(request) else { throw Self.unexpected }
        locator.path = path
        var reference = SecretReference(credential)
        reference.locator = locator.bytes
        guard let kept = try self.item(at: path),
            case .fields(let found) = CredentialItem.find(reference, in: kept),
            found.matches(fields)
        else {
            try? discard(reference)
            throw CredentialError(
                .damaged, "the keyring did not give back what it was given for \(credential.name)",
                remedy: "nothing was changed; see `keyfob status`")
        }
        return reference.locator
    }

    /// Replaces the label and attributes of a credential's item.
    public func annotate(_ credential: Credential) throws(CredentialError) {
        let found = try find(SecretReference(credential))
        let item = CredentialItem(credential, found.fields, mark: found.locator.mark)
        _ = try ask(
            .annotate(path: found.locator.path, label: item.label, attributes: item.attributes))
    }

    /// Removes an item that was made a moment ago.
    public func discard(_ reference: SecretReference) throws(CredentialError) {
        let path = ItemLocator(reference).path
        guard !path.isEmpty, let item = try item(at: path) else { return }
        // The path may be another item's, which is none of our business.
        if case .another = CredentialItem.find(reference, in: item) { return }
        _ = try ask(.delete(path: path))
    }

    /// Removes all items of a credential but one.
    public func prune(_ id: CredentialID, keeping locator: [UInt8]?) throws(CredentialError) {
        let found = try items(CredentialItem.search(for: id))
        for item in found where CredentialItem.locator(item)?.bytes != locator {
            _ = try ask(.delete(path: item.path))
        }
    }
}
