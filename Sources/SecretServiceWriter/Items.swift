import CredentialCore
import SecretService

/// Finds, changes and removes items. Nothing here asks for a password: what is locked is found out
/// before anything is asked that takes an unlocked keyring.
struct Items {
    let connection: Connection
    let deadline = Deadline()

    /// An item without its secret; nil when there is no such item.
    ///
    /// - Throws: `locked` when that cannot be told: KeePassXC hides what a locked keyring holds.
    func item(_ path: String) throws(CredentialError) -> ServiceItem? {
        let call = MethodCall.properties(of: path, .item)
        switch try connection.answer(to: call, until: deadline) {
        case .success(let answer):
            var item = try Self.item(path, answer)
            if item.isLocked { item.wantsConfirmation = try isInOpenKeyring(path) }
            return item
        case .failure(let failure) where failure.isNoSuchObject:
            try checkKeyring(of: path)
            return nil
        case .failure(let failure): throw failure.error(Self.reading)
        }
    }

    private func isInOpenKeyring(_ path: String) throws(CredentialError) -> Bool {
        let keyring = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        guard !keyring.isEmpty else { return false }
        return try Collection(keyring, connection, until: deadline)?.isLocked == false
    }

    /// Fails where an item may be missing only because its keyring is locked or not open.
    private func checkKeyring(of path: String) throws(CredentialError) {
        let keyring = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        guard !keyring.isEmpty else { return }
        if let found = try Collection(keyring, connection, until: deadline) {
            guard !found.isLocked else { throw SecretServiceFailure.locked }
        } else {
            guard try Collection.byDefault(connection, until: deadline) != nil else {
                throw SecretServiceFailure.noDefaultCollection
            }
        }
    }

    /// All items of all keyrings with all of these attributes.
    func search(_ attributes: [String: String]) throws(CredentialError) -> [ServiceItem] {
        let search = MethodCall.secretService(
            "/org/freedesktop/secrets", .service, "SearchItems",
            .tuple(.attributes(attributes)), answer: "(aoao)")
        let found = try connection.answer(to: search, "search its items", until: deadline)
        let paths = found.members.flatMap { $0.members.map(\.text) }
        let calls = paths.map { MethodCall.properties(of: $0, .item) }
        let bus = try connection.connectedBus(until: deadline)
        let answers: [Result<Variant, CallFailure>]
        do throws(CallFailure) {
            answers = try bus.answers(to: calls, until: deadline)
        } catch {
            throw error.error(Self.reading)
        }
        var items: [ServiceItem] = []
        for (path, answer) in zip(paths, answers) {
            switch answer {
            case .success(let answer): items.append(try Self.item(path, answer))
            // Removed since it was found.
            case .failure(let failure) where failure.isNoSuchObject: continue
            case .failure(let failure): throw failure.error(Self.reading)
            }
        }
        return items
    }

    /// Replaces label and attributes.
    func annotate(
        _ path: String, label: String, attributes: [String: String]
    ) throws(CredentialError) {
        guard let item = try item(path) else {
            throw CredentialError(.damaged, "the keyring's item \(path) is gone")
        }
        guard !item.isLocked else { throw SecretServiceFailure.locked(item) }
        for (name, value) in [("Attributes", .attributes(attributes)), ("Label", .text(label))]
            as [(String, Variant)]
        {
            let call = MethodCall.secretService(
                path, .properties, "Set",
                .tuple(.text(MethodCall.Interface.item.rawValue), .text(name), value.boxed))
            _ = try connection.answer(to: call, "change an item", until: deadline)
        }
    }

    /// Removes an item, if it is there.
    func delete(_ path: String) throws(CredentialError) {
        let action = "remove an item"
        guard let item = try item(path) else { return }
        guard !item.isLocked else { throw SecretServiceFailure.locked(item) }
        let call = MethodCall.secretService(path, .item, "Delete", answer: "(o)")
        switch try connection.answer(to: call, until: deadline) {
        case .success(let answer):
            try connection.confirm(answer.members[0].text, action)
        case .failure(let failure) where failure.isNoSuchObject: return
        case .failure(let failure): throw failure.error(action)
        }
    }

    private static let reading = "read an item"

    private static func item(
        _ path: String, _ answer: Variant
    ) throws(CredentialError) -> ServiceItem {
        let properties = answer.members[0]
        guard let isLocked = properties.property("Locked", "b")?.isTrue else {
            throw SecretServiceFailure.refused(reading, "it does not say whether it is locked")
        }
        return ServiceItem(
            path: path, label: properties.property("Label", "s")?.text ?? "",
            attributes: properties.property("Attributes", "a{ss}")?.attributes ?? [:],
            isLocked: isLocked)
    }
}
