import CredentialCore

/// Reads a table as RFC 4180 has it, over the bytes of a secret.
///
/// Ours and not a library's: SwiftCSV reads a `String`, which is not wiped, takes the spaces before
/// a value away, takes CR LF inside quotes for one character, lets quotes end anywhere, and fills
/// rows that are too short with nothing. A secret must come out as it went in, or not at all.
struct CSVReader {
    /// A value by its place.
    struct Cell {
        fileprivate let range: Range<Int>
        /// Whether it stands in quotes, which tells empty text from none.
        let isQuoted: Bool
        /// Whether it is nothing at all.
        var isAbsent: Bool { range.isEmpty && !isQuoted }
    }

    /// A row with the line it begins in.
    struct Row {
        let line: Int
        let cells: [Cell]
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var line = 1

    /// - Parameter bytes: the table; it must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        // Spreadsheets begin UTF-8 with a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The next row; nil at the end. Empty lines are passed over.
    ///
    /// - Throws: `badRequest` with the line and what is wrong there.
    mutating func row() throws(CredentialError) -> Row? {
        while index < bytes.count, bytes[index] == 10 || isLineEnd {
            index += bytes[index] == 10 ? 1 : 2
            line += 1
        }
        guard index < bytes.count else { return nil }
        let start = line
        var cells: [Cell] = []
        while true {
            cells.append(try cell())
            guard index < bytes.count, bytes[index] == Self.comma else { break }
            index += 1
        }
        if index < bytes.count {
            index += isLineEnd ? 2 : 1
            line += 1
        }
        return Row(line: start, cells: cells)
    }

    /// A value, without its quotes.
    func value(_ cell: Cell) -> Secret {
        let raw = UnsafeRawBufferPointer(rebasing: bytes[cell.range])
        guard cell.isQuoted, raw.contains(Self.quote) else { return Secret(copying: raw) }
        let value = SecretBuffer(capacity: raw.count)
        var wasQuote = false
        for byte in raw {
            wasQuote = byte == Self.quote && !wasQuote
            if !wasQuote { value.append(byte) }
        }
        return Secret(value)
    }

    /// Reads up to the comma or the line's end after a value.
    private mutating func cell() throws(CredentialError) -> Cell {
        guard index < bytes.count, bytes[index] == Self.quote else { return try plainCell() }
        let start = line
        index += 1
        let first = index
        while index < bytes.count {
            if bytes[index] == Self.quote {
                guard index + 1 < bytes.count, bytes[index + 1] == Self.quote else { break }
                index += 1
            } else if bytes[index] == 10 {
                line += 1
            }
            index += 1
        }
        guard index < bytes.count else {
            throw Self.refusal(start, "a quote is opened there and never closed")
        }
        let cell = Cell(range: first..<index, isQuoted: true)
        index += 1
        guard isCellEnd else {
            throw Self.refusal(line, "something stands between a closing quote and the comma")
        }
        return cell
    }

    private mutating func plainCell() throws(CredentialError) -> Cell {
        let first = index
        while !isCellEnd {
            guard bytes[index] != Self.quote else {
                throw Self.refusal(line, "a quote stands inside a value that is not in quotes")
            }
            guard bytes[index] != 13 else {
                throw Self.refusal(line, "a carriage return stands in a value without quotes")
            }
            index += 1
        }
        return Cell(range: first..<index, isQuoted: false)
    }

    private var isCellEnd: Bool {
        index >= bytes.count || bytes[index] == Self.comma || bytes[index] == 10 || isLineEnd
    }

    /// Whether CR LF comes next.
    private var isLineEnd: Bool {
        index + 1 < bytes.count && bytes[index] == 13 && bytes[index + 1] == 10
    }

    static func refusal(_ line: Int, _ problem: String) -> CredentialError {
        CredentialError(.badRequest, "line \(line): \(problem)")
    }
}
