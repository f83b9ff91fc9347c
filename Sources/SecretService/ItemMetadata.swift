import CredentialCore
import SecretJSON

/// The value of an item's `keyfob` attribute.
struct ItemMetadata {
    let contents: ItemContents
    private let values: [String: String]
    private let bindings: [String]
    private let settings: [String]

    init(_ credential: Credential, fieldNames: [String], mark: String) {
        contents = ItemContents(mark: mark, fieldNames: fieldNames)
        bindings = credential.bindings.map(\.text)
        settings = credential.settings.flatMap { [$0.name, $0.value] }
        var values = [
            "mark": mark,
            "version": String(credential.version),
            "name": credential.name,
            "origin": credential.origin.name,
            "createdAt": String(credential.createdAt),
            "createdBy": credential.createdBy,
            "updatedAt": String(credential.updatedAt),
            "currency": String(credential.currency),
        ]
        values["username"] = credential.username.map(Self.hexadecimal)
        values["authtype"] = credential.authtype.map(Self.hexadecimal)
        if !credential.description.isEmpty { values["description"] = credential.description }
        if !credential.scope.isNone { values["scope"] = credential.scope.text }
        values["expiresAt"] = credential.expiresAt.map { String($0) }
        values["rotateAfter"] = credential.rotateAfter.map { String($0) }
        self.values = values
    }

    /// Reads what ``json`` writes; nil when it is something else.
    init?(json: String) {
        var values: [String: String] = [:]
        var lists: [String: [String]] = [:]
        let isRead: Bool? = try? Array(json.utf8).withUnsafeBytes { bytes throws(CredentialError) in
            var reader = JSONReader(bytes, of: "the metadata", expecting: "a JSON object")
            try reader.readObject { name, reader throws(CredentialError) in
                let name = String(decoding: name.bytes, as: UTF8.self)
                if ["fields", "bindings", "settings"].contains(name) {
                    var list: [String] = []
                    try reader.readArray { reader throws(CredentialError) in
                        list.append(String(decoding: try reader.readString().bytes, as: UTF8.self))
                    }
                    lists[name] = list
                } else {
                    values[name] = String(decoding: try reader.readString().bytes, as: UTF8.self)
                }
            }
            try reader.readEnd()
            return true
        }
        guard isRead == true, let mark = values["mark"] else { return nil }
        contents = ItemContents(mark: mark, fieldNames: lists["fields"] ?? [])
        self.values = values
        bindings = lists["bindings"] ?? []
        settings = lists["settings"] ?? []
    }

    var json: String {
        var json = "{"
        func quote(_ text: String) {
            var bytes: [UInt8] = []
            Array(text.utf8).withUnsafeBytes { text in
                JSONEncoding.forEachByte(ofString: text) { bytes.append($0) }
            }
            json += String(decoding: bytes, as: UTF8.self)
        }
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            quote(name)
            json += ":"
            quote(value)
            json += ","
        }
        for (name, list) in [
            ("fields", contents.fieldNames), ("bindings", bindings), ("settings", settings),
        ] {
            quote(name)
            json += ":["
            for (index, element) in list.enumerated() {
                if index > 0 { json += "," }
                quote(element)
            }
            json += name == "settings" ? "]}" : "],"
        }
        return json
    }

    /// The credential that the metadata describes; nil when something essential is missing.
    func credential(id: CredentialID, kind: Kind) -> Credential? {
        guard let version = values["version"].flatMap({ UInt64($0) }), let name = values["name"],
            (try? CredentialName.check(name)) != nil,
            let origin = Origin.allCases.first(where: { $0.name == values["origin"] }),
            let createdAt = values["createdAt"].flatMap({ Int64($0) }),
            let updatedAt = values["updatedAt"].flatMap({ Int64($0) }),
            let scope = try? Scope((values["scope"] ?? "").utf8)
        else { return nil }
        var credential = Credential(
            id: id, name: name, kind: kind, origin: origin, store: .secretService,
            createdAt: createdAt, createdBy: values["createdBy"] ?? "")
        credential.version = version
        credential.updatedAt = updatedAt
        credential.currency = values["currency"].flatMap { UInt64($0) } ?? 0
        credential.username = values["username"].flatMap(Self.bytes)
        credential.authtype = values["authtype"].flatMap(Self.bytes)
        credential.description = values["description"] ?? ""
        credential.scope = scope
        credential.expiresAt = values["expiresAt"].flatMap { Int64($0) }
        credential.rotateAfter = values["rotateAfter"].flatMap { Int64($0) }
        credential.bindings = bindings.compactMap { try? Binding(parsing: Array($0.utf8)) }
        for index in stride(from: 0, to: settings.count - 1, by: 2) {
            credential.settings.append(.init(name: settings[index], value: settings[index + 1]))
        }
        return credential
    }

    /// User names are bytes; JSON and D-Bus carry text only.
    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[start..<(start + 2)], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
