import CredentialCore

/// Lines of the Assuan protocol (libassuan's manual, "Implementation": client requests and server
/// responses).
enum AssuanCoding {
    /// What a line may have, its end not counted.
    static let lineLimit = 1000

    /// A command and its text, in which what would end the line is percent-encoded. A text that is
    /// too long for a line is cut.
    static func line(_ command: String, _ text: String) -> [UInt8] {
        var line = Array("\(command) ".utf8)
        for scalar in text.unicodeScalars {
            let bytes = String(scalar).utf8.flatMap { byte -> [UInt8] in
                byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") ? escaped(byte) : [byte]
            }
            guard line.count + bytes.count <= lineLimit else { break }
            line += bytes
        }
        return line + [UInt8(ascii: "\n")]
    }

    /// Adds what a line `D …` carries, its first two bytes dropped already.
    static func decode(_ data: UnsafeRawBufferPointer, into answer: SecretBuffer) {
        var index = 0
        while index < data.count {
            if data[index] == UInt8(ascii: "%"), index + 2 < data.count,
                let high = Byte.hexValue(data[index + 1]), let low = Byte.hexValue(data[index + 2])
            {
                answer.append(high << 4 | low)
                index += 3
            } else {
                answer.append(data[index])
                index += 1
            }
        }
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
