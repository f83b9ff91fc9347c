/// What `GetAll` answers about an item.
struct ItemProperties {
    static let signature = "a{sv}"

    private(set) var label = ""
    private(set) var attributes: [String: String] = [:]
    private(set) var isLocked: Bool

    /// The properties in a reply; nil when they are not of the specification's types. Those it does
    /// not know are passed over.
    init?(_ body: MessageReader) {
        var body = body
        var isLocked: Bool?
        guard var entries = body.readContainer(TypeCode.array) else { return nil }
        self.isLocked = false
        while var entry = entries.readContainer(TypeCode.dictionaryEntry) {
            guard let name = entry.readString(),
                var value = entry.readContainer(TypeCode.variant)
            else { return nil }
            switch name {
            case "Label":
                guard let label = value.readString() else { return nil }
                self.label = label
            case "Attributes":
                guard let attributes = Self.readAttributes(&value) else { return nil }
                self.attributes = attributes
            case "Locked":
                guard let flag = value.readBoolean() else { return nil }
                isLocked = flag
            default:
                break
            }
        }
        // Without it, an item that gives no secret could be locked or empty.
        guard let isLocked else { return nil }
        self.isLocked = isLocked
    }

    /// What `Get` answers about an item's attributes; nil when it is something else.
    static func attributes(inVariant body: MessageReader) -> [String: String]? {
        var body = body
        guard var value = body.readContainer(TypeCode.variant) else { return nil }
        return readAttributes(&value)
    }

    private static func readAttributes(_ value: inout MessageReader) -> [String: String]? {
        guard var entries = value.readContainer(TypeCode.array) else { return nil }
        // As many as an item of ours has.
        var attributes = [String: String](minimumCapacity: 8)
        while entries.hasMore {
            guard var entry = entries.readContainer(TypeCode.dictionaryEntry),
                let name = entry.readString(), let text = entry.readString()
            else { return nil }
            attributes[name] = text
        }
        return attributes
    }
}
