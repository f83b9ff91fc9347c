import CredentialCore

/// The texts and numbers of an answer, each under the names that lead to it, joined by dots:
/// `roleCredentials.accessKeyId`. An array is as good as its first element.
struct ReplyFields {
    /// More than any answer has that is asked for here.
    private static let limit = 256
    private var values: [[UInt8]: Secret] = [:]

    /// Reads an answer in JSON or XML; nil when it is neither.
    init?(_ body: Secret) {
        let first = body.withBytes { bytes in bytes.first { $0 > 0x20 } }
        let isRead: Bool
        switch first {
        case UInt8(ascii: "{"): isRead = JSONReply.read(body, into: &self)
        case UInt8(ascii: "<"): isRead = XMLReply.read(body, into: &self)
        default: isRead = false
        }
        if !isRead { return nil }
    }

    /// Adds a value, unless another stands there.
    mutating func add(_ value: Secret, at path: [UInt8]) {
        guard values.count < Self.limit, values[path] == nil else { return }
        values[path] = value
    }

    /// The value there; nil when there is none, or an empty one.
    func secret(_ path: String) -> Secret? {
        values[Array(path.utf8)].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The value there, where it is not secret.
    func text(_ path: String) -> String? {
        secret(path).map { $0.withBytes { String(decoding: $0, as: UTF8.self) } }
    }

    /// The path of a member.
    static func path(_ name: some Sequence<UInt8>, in parent: [UInt8]) -> [UInt8] {
        parent.isEmpty ? Array(name) : parent + [UInt8(ascii: ".")] + name
    }
}
