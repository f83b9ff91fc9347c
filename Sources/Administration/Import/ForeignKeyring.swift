import CredentialCore
import Keyring
import SecretService

/// The keyring's items that other programs made.
struct ForeignKeyring {
    private let session: AdminSession
    private var keyring: KeyringStore { session.keyring }

    init(_ session: AdminSession) {
        self.session = session
    }

    /// The items with these attributes, without secrets. Somebody at a terminal is asked once to
    /// unlock them.
    ///
    /// - Throws: `unreachable` when there is no keyring that can be asked, `locked` when it shows
    ///   nothing while it is locked, which does not mean that there is nothing.
    func items(_ attributes: [String: String]) throws(CredentialError) -> [ServiceItem] {
        let items = try session.unlocking { () throws(CredentialError) -> [ServiceItem] in
            let items = try keyring.items(attributes)
            if items.isEmpty { try requireUnlocked() }
            return items
        }
        if items.contains(where: \.isLocked) {
            // Each item says for itself if it is still locked.
            try? session.unlocking { () throws(CredentialError) in try requireUnlocked() }
        }
        return items.sorted { $0.path < $1.path }
    }

    private func requireUnlocked() throws(CredentialError) {
        if try keyring.status().isLocked { throw SecretServiceFailure.locked }
    }

    /// An item with its secret.
    ///
    /// - Throws: `locked`, `notFound` when it is gone, `badRequest` when it holds nothing.
    func read(_ item: ServiceItem) throws(CredentialError) -> (item: ServiceItem, secret: Secret) {
        guard let found = try keyring.item(at: item.path) else {
            throw CredentialError(.notFound, "the item is gone")
        }
        guard !found.isLocked else {
            throw CredentialError(
                .locked, "its keyring is locked", remedy: "run `keyfob unlock`")
        }
        guard let secret = found.secret, !secret.isEmpty else {
            throw CredentialError(.badRequest, "its secret is empty")
        }
        return (found, secret)
    }

    /// Deletes an item that is still what was read.
    ///
    /// - Throws: `conflict` when it is not, and what ``read(_:)`` throws.
    func delete(_ item: ServiceItem) throws(CredentialError) {
        let now = try read(item)
        guard let secret = item.secret, now.secret.matches(secret) else {
            throw ImportRemovals.changed
        }
        _ = try keyring.ask(.delete(path: item.path))
    }
}
