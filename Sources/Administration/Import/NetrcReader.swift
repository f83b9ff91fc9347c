import CredentialCore

/// One `machine` or `default` of a netrc file.
struct NetrcMachine {
    /// The host; nil for `default`, which stands for every other one.
    var host: Secret?
    var login: Secret?
    var password: Secret?
    /// Whether a macro is defined with it.
    var hasMacro = false
    /// Whether a word is missing or unknown in it.
    var isBroken = false
    /// The line it begins in, from 1.
    let line: Int
    /// From its first word to the end of its last, and to the end of the line if nothing follows.
    var range: Range<Int>
}

/// Reads a netrc file as curl does: words between white space, words in quotes with `\` before a
/// quote, `#` where a new word is expected.
///
/// <https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html>,
/// <https://everything.curl.dev/usingcurl/netrc.html>.
struct NetrcReader {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var machines: [NetrcMachine] = []
    /// How far lines were counted.
    private var counted = (offset: 0, line: 1)

    /// - Parameter bytes: the file; it must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads to the end.
    mutating func read() -> [NetrcMachine] {
        while let (keyword, range) = keyword() {
            switch keyword {
            case "machine":
                machines.append(NetrcMachine(line: line(of: range.lowerBound), range: range))
                let host = value()
                machines[machines.count - 1].host = host ?? Secret(copying: [])
            case "default":
                machines.append(NetrcMachine(line: line(of: range.lowerBound), range: range))
            case "login": take { $0.login = $1 }
            case "password": take { $0.password = $1 }
            case "account": take { _, _ in }
            case "macdef": skipMacro()
            default: machines.indices.last.map { machines[$0].isBroken = true }
            }
        }
        for index in machines.indices {
            machines[index].range = extended(machines[index].range)
        }
        return machines
    }

    /// Gives the next word to the machine being read.
    private mutating func take(_ set: (inout NetrcMachine, Secret) -> Void) {
        let value = value()
        guard let last = machines.indices.last else { return }
        if let value { set(&machines[last], value) } else { machines[last].isBroken = true }
    }

    /// The next word where one of netrc's own is expected; comments before it are passed over.
    private mutating func keyword() -> (String, Range<Int>)? {
        skipSpace()
        while let byte = current, byte == UInt8(ascii: "#") {
            while let byte = current, byte != UInt8(ascii: "\n") {
                _ = byte
                index += 1
            }
            skipSpace()
        }
        let start = index
        while let byte = current, !Self.isSpace(byte) {
            _ = byte
            index += 1
        }
        guard index > start else { return nil }
        // No keyword is this long; what stands here may be a secret that lost its keyword.
        let word = index - start <= 8 ? Array(bytes[start..<index]) : []
        return (String(decoding: word, as: UTF8.self).lowercased(), start..<index)
    }

    /// The next word, whatever it is; nil at the end, or when its quotes are not closed.
    private mutating func value() -> Secret? {
        skipSpace()
        guard let first = current else { return nil }
        let word = SecretBuffer()
        let isQuoted = first == UInt8(ascii: "\"")
        if isQuoted { index += 1 }
        var isClosed = !isQuoted
        while let byte = current {
            if isQuoted ? byte == UInt8(ascii: "\"") : Self.isSpace(byte) {
                if isQuoted {
                    index += 1
                    isClosed = true
                }
                break
            }
            index += 1
            guard isQuoted, byte == UInt8(ascii: "\\"), let next = current else {
                word.append(byte)
                continue
            }
            index += 1
            word.append(Self.escaped(next))
        }
        if let last = machines.indices.last {
            machines[last].range = machines[last].range.lowerBound..<index
        }
        return isClosed ? Secret(word) : nil
    }

    private static func escaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        default: byte
        }
    }

    /// A macro ends with an empty line.
    private mutating func skipMacro() {
        if let last = machines.indices.last { machines[last].hasMacro = true }
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: [10, 10]) || rest.starts(with: [10, 13, 10]) { return }
            index += 1
        }
    }

    /// The range with the white space after it, up to the next word or the next line.
    private func extended(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 || bytes[end] == 0x0D {
            end += 1
        }
        if end < bytes.count, bytes[end] == UInt8(ascii: "\n") {
            let isWholeLine = range.lowerBound == 0 || bytes[range.lowerBound - 1] == 10
            return range.lowerBound..<(isWholeLine ? end + 1 : range.upperBound)
        }
        return range.lowerBound..<end
    }

    /// The line of an offset that is not before the one asked for last.
    private mutating func line(of offset: Int) -> Int {
        counted.line += bytes[counted.offset..<offset].count { $0 == UInt8(ascii: "\n") }
        counted.offset = offset
        return counted.line
    }

    private mutating func skipSpace() {
        while let byte = current, Self.isSpace(byte) { index += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }
}
