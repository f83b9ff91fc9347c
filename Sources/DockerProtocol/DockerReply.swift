public import CredentialCore
import SecretJSON

/// Writes what a docker credential helper prints, byte for byte as Go's encoder does.
public enum DockerReply {
    /// The answer to `get`, where `serverURL` is the one that was asked for.
    ///
    /// JSON carries text only: ask ``canCarry(_:)`` first, or what is not UTF-8 is replaced.
    public static func login(
        serverURL: [UInt8], username: [UInt8], secret: Secret
    ) -> SecretBuffer {
        let reply = SecretBuffer(capacity: serverURL.count + username.count + secret.count + 64)
        let quote = { (bytes: UnsafeRawBufferPointer) in
            JSONEncoding.forEachByte(ofString: bytes) { reply.append($0) }
        }
        reply.append("{\"ServerURL\":")
        serverURL.withUnsafeBytes(quote)
        reply.append(",\"Username\":")
        username.withUnsafeBytes(quote)
        reply.append(",\"Secret\":")
        secret.withBytes(quote)
        reply.append("}\n")
        return reply
    }

    /// The answer to `list`, sorted by server URL.
    ///
    /// Of several logins with one server URL the last is listed: clients expect one of each.
    public static func list(_ logins: [(serverURL: [UInt8], username: [UInt8])]) -> [UInt8] {
        let usernames = Dictionary(
            logins.map { ($0.serverURL, $0.username) }, uniquingKeysWith: { $1 })
        var reply: [UInt8] = [UInt8(ascii: "{")]
        let quote = { (bytes: UnsafeRawBufferPointer) in
            JSONEncoding.forEachByte(ofString: bytes) { reply.append($0) }
        }
        let sorted = usernames.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (serverURL, username) in sorted {
            if reply.count > 1 { reply.append(UInt8(ascii: ",")) }
            serverURL.withUnsafeBytes(quote)
            reply.append(UInt8(ascii: ":"))
            username.withUnsafeBytes(quote)
        }
        reply += Array("}\n".utf8)
        return reply
    }

    /// Whether a client would get exactly this secret: whether it is UTF-8.
    public static func canCarry(_ secret: Secret) -> Bool {
        secret.withBytes { bytes in
            var index = 0
            while index < bytes.count {
                guard let length = UTF8Sequence.length(at: index, in: bytes) else { return false }
                index += length
            }
            return true
        }
    }
}
