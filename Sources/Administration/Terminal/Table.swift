import Glibc

/// Rows under a heading, in columns that line up.
struct Table {
    let heading: [String]
    var rows: [[String]] = []

    init(_ heading: [String]) {
        self.heading = heading
    }

    /// The lines, cut at the terminal's width; uncut when the output goes elsewhere.
    func lines() -> [String] {
        let all = [heading.map { $0.uppercased() }] + rows
        let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let limit = Self.terminalWidth
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 {
                    line += String(repeating: " ", count: widths[column] - cell.count + 2)
                }
            }
            while line.last == " " { line.removeLast() }
            guard let limit, line.count > limit else { return line }
            return line.prefix(limit - 1) + "…"
        }
    }

    private static var terminalWidth: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
        return known ? Int(size.ws_col) : nil
    }
}
