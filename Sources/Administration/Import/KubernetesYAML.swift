import CredentialCore
import Yams

/// Reads manifests in YAML.
///
/// libyaml keeps what it reads in ordinary memory, which is not wiped: the secrets are there, in
/// base64 mostly, for as long as the parsing takes.
struct KubernetesYAML {
    /// Reads every document of a stream.
    ///
    /// - Throws: `limit`, and `badRequest` with the line of what is not YAML, or is an alias.
    static func objects(_ bytes: Secret) throws(CredentialError) -> [KubernetesObject] {
        guard bytes.isText else { throw CredentialError(.badRequest, "it is not UTF-8") }
        try YAMLShape.check(bytes, limit: 64)
        let text = bytes.withBytes { String(decoding: YAMLShape.withoutMark($0), as: UTF8.self) }
        // What Yams makes strings with takes one away where a value begins with it.
        guard !holdsMark(text) else {
            throw CredentialError(
                .badRequest, "it has a byte order mark inside", remedy: "import it as JSON")
        }
        var objects: [KubernetesObject] = []
        for (index, root) in try documents(of: text).enumerated() {
            guard root.mapping != nil else { continue }
            let place = root.mark.map { "line \($0.line)" } ?? "document \(index + 1)"
            objects += KubernetesObject(root, place: place).unfolded
        }
        return objects
    }

    /// Whether a byte order mark is in a text, as it is or escaped.
    private static func holdsMark(_ text: String) -> Bool {
        let forms = ["\u{FEFF}", "\\ufeff", "\\U0000feff"].map { Array($0.utf8) }
        var text = text
        return text.withUTF8 { bytes in
            bytes.indices.contains { index in
                guard bytes[index] == 0xEF || bytes[index] == UInt8(ascii: "\\") else {
                    return false
                }
                return forms.contains { form in
                    bytes.count - index >= form.count
                        && form.indices.allSatisfy { offset in
                            let byte = bytes[index + offset]
                            // Hexadecimal digits of either case.
                            return byte == form[offset] || offset > 1 && byte | 0x20 == form[offset]
                        }
                }
            }
        }
    }

    private static func documents(of text: String) throws(CredentialError) -> [Node] {
        do {
            // Nothing but text is of use here, and to find out what else a scalar may be takes long.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            var roots: [Node] = []
            while let root = try parser.nextRoot() { roots.append(root) }
            return roots
        } catch YamlError.duplicatedKeysInMapping {
            throw CredentialError(.badRequest, "a mapping in it has a key twice")
        } catch {
            // The parser's own words repeat the text.
            throw CredentialError(.badRequest, "it is not YAML")
        }
    }
}

extension KubernetesObject {
    /// Reads an object from a tree.
    fileprivate init(_ node: Node, place: String) {
        self.init(place: place)
        for (key, value) in Self.members(of: node) {
            switch key {
            case "kind": kind = Self.text(value) ?? ""
            case "type": type = Self.text(value) ?? ""
            case "metadata": readMetadata(value)
            case "data": data = values(value)
            case "stringData": stringData = values(value)
            case "items": items = value.sequence?.map { KubernetesObject($0, place: "") } ?? []
            default: break
            }
        }
    }

    private mutating func readMetadata(_ node: Node) {
        for (key, value) in Self.members(of: node) {
            switch key {
            case "name": name = Self.text(value) ?? ""
            case "namespace": namespace = Self.text(value) ?? ""
            case "annotations", "labels":
                for (name, value) in Self.members(of: value) {
                    let value = Self.text(value)
                    if key == "labels" { labels[name] = value }
                    if key == "annotations" || annotations[name] == nil {
                        annotations[name] = value
                    }
                }
            default: break
            }
        }
    }

    private mutating func values(_ node: Node) -> [(key: String, value: Secret)] {
        var values: [(key: String, value: Secret)] = []
        for (key, value) in Self.members(of: node) {
            guard var text = Self.text(value), !Self.isNull(value) else {
                broken.append(key)
                continue
            }
            values.append(
                (key, text.withUTF8 { Secret(copying: UnsafeRawBufferPointer($0)) }))
        }
        return values
    }

    private static func members(of node: Node) -> [(key: String, value: Node)] {
        (node.mapping ?? [:]).compactMap { key, value in text(key).map { ($0, value) } }
    }

    private static func text(_ node: Node) -> String? { node.scalar?.string }

    /// Whether a value is YAML's null, and no text that looks like it.
    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
