import CredentialCore
import SecretJSON

/// The text of one private key (RFC 7468), without what stood around it.
struct PrivateKeyText {
    /// What it says it is: `OPENSSH PRIVATE KEY`, `PRIVATE KEY`.
    let label: String
    /// All its lines, each ended by a line feed.
    let lines: Secret
    /// What its base64 stands for; nil where that is locked, or no base64.
    let content: Secret?

    /// More than any private key has: RSA with 16,384 bits takes 13 KB.
    private static let limit = 64 << 10

    /// Finds the one private key in a file.
    ///
    /// - Throws: `badRequest` when there is none, more than one, or something else beside it.
    init(_ file: Secret) throws(CredentialError) {
        guard file.count <= Self.limit else {
            throw Self.refusal("a private key does not have \(file.count) bytes")
        }
        self = try file.withBytes { (bytes) throws(CredentialError) in try Self(bytes) }
    }

    private typealias Line = Slice<UnsafeRawBufferPointer>

    private init(_ bytes: UnsafeRawBufferPointer) throws(CredentialError) {
        let all = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map(Self.trimmed)
        let starts = all.indices.filter {
            Self.label(all[$0], "BEGIN")?.hasSuffix("PRIVATE KEY") ?? false
        }
        guard let first = starts.first, let label = Self.label(all[first], "BEGIN") else {
            throw Self.refusal(Self.description(of: bytes))
        }
        guard starts.count == 1 else {
            throw Self.refusal("there are \(starts.count) private keys in this")
        }
        guard let last = all.firstIndex(where: { Self.label($0, "END") == label }), first < last
        else { throw Self.refusal("the private key is cut off: its last line is missing") }
        let around = Self.withoutParameters(all[..<first]) + all[(last + 1)...]
        guard around.allSatisfy(\.isEmpty) else {
            throw Self.refusal("something else stands before or after the private key")
        }
        self.label = label
        lines = Self.joined(all[first...last], end: "\n")
        content = Self.joined(all[(first + 1)..<last], end: "").withBytes { Base64.decode($0) }
    }

    /// Without the name of the curve that `openssl ecparam` writes before a key, which says it too.
    private static func withoutParameters(_ lines: ArraySlice<Line>) -> ArraySlice<Line> {
        let parameters = "EC PARAMETERS"
        guard lines.first.flatMap({ label($0, "BEGIN") }) == parameters,
            let end = lines.firstIndex(where: { label($0, "END") == parameters })
        else { return lines }
        return lines[(end + 1)...]
    }

    /// What stands between `-----BEGIN ` and `-----`; nil when it is no such line.
    private static func label(_ line: Line, _ word: StaticString) -> String? {
        let dashes = "-----"
        let start = Array("\(dashes)\(word) ".utf8)
        guard line.count > start.count + dashes.count, line.starts(with: start),
            line.suffix(dashes.count).elementsEqual(dashes.utf8)
        else { return nil }
        return String(decoding: line.dropFirst(start.count).dropLast(dashes.count), as: UTF8.self)
    }

    /// Without the white space around it: a carriage return, an indentation.
    private static func trimmed(_ line: Line) -> Line {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let first = line.firstIndex(where: { !isSpace($0) }),
            let last = line.lastIndex(where: { !isSpace($0) })
        else { return line.prefix(0) }
        return line[first...last]
    }

    private static func joined(_ lines: ArraySlice<Line>, end: StaticString) -> Secret {
        let text = SecretBuffer(capacity: lines.reduce(0) { $0 + $1.count + 1 })
        for line in lines {
            text.append(UnsafeRawBufferPointer(rebasing: line))
            text.append(end)
        }
        return Secret(text)
    }

    /// What a file is that holds no private key.
    private static func description(of bytes: UnsafeRawBufferPointer) -> String {
        let known: [(sign: StaticString, description: String)] = [
            ("PuTTY-User-Key-File", "this is a key of PuTTY, to be exported as an OpenSSH key"),
            ("PUBLIC KEY-----", "this is a public key"),
            ("SSH2 PUBLIC KEY", "this is a public key"),
            ("ssh-", "this is a public key"),
            ("ecdsa-sha2-", "this is a public key"),
            ("sk-", "this is a public key"),
            ("-----BEGIN CERTIFICATE-----", "this is a certificate"),
        ]
        let start = bytes.prefix(100)
        return known.first { contains(start, $0.sign) }?.description ?? "this is no private key"
    }

    private static func contains(_ line: Line, _ sign: StaticString) -> Bool {
        sign.withUTF8Buffer { sign in
            line.indices.contains { line[$0...].starts(with: sign) }
        }
    }

    private static func refusal(_ problem: String) -> CredentialError {
        CredentialError(
            .badRequest, problem,
            remedy:
                "give one private key alone, from `-----BEGIN` to the end, as in ~/.ssh/id_ed25519")
    }
}
