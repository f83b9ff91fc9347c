import CredentialCore
import Yams

/// The text of `hosts.yml` with a mark in the place of every token.
struct MaskedHosts {
    /// What a YAML parser may see.
    let masked: String
    private let path: String
    private var tokens: [GitHubHosts.Token] = []

    /// Takes the tokens out.
    ///
    /// - Throws: `configuration` when a token is not in one piece, or the rest is not UTF-8.
    init(_ file: SourceFile, markPrefix: String) throws(CredentialError) {
        path = file.path
        let key = Array("oauth_token".utf8)
        var text: [UInt8] = []
        var found: [GitHubHosts.Token] = []
        try file.bytes.withBytes { (bytes) throws(CredentialError) in
            var index = 0
            while index < bytes.count {
                guard bytes[index...].starts(with: key) else {
                    text.append(bytes[index])
                    index += 1
                    continue
                }
                let value = try Self.value(after: index + key.count, in: bytes, file.path)
                text += bytes[index..<value.lowerBound]
                index = value.upperBound
                guard !value.isEmpty else { continue }
                text += Array("\(markPrefix)\(found.count)".utf8)
                found.append(
                    GitHubHosts.Token(
                        secret: Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[value])),
                        line: Self.ownLine(of: value, in: bytes, key)))
            }
        }
        tokens = found
        let isText = text.withUnsafeBytes { Secret(copying: $0).isText }
        guard isText else { throw GitHubHosts.refusal(file.path, "it is not UTF-8") }
        masked = text.withUnsafeBytes {
            String(decoding: YAMLShape.withoutMark($0), as: UTF8.self)
        }
    }

    /// The token that a node of the parsed text stands for; nil where there is none.
    ///
    /// - Throws: `configuration` when the token was written so that no mark took its place.
    func token(
        _ node: Node?, _ markPrefix: String
    ) throws(CredentialError) -> GitHubHosts.Token? {
        guard let text = node?.string, !text.isEmpty, text != "null", text != "~" else {
            return nil
        }
        guard text.hasPrefix(markPrefix), let number = Int(text.dropFirst(markPrefix.count)),
            tokens.indices.contains(number)
        else { throw GitHubHosts.refusal(path, "a token is not written as gh writes it") }
        return tokens[number]
    }

    /// Where the value of a key is that ends at `start`; empty when there is none.
    private static func value(
        after start: Int, in bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(CredentialError) -> Range<Int> {
        var index = start
        func current() -> UInt8? { index < bytes.count ? bytes[index] : nil }
        func skipSpaces() {
            while let byte = current(), byte == 0x20 || byte == 0x09 {
                _ = byte
                index += 1
            }
        }
        if let byte = current(), isQuote(byte) { index += 1 }
        skipSpaces()
        guard current() == UInt8(ascii: ":") else { return start..<start }
        index += 1
        skipSpaces()
        guard let first = current() else { return index..<index }
        if isQuote(first) {
            let open = index + 1
            let end = bytes[open...].firstIndex { $0 == first || $0 == 10 || $0 == 0x5C }
            guard let end, bytes[end] == first else {
                throw GitHubHosts.refusal(path, "a token is not written as gh writes it")
            }
            return open..<end
        }
        let begin = index
        while let byte = current(), byte > 0x20, !",}#".utf8.contains(byte) {
            // What follows these is a token in another form, or none.
            guard !"|>!&*{[%@`\"'\\".utf8.contains(byte) else {
                throw GitHubHosts.refusal(path, "a token is not written as gh writes it")
            }
            index += 1
        }
        return begin..<index
    }

    /// The line with its end, when it holds the key and the token alone.
    private static func ownLine(
        of value: Range<Int>, in bytes: UnsafeRawBufferPointer, _ key: [UInt8]
    ) -> Range<Int>? {
        let lineFeed = UInt8(ascii: "\n")
        let start = bytes[..<value.lowerBound].lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        let end = bytes[value.upperBound...].firstIndex(of: lineFeed) ?? bytes.count
        let before = bytes[start..<value.lowerBound].filter { $0 > 0x20 && !isQuote($0) }
        let after = bytes[value.upperBound..<end].filter { $0 > 0x20 && !isQuote($0) }
        guard before == key + [UInt8(ascii: ":")], after.isEmpty else { return nil }
        return start..<min(end + 1, bytes.count)
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }
}
