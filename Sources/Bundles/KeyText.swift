import CredentialCore

/// Public keys as people copy them: Bech32m (BIP 350), whose checksum finds up to four wrong
/// characters, a missing one and an added one.
enum KeyText {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumLength = 6
    private static let checksumConstant: UInt32 = 0x2BC8_30A3

    static func encode(_ bytes: [UInt8], prefix: String) -> String {
        let digits = regrouped(bytes, from: 8, to: 5, padding: true) ?? []
        let empty = [UInt8](repeating: 0, count: checksumLength)
        let sum = polynomial(expanded(prefix) + digits + empty) ^ checksumConstant
        let checksum = (0..<checksumLength).map { UInt8(sum >> (5 * (5 - $0)) & 31) }
        let text = (digits + checksum).map { alphabet[Int($0)] }
        return "\(prefix)1" + String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a key; nil when the text is none of that prefix, or a character is wrong.
    static func decode(_ text: String, prefix: String, count: Int) -> [UInt8]? {
        guard text.hasPrefix("\(prefix)1") else { return nil }
        var digits: [UInt8] = []
        for byte in text.utf8.dropFirst(prefix.utf8.count + 1) {
            guard let digit = alphabet.firstIndex(of: byte) else { return nil }
            digits.append(UInt8(digit))
        }
        guard digits.count == (count * 8 + 4) / 5 + checksumLength,
            polynomial(expanded(prefix) + digits) == checksumConstant
        else { return nil }
        return regrouped(digits.dropLast(checksumLength), from: 5, to: 8, padding: false)
    }

    private static func polynomial(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [
            0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3,
        ]
        return values.reduce(1) { sum, value in
            let top = sum >> 25
            let next = (sum & 0x1FF_FFFF) << 5 ^ UInt32(value)
            return generator.indices.reduce(next) {
                top >> UInt32($1) & 1 == 1 ? $0 ^ generator[$1] : $0
            }
        }
    }

    private static func expanded(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
    }

    /// Bits in groups of another size; nil when there is something in bits that do not count.
    private static func regrouped(
        _ values: some Sequence<UInt8>, from: UInt32, to: UInt32, padding: Bool
    ) -> [UInt8]? {
        var pending: UInt32 = 0
        var count: UInt32 = 0
        var groups: [UInt8] = []
        for value in values {
            pending = pending << from | UInt32(value)
            count += from
            while count >= to {
                count -= to
                groups.append(UInt8(pending >> count & (1 << to - 1)))
            }
            pending &= 1 << count - 1
        }
        guard padding else { return pending == 0 ? groups : nil }
        if count > 0 { groups.append(UInt8(pending << (to - count))) }
        return groups
    }
}
