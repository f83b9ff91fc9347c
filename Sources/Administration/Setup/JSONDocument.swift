import CredentialCore

/// A JSON object that a client keeps its settings in. Logins in clear may stand there as well, so
/// it stays in secret memory, and only what is no secret is taken out of it.
struct JSONDocument {
    let bytes: Secret
    let root: JSONNode

    /// Reads a document. Nothing at all counts as an empty object, as it does for docker.
    ///
    /// - Throws: `configuration` with line and column of what is not JSON.
    init(_ bytes: Secret?, path: String) throws(CredentialError) {
        let bytes = bytes.flatMap { Self.isBlank($0) ? nil : $0 } ?? Secret(copying: Self.empty)
        self.bytes = bytes
        do throws(JSONScanner.Failure) {
            root = try bytes.withBytes { (bytes) throws(JSONScanner.Failure) in
                var scanner = JSONScanner(bytes)
                return try scanner.value()
            }
        } catch {
            throw Self.failure(error.problem, at: error.offset, in: bytes, path)
        }
        guard root.members != nil else {
            throw Self.failure("an object was expected", at: root.range.lowerBound, in: bytes, path)
        }
    }

    /// The member a path leads to: the last of its name, as Go's decoder has it.
    func member(at path: [String]) -> JSONNode.Member? {
        guard let name = path.last else { return nil }
        let container = path.count == 1 ? root : member(at: path.dropLast())?.value
        return Self.index(of: name, in: container?.members ?? [], depth: path.count)
            .flatMap { container?.members?[$0] }
    }

    /// What a node says, in its own syntax. Not for one that is secret.
    func text(of node: JSONNode) -> String { text(node.range) }

    /// A part that is not secret.
    func text(_ range: Range<Int>) -> String {
        bytes.withBytes { String(decoding: $0[range], as: UTF8.self) }
    }

    /// Whether a node is a string with something in it.
    func isFilledString(_ node: JSONNode) -> Bool {
        bytes.withBytes { $0[node.range.lowerBound] } == UInt8(ascii: "\"") && node.range.count > 2
    }

    /// A node's string; nil when it is none.
    func string(_ node: JSONNode) -> String? { Self.string(text(of: node)) }

    /// The string that a JSON text is; nil when it is none.
    static func string(_ text: String) -> String? {
        // An object's name is the only string that the scanner decodes.
        let named = Array("{\(text):0}".utf8)
        guard text.utf8.first == UInt8(ascii: "\"") else { return nil }
        return named.withUnsafeBytes { bytes in
            var scanner = JSONScanner(bytes)
            return (try? scanner.value())?.members?.first?.name
        }
    }

    /// The last member of that name. Go matches the names of settings whatever their case, those in
    /// a map exactly.
    static func index(of name: String, in members: [JSONNode.Member], depth: Int) -> Int? {
        members.lastIndex { member in
            guard depth == 1 else { return member.name.utf8.elementsEqual(name.utf8) }
            return member.name.utf8.count == name.utf8.count
                && zip(member.name.utf8, name.utf8).allSatisfy { lowercased($0) == lowercased($1) }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    private static let empty = Array("{\n}\n".utf8)

    private static func isBlank(_ bytes: Secret) -> Bool {
        bytes.withBytes { $0.allSatisfy { $0 == 0x20 || 0x09...0x0A ~= $0 || $0 == 0x0D } }
    }

    private static func failure(
        _ problem: String, at offset: Int, in bytes: Secret, _ path: String
    ) -> CredentialError {
        let (line, column) = bytes.withBytes { bytes in
            let before = bytes.prefix(offset)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            // A column is a character: the bytes that continue one do not count.
            return (line, before[start...].count { $0 & 0xC0 != 0x80 } + 1)
        }
        return CredentialError(
            .configuration, "\(path), line \(line), column \(column): \(problem)",
            remedy: "nothing was changed; mend the JSON there and try again")
    }
}
