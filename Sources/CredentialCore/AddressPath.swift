/// Paths as they stand in addresses: segments, decoded once, compared byte for byte.
enum AddressPath {
    static let lengthLimit = 4096

    /// A path from a URL, without its leading slash: one trailing slash dropped, escapes decoded
    /// once. Nil when a segment is empty, `.` or `..`, or holds a slash, NUL or control byte after
    /// decoding: `acme/%2e%2e/evil` must not pass for something under `acme`.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.count <= lengthLimit else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var byte = bytes[index]
            if byte == Byte.percent {
                guard index + 2 < bytes.endIndex, let high = Byte.hexValue(bytes[index + 1]),
                    let low = Byte.hexValue(bytes[index + 2])
                else { return nil }
                byte = high << 4 | low
                guard byte != Byte.slash else { return nil }
                index += 2
            }
            result.append(byte)
            index += 1
        }
        return checked(result[...])
    }

    /// A path that was decoded before it came here.
    static func checked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.count <= lengthLimit else { return nil }
        let path = bytes.last == Byte.slash ? bytes.dropLast() : bytes
        guard !path.isEmpty else { return bytes.isEmpty ? [] : nil }
        let segments = path.split(separator: Byte.slash, omittingEmptySubsequences: false)
        let sound = segments.allSatisfy { segment in
            !segment.isEmpty && !segment.elementsEqual([Byte.dot])
                && !segment.elementsEqual([Byte.dot, Byte.dot])
                && !segment.contains(where: Byte.isControl)
        }
        return sound ? Array(path) : nil
    }

    /// The path as a URL writes it: what would end it there, or be decoded, is escaped.
    static func encoded(_ path: [UInt8]) -> [UInt8] {
        path.flatMap { byte -> [UInt8] in
            switch byte {
            case Byte.percent: Array("%25".utf8)
            case UInt8(ascii: "?"): Array("%3F".utf8)
            case UInt8(ascii: "#"): Array("%23".utf8)
            default: [byte]
            }
        }
    }

    /// Whether `path` is `prefix` or lies under it, segment by segment.
    static func isPrefix(_ prefix: [UInt8], of path: [UInt8]) -> Bool {
        guard !prefix.isEmpty else { return true }
        guard path.count >= prefix.count, path.starts(with: prefix) else { return false }
        return path.count == prefix.count || path[prefix.count] == Byte.slash
    }

    static func segmentCount(_ path: [UInt8]) -> Int {
        path.isEmpty ? 0 : 1 + path.count(where: { $0 == Byte.slash })
    }
}
