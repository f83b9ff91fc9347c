public import CredentialCore

/// What a service says, fit to be shown: short, printable, and never with what was sent to it.
public enum ServerMessage {
    private static let limit = 200
    /// So many bytes of a secret in a row are no accident.
    private static let window = 8

    /// The text; nil when there is none to show.
    public static func text(_ message: Secret?, without secrets: [Secret]) -> String? {
        guard let message else { return nil }
        let shown = message.withBytes { bytes in
            bytes.prefix(limit).map { $0 < 0x20 ? 0x20 : $0 }
        }
        // A service that could not verify a signature sends back all that was signed.
        guard !secrets.contains(where: { leaks($0, in: shown) }) else { return nil }
        var text = ""
        for scalar in Printable.text(shown).unicodeScalars {
            guard text.utf8.count + scalar.utf8.count <= limit else { break }
            text.unicodeScalars.append(scalar)
        }
        while text.last == " " || text.last == "." { text.removeLast() }
        return text.isEmpty ? nil : text
    }

    /// Whether a part of the secret stands there, plain or as a form writes it.
    private static func leaks(_ secret: Secret, in shown: [UInt8]) -> Bool {
        let encoded = SecretBuffer(capacity: secret.count * 3)
        secret.withBytes { PercentEncoding.encode($0, encoded.append) }
        return secret.withBytes { contains(shown, partOf: $0) }
            || encoded.withBytes { contains(shown, partOf: $0) }
    }

    private static func contains(_ shown: [UInt8], partOf secret: UnsafeRawBufferPointer) -> Bool {
        let length = min(window, secret.count)
        guard length > 0, shown.count >= length else { return false }
        return (0...(shown.count - length)).contains { start in
            (0...(secret.count - length)).contains { offset in
                (0..<length).allSatisfy { shown[start + $0] == secret[offset + $0] }
            }
        }
    }
}
