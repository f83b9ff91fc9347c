public import CredentialCore
public import SecretService

extension SecretServiceLookup {
    /// Paths of the items that have all these attributes, and perhaps others.
    ///
    /// - Throws: as ``item(at:)`` does.
    public func search(
        _ attributes: [String: String]
    ) throws(CredentialError) -> (unlocked: [String], locked: [String]) {
        let areTexts = attributes.allSatisfy {
            MethodCall.isText($0.key) && MethodCall.isText($0.value)
        }
        // No item has an attribute that cannot be one.
        guard areTexts else { return ([], []) }
        let call = try MethodCall(
            introducedService(), Interface.servicePath, Interface.service, "SearchItems")
        try call.append { arguments in
            arguments.append(TypeCode.array, of: "{ss}") { entries in
                for (name, value) in attributes {
                    entries.append(TypeCode.dictionaryEntry, of: nil) { entry in
                        entry.append(string: name)
                        entry.append(string: value)
                    }
                }
            }
        }
        var body = try body(of: connection.reply(to: call), signature: "aoao", "search")
        return (body.readObjectPaths(), body.readObjectPaths())
    }

    /// The state of the keyring that new items go to.
    ///
    /// - Throws: as ``item(at:)`` does.
    public func defaultCollection() throws(CredentialError) -> DefaultCollection {
        let action = "name its default keyring"
        let readAlias = try MethodCall(
            introducedService(), Interface.servicePath, Interface.service, "ReadAlias")
        try readAlias.append { $0.append(string: "default") }
        var alias = try body(of: connection.reply(to: readAlias), signature: "o", action)
        // The specification's way to say that there is none.
        guard let path = alias.readObjectPath(), path != "/" else { return .absent }

        return try isLocked(collection: path).map { $0 ? .locked : .unlocked } ?? .absent
    }

    /// Whether a keyring is locked; nil when there is none of that path.
    func isLocked(collection path: String) throws(CredentialError) -> Bool? {
        guard MethodCall.isObjectPath(path) else { return nil }
        let action = "describe a keyring"
        let get = try MethodCall(introducedService(), path, Interface.properties, "Get")
        try get.append {
            $0.append(string: Interface.collection)
            $0.append(string: "Locked")
        }
        let reply = try connection.reply(to: get)
        if reply.error?.saysNoObject == true { return nil }
        var locked = try body(of: reply, signature: "v", action)
        var content = locked.readContainer(TypeCode.variant)
        guard let isLocked = content?.readBoolean() else { throw malformed(action) }
        return isLocked
    }
}
