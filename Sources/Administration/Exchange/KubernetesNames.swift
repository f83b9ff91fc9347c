import CredentialCore

/// Names that Kubernetes takes.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>
struct KubernetesNames {
    private var taken: Set<[String?]> = []

    /// A name for a Secret: that of the credential, with what is not allowed there as `-`.
    mutating func name(for name: String, in namespace: String?) -> String {
        let bytes = Array(name.utf8)
        var allowed = bytes.indices.map { index in
            let isInside =
                index > 0 && index + 1 < bytes.count && Self.isAlphanumeric(bytes[index - 1])
                && Self.isAlphanumeric(bytes[index + 1])
            return Self.isAlphanumeric(bytes[index])
                || bytes[index] == UInt8(ascii: ".") && isInside
                ? bytes[index] : UInt8(ascii: "-")
        }
        while allowed.last == UInt8(ascii: "-") { allowed.removeLast() }
        let stem = String(decoding: allowed, as: UTF8.self)
        var free = stem
        var number = 2
        while !taken.insert([namespace, free]).inserted {
            free = "\(stem)-\(number)"
            number += 1
        }
        return free
    }

    /// The namespace that a scope's last word names, if it can be one.
    static func namespace(for scope: Scope) -> String? {
        scope.text.split(separator: "/").last.map { String($0) }.flatMap { isLabel($0) ? $0 : nil }
    }

    /// Whether a text is a DNS label (RFC 1123).
    static func isLabel(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (1...63).contains(bytes.count) && isAlphanumeric(bytes[0])
            && isAlphanumeric(bytes[bytes.count - 1])
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether a text can be a key of a Secret's data.
    static func isKey(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy(isKeyByte)
    }

    /// Whether a text can be a label's value, or an annotation's name after its prefix.
    static func isLabelValue(_ text: String) -> Bool {
        let isEnd = { (byte: UInt8?) in byte.map { isAlphanumeric($0 | 0x20) } ?? false }
        return text.utf8.count <= 63 && text.utf8.allSatisfy(isKeyByte)
            && isEnd(text.utf8.first) && isEnd(text.utf8.last)
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte | 0x20) || [0x2D, 0x2E, 0x5F].contains(byte)
    }

    /// Of `a-z` and `0-9`.
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
            || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
