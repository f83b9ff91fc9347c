import CSecret
import CredentialCore
import SecretService

/// Carries secrets to and from the service, by libsecret, which encrypts them on the way.
struct Secrets {
    private let connection: Connection
    private let items: Items

    /// Secrets over this connection.
    init(_ connection: Connection) {
        self.connection = connection
        items = Items(connection: connection)
    }

    /// Makes an item in the default keyring and returns its path. No other is ever replaced.
    func create(
        label: String, attributes: [String: String], _ secret: Secret
    ) throws(CredentialError) -> String {
        guard let keyring = try Collection.byDefault(connection, until: items.deadline) else {
            throw SecretServiceFailure.noDefaultCollection
        }
        guard !keyring.isLocked else { throw SecretServiceFailure.locked }
        let session = try connection.currentSession(until: items.deadline)
        let path: String?
        do throws(CallFailure) {
            let collection = try ServiceObjects.defaultCollection(session, until: items.deadline)
            path = try collection.map { (collection) throws(CallFailure) in
                try create(label, attributes, SecretParcel(secret), in: collection)
            }
        } catch {
            throw error.error("make an item")
        }
        guard let path else { throw SecretServiceFailure.noDefaultCollection }
        return path
    }

    private func create(
        _ label: String, _ attributes: [String: String], _ parcel: SecretParcel,
        in collection: Reference<SecretCollection>
    ) throws(CallFailure) -> String {
        let table = g_hash_table_new_full(
            { g_str_hash($0) }, { g_str_equal($0, $1) }, { g_free($0) }, { g_free($0) })
        defer { g_hash_table_unref(table) }
        for (name, value) in attributes {
            g_hash_table_insert(table, g_strdup(name), g_strdup(value))
        }
        let item = try Operation.run(
            until: items.deadline,
            { cancellable, callback, data in
                // Without a schema, libsecret adds no attribute of its own.
                secret_item_create(
                    collection.pointer, nil, table, label, parcel.value, SECRET_ITEM_CREATE_NONE,
                    cancellable, callback, data)
            }, finish: { secret_item_create_finish($0, $1) })
        parcel.wipe()
        guard let item else { throw .abandoned }
        let reference = Reference(owned: item)
        return String(cString: g_dbus_proxy_get_object_path(reference.as(GDBusProxy.self)))
    }

    /// An item with its secret, or, while it is locked, without; nil when there is no such item.
    func read(_ path: String) throws(CredentialError) -> ServiceItem? {
        guard var item = try items.item(path) else { return nil }
        guard !item.isLocked else { return item }
        let session = try connection.currentSession(until: items.deadline)
        do throws(CallFailure) {
            item.secret = try secret(path, session)
        } catch  where error.isNoSuchObject {
            // Removed since, or the service ended: its next answer tells which.
            guard try items.item(path) == nil else { throw SecretServiceFailure.ended }
            return nil
        } catch {
            throw error.error("read an item")
        }
        return item
    }

    private func secret(_ path: String, _ session: Session) throws(CallFailure) -> Secret? {
        let item = try ServiceObjects.item(path, session, until: items.deadline)
        _ = try Operation.run(
            until: items.deadline,
            { cancellable, callback, data in
                secret_item_load_secret(item.pointer, cancellable, callback, data)
            }, finish: { secret_item_load_secret_finish(item.pointer, $0, $1) })
        guard let value = secret_item_get_secret(item.pointer) else { return nil }
        return SecretParcel(owned: value).open()
    }
}
