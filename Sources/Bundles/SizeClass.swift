import CredentialCore
import SealedFile

/// A padded content is `u64` length, the content, and zeros up to its size class: what is sealed does
/// not tell a password's length.
extension SizeClass {
    private static let lengthSize = 8

    /// How long a content is once it is padded.
    static func length(of content: Secret) -> Int { paddedLength(lengthSize + content.count) }

    static func padded(_ content: Secret) -> Secret {
        let length = length(of: content)
        let buffer = SecretBuffer(capacity: length)
        var start: [UInt8] = []
        start.append(integer: UInt64(content.count))
        buffer.append(start)
        buffer.append(content)
        // Fresh secret memory is not known to be zero: a piece of it may be used again.
        buffer.appendInPlace(upTo: length - buffer.count) { room in
            room.initializeMemory(as: UInt8.self, repeating: 0)
            return room.count
        }
        return Secret(buffer)
    }

    /// The content; nil where this is no padded one.
    static func content(of padded: Secret) -> Secret? {
        padded.withBytes { bytes in
            guard bytes.count >= smallest else { return nil }
            let stated = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
            guard let count = Int(exactly: stated), count <= bytes.count - lengthSize,
                bytes.count == paddedLength(lengthSize + count),
                bytes[(lengthSize + count)...].allSatisfy({ $0 == 0 })
            else { return nil }
            let content = bytes[lengthSize..<(lengthSize + count)]
            return Secret(copying: UnsafeRawBufferPointer(rebasing: content))
        }
    }
}
