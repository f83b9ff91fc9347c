import CredentialCore
import Glibc

/// Rows under a heading, in columns that line up.
struct Table {
    let heading: [String]
    var rows: [[String]] = []
    /// How a cell looks, by its column and text; asked only where there are colours.
    var style: (_ column: Int, _ cell: String) -> Style = { _, _ in .plain }
    /// The column that is cut only when there is no room for it beside the narrowest others.
    var firmColumn: Int?
    /// The columns that are cut in the middle.
    var columnsCutInside: Set<Int> = []

    /// The narrowest a column is made to fit a terminal.
    private static let leastWidth = 4
    private static let gap = 2

    init(_ heading: [String]) {
        self.heading = heading
    }

    /// The lines, see ``text(isColored:)``.
    func lines(isColored: Bool = false) -> [String] {
        text(isColored: isColored).split(separator: UInt8(ascii: "\n"))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The lines, each with its end. They fit the terminal, the widest columns cut where they must
    /// be; output that goes elsewhere is never cut.
    func text(isColored: Bool = false) -> [UInt8] {
        let title = heading.map { $0.uppercased() }
        var widths = title.map(DisplayWidth.of)
        // Row by row, the cells and how wide they are.
        var cells: [String] = []
        var cellWidths: [Int] = []
        cells.reserveCapacity(rows.count * heading.count)
        cellWidths.reserveCapacity(rows.count * heading.count)
        for row in rows {
            for column in heading.indices {
                let cell = Printable.line(row[column])
                let width = DisplayWidth.of(cell)
                cells.append(cell)
                cellWidths.append(width)
                if width > widths[column] { widths[column] = width }
            }
        }
        let limit = Self.terminalWidth
        if let limit { shrink(&widths, to: limit) }
        var text: [UInt8] = []
        text.reserveCapacity((rows.count + 1) * (widths.reduce(0, +) + 2 * widths.count))
        let all = widths.reduce(0, +) + Self.gap * (widths.count - 1)
        if let limit, all > limit {
            // Too narrow for so many columns: what is left of the line is shown.
            for start in stride(from: -widths.count, to: cells.count, by: widths.count) {
                let row = start < 0 ? title[...] : cells[start..<(start + widths.count)]
                var line: [UInt8] = []
                write(row, row.map(DisplayWidth.of)[...], widths, to: &line) { _, _ in .plain }
                text += DisplayWidth.cut(String(decoding: line, as: UTF8.self), to: limit).utf8
                text.append(UInt8(ascii: "\n"))
            }
            return text
        }
        write(title[...], title.map(DisplayWidth.of)[...], widths, to: &text) { _, _ in
            isColored ? .bold : .plain
        }
        text.append(UInt8(ascii: "\n"))
        for start in stride(from: 0, to: cells.count, by: widths.count) {
            let row = start..<(start + widths.count)
            write(cells[row], cellWidths[row], widths, to: &text) {
                isColored ? style($0, $1) : .plain
            }
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }

    private func write(
        _ cells: ArraySlice<String>, _ cellWidths: ArraySlice<Int>, _ widths: [Int],
        to text: inout [UInt8], _ style: (_ column: Int, _ cell: String) -> Style
    ) {
        let (start, offset) = (cells.startIndex, cellWidths.startIndex)
        let last = (cells.lastIndex { !$0.isEmpty } ?? start) - start
        for column in 0...last {
            var shown = cells[start + column]
            var width = cellWidths[offset + column]
            let style = style(column, shown)
            if width > widths[column] {
                shown = DisplayWidth.cut(
                    shown, to: widths[column],
                    at: columnsCutInside.contains(column) ? .middle : .end)
                width = DisplayWidth.of(shown)
            }
            text += style == .plain ? shown.utf8 : style.on(shown).utf8
            guard column < last else { break }
            text += repeatElement(UInt8(ascii: " "), count: widths[column] - width + Self.gap)
        }
    }

    /// Leaves out columns, from the last, until the rest fits the terminal.
    ///
    /// - Parameter mayGo: whether a column with these cells may be left out.
    /// - Returns: the columns that stay.
    func columnsThatFit(_ mayGo: (_ column: Int, _ cells: [String]) -> Bool) -> [Int] {
        guard let limit = Self.terminalWidth else { return Array(heading.indices) }
        let widths = heading.indices.map { column in
            rows.reduce(DisplayWidth.of(heading[column])) {
                max($0, DisplayWidth.of(Printable.line($1[column])))
            }
        }
        var excess = widths.reduce(0, +) + Self.gap * (widths.count - 1) - limit
        var columns: [Int] = []
        for column in heading.indices.reversed() {
            if excess > 0, mayGo(column, rows.map { $0[column] }) {
                excess -= widths[column] + Self.gap
            } else {
                columns.insert(column, at: 0)
            }
        }
        return columns
    }

    /// Makes the widest columns narrower until the row fits; the firm one if nothing else helps.
    private func shrink(_ widths: inout [Int], to limit: Int) {
        let room = limit - Self.gap * (widths.count - 1)
        Self.shrink(&widths, widths.indices.filter { $0 != firmColumn }, to: room)
        if widths.reduce(0, +) > room { Self.shrink(&widths, Array(widths.indices), to: room) }
    }

    /// Makes the widest of these columns narrower, all to the same width, until the row fits.
    private static func shrink(_ widths: inout [Int], _ columns: [Int], to room: Int) {
        var room = room - widths.reduce(0, +)
        for column in columns { room += widths[column] }
        var most = columns.map { widths[$0] }.max() ?? 0
        let sum = { (widths: [Int], most: Int) in columns.reduce(0) { $0 + min(widths[$1], most) } }
        while most > leastWidth, sum(widths, most) > room { most -= 1 }
        // What the last step gave up too much goes to the first of them.
        var spare = room - sum(widths, most)
        for column in columns where widths[column] > most {
            let wider = min(widths[column], most + (spare > 0 ? 1 : 0))
            spare -= wider - most
            widths[column] = wider
        }
    }

    private static var terminalWidth: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
        return known ? Int(size.ws_col) : nil
    }
}

extension Printable {
    /// Like ``text(_:)-(String)``, at the cost of a look at each byte where nothing is to be
    /// escaped.
    static func line(_ string: String) -> String {
        isPlain(string.utf8) ? string : text(string)
    }

    /// Like ``text(_:)``, for bytes.
    static func line(_ bytes: [UInt8]) -> String {
        isPlain(bytes) ? String(decoding: bytes, as: UTF8.self) : text(bytes)
    }

    private static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { 0x20 <= $0 && $0 < 0x7F }
    }
}
