/// The lengths and nonces of the buckets, as they stand in the root. A reader wants one of up to
/// 65,536, so none is taken out before it is asked for.
struct BucketTable: RandomAccessCollection {
    static let itemLength = 4 + Sodium.nonceLength

    /// The items one after another: `u32` length, nonce.
    let bytes: [UInt8]

    init(_ parts: [Part]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.count * Self.itemLength)
        for part in parts {
            bytes.append(integer: UInt32(part.length))
            bytes += part.nonce
        }
        self.bytes = bytes
    }

    /// Takes over items whose number was checked.
    init(bytes: [UInt8]) { self.bytes = bytes }

    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count / Self.itemLength }

    subscript(index: Int) -> Part {
        let start = index * Self.itemLength
        return Part(
            length: length(index), nonce: Array(bytes[(start + 4)..<(start + Self.itemLength)]))
    }

    /// The length of all buckets before one; of all of them when it is the end.
    func length(before end: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            var sum = 0
            for index in 0..<end {
                sum += Int(
                    UInt32(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: index * Self.itemLength, as: UInt32.self)))
            }
            return sum
        }
    }

    private func length(_ index: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            let offset = index * Self.itemLength
            return Int(
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
    }
}
