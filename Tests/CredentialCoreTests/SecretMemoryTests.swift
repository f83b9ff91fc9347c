import CredentialCore
import Foundation
import Testing

@Suite struct SecretMemoryTests {
    private static let size = 40_000
    private static let zeros = [UInt8](repeating: 0, count: size)
    private static let filling = [UInt8](repeating: 0xA5, count: size)

    private static func filledBuffer() -> SecretBuffer {
        let buffer = SecretBuffer(capacity: size)
        buffer.append(filling)
        return buffer
    }

    private static func place(of buffer: SecretBuffer) -> UInt {
        buffer.withBytes { UInt(bitPattern: $0.baseAddress) }
    }

    /// What a buffer finds in its memory before it writes anything, and where that memory is.
    private static func contentOfNewBuffer() -> (place: UInt, content: [UInt8]) {
        let buffer = SecretBuffer(capacity: size)
        var content: [UInt8] = []
        buffer.appendInPlace(upTo: size) { room in
            content = Array(room)
            return 1
        }
        return (place(of: buffer), content)
    }

    /// Lets `leave` give a filled piece of memory back and looks at the next one that is given out:
    /// it is always wiped. Other tests use the same arena meanwhile, so the first try need not get
    /// the same piece again, but one of many does.
    private static func expectWiped(_ leave: () -> UInt) {
        let wasUsedAgain = (0..<1000).contains { _ in
            let left = leave()
            let (place, content) = contentOfNewBuffer()
            #expect(content == zeros)
            return place == left
        }
        #expect(wasUsedAgain, "nothing is shown")
    }

    @Test func `memory that a secret returned is wiped before anybody else gets it`() {
        Self.expectWiped {
            let buffer = Self.filledBuffer()
            #expect(Secret(buffer).bytes == Self.filling)
            return Self.place(of: buffer)
        }
    }

    @Test func `a buffer that grows wipes what it leaves`() {
        var growing: [SecretBuffer] = []
        Self.expectWiped {
            let buffer = Self.filledBuffer()
            let left = Self.place(of: buffer)
            buffer.append(Self.zeros)
            #expect(Self.place(of: buffer) != left)
            #expect(buffer.withBytes { Array($0) } == Self.filling + Self.zeros)
            // Kept, so that what is looked at next is what it left.
            growing.append(buffer)
            return left
        }
    }

    @Test func `a copy keeps the memory until the last one goes`() {
        let secret = Secret(Self.filledBuffer())
        let copies = [secret, secret]
        let place = secret.withBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(Self.contentOfNewBuffer().place != place)
        #expect(copies.allSatisfy { $0.bytes == Self.filling })
    }

    @Test(arguments: [100, 40_000, 200_000])
    func `secret memory is left out of core dumps and is locked while the kernel allows`(
        size: Int
    ) throws {
        let secret = Secret(copying: [UInt8](repeating: 1, count: size))
        let flags = try #require(
            try secret.withBytes { try Self.kernelFlags(at: UInt(bitPattern: $0.baseAddress)) })
        #expect(flags.contains("dd"))
        #expect(flags.contains("lo") || Secret.unlockedByteCount > 0)
        let ordinary = [UInt8](repeating: 1, count: size)
        let control = try #require(
            try ordinary.withUnsafeBytes {
                try Self.kernelFlags(at: UInt(bitPattern: $0.baseAddress))
            })
        #expect(!control.contains("dd"))
    }

    /// The flags of the mapping that holds an address, as proc(5) calls them.
    private static func kernelFlags(at address: UInt) throws -> Set<Substring>? {
        var isInside = false
        let maps = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps")).readToEnd()
        for line in String(decoding: maps ?? Data(), as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            let bounds = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            if bounds.count == 2 { isInside = (bounds[0]..<bounds[1]).contains(address) }
            if isInside, words[0] == "VmFlags:" { return Set(words.dropFirst()) }
        }
        return nil
    }
}
