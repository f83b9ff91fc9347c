public import CredentialCore
import SecretJSON

/// A credential as an item of the Secret Service: schema `dev.keyfob.Credential`.
///
/// The attributes `id`, `server`, `username` and `kind` are for people and other programs. The
/// attribute `keyfob` is one JSON object with all metadata, enough to rebuild the catalogue from
/// the items alone. All its values are strings, but for lists of strings.
public struct CredentialItem: Sendable {
    /// The schema's name, the value of ``schemaAttribute``.
    public static let schema = "dev.keyfob.Credential"
    /// The attribute by which libsecret tells schemas apart.
    public static let schemaAttribute = "xdg:schema"
    /// The attribute that holds the credential's id.
    public static let idAttribute = "id"
    static let metadataAttribute = "keyfob"

    /// The label that password managers show.
    public let label: String
    /// The attributes.
    public let attributes: [String: String]

    /// The item that holds a credential with its secret fields.
    ///
    /// - Parameter mark: what the catalogue knows it by, see ``ItemLocator``.
    public init(_ credential: Credential, _ fields: SecretFields, mark: String) {
        self.init(credential, fieldNames: ItemSecret.names(fields), mark: mark)
    }

    /// The item of a credential whose secret is there already, in the fields of these names.
    public init(_ credential: Credential, fieldNames: [String], mark: String) {
        let server = credential.bindings.first.map { $0.pattern.text } ?? ""
        label = "Keyfob: \(credential.name)"
        attributes = [
            Self.schemaAttribute: Self.schema,
            Self.idAttribute: credential.id.text,
            "server": Printable.text(server),
            "username": Printable.text(credential.username ?? []),
            "kind": credential.kind.name,
            Self.metadataAttribute: ItemMetadata(
                credential, fieldNames: fieldNames, mark: mark
            ).json,
        ]
    }

    /// The attributes that a credential's item is found by, wherever it is.
    public static func search(for id: CredentialID) -> [String: String] {
        [schemaAttribute: schema, idAttribute: id.text]
    }

    /// The bytes an item with these fields holds.
    public static func secret(_ fields: SecretFields) -> Secret {
        ItemSecret.encoded(fields)
    }

    /// What an item says to somebody who wants one secret.
    public enum Finding: Sendable {
        /// It is the item meant, and these are its fields.
        case fields(SecretFields)
        /// It is the item meant, but holds nothing, or not what was written.
        case unreadable
        /// It is another credential's, or one that no catalogue names any more.
        case another
    }

    /// The secret fields of the credential meant, if this is exactly the item meant.
    public static func find(_ reference: SecretReference, in item: ServiceItem) -> Finding {
        guard item.attributes[idAttribute] == reference.id.text, let contents = contents(item),
            contents.mark == ItemLocator(reference).mark
        else { return .another }
        let fields = item.secret.flatMap { ItemSecret.fields($0, named: contents.fieldNames) }
        return fields.map(Finding.fields) ?? .unreadable
    }

    /// The locator of an item; nil when it tells nothing of itself.
    public static func locator(_ item: ServiceItem) -> ItemLocator? {
        contents(item).map { ItemLocator(path: item.path, mark: $0.mark) }
    }

    /// The names of an item's secret fields: those it tells of, else the one that its kind has.
    public static func fieldNames(_ item: ServiceItem) -> [String] {
        let kind = item.attributes["kind"].flatMap(Kind.init(name:))
        return contents(item)?.fieldNames ?? [kind?.secretFields.first ?? "secret"]
    }

    private static func contents(_ item: ServiceItem) -> ItemContents? {
        item.attributes[metadataAttribute].flatMap(ItemContents.init(json:))
    }

    private static func metadata(_ item: ServiceItem) -> ItemMetadata? {
        item.attributes[metadataAttribute].flatMap(ItemMetadata.init(json:))
    }

    /// The credential that an item tells of, to rebuild a catalogue from. Without metadata it comes
    /// back unbound, as the administrator's; nil when it is no item of ours.
    public static func credential(_ item: ServiceItem, now: Int64) -> Credential? {
        guard item.attributes[schemaAttribute] == schema,
            let id = item.attributes[idAttribute].flatMap(CredentialID.init(text:)),
            let kind = item.attributes["kind"].flatMap(Kind.init(name:))
        else { return nil }
        if let metadata = metadata(item),
            var credential = metadata.credential(id: id, kind: kind)
        {
            credential.locator = ItemLocator(path: item.path, mark: metadata.contents.mark).bytes
            return credential
        }
        var credential = Credential(
            id: id, name: "recovered-" + id.text.prefix(8), kind: kind, origin: .admin,
            store: .secretService, createdAt: now, createdBy: "keyfob store recover")
        credential.username = item.attributes["username"].flatMap {
            $0.isEmpty ? nil : Array($0.utf8)
        }
        credential.locator = ItemLocator(path: item.path).bytes
        return credential
    }
}
