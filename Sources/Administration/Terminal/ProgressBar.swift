import Glibc

/// How far a long piece of work is, on the last line of a terminal; nothing where standard error is
/// none.
///
/// The line is drawn over itself with carriage returns and spaces, which every terminal knows.
final class ProgressBar {
    /// Work that ends sooner shows no bar: it would only flicker.
    private static let patience: Int64 = 300_000_000
    private static let interval: Int64 = 100_000_000
    private static let barWidth = 20

    private let label: String
    private let total: Int
    private let start = ProgressBar.now
    private var nextDrawing: Int64
    /// What the terminal's line holds.
    private var shownWidth = 0

    /// - Parameter total: how many pieces there are; 0 when nobody knows, and then the label is
    ///   shown alone, and at once.
    init(_ label: String, of total: Int = 0) {
        self.label = label
        self.total = total
        let isTerminal = isatty(STDERR_FILENO) == 1
        nextDrawing = isTerminal ? start + Self.patience : .max
        if isTerminal, total == 0 { draw("\(label) …") }
    }

    deinit {
        end()
    }

    /// Says how many pieces are done.
    func advance(to done: Int) {
        guard nextDrawing != .max, total > 0 else { return }
        let now = Self.now
        guard now >= nextDrawing else { return }
        nextDrawing = now + Self.interval
        draw(line(done, seconds: Double(now - start) / 1e9))
    }

    /// Takes the line away.
    func end() {
        guard shownWidth > 0 else { return }
        write("\r" + String(repeating: " ", count: shownWidth) + "\r")
        shownWidth = 0
    }

    /// As much of it as the terminal has room for.
    private func line(_ done: Int, seconds: Double) -> String {
        let rate = Double(done) / seconds
        let left = rate > 0 ? Int((Double(total - done) / rate).rounded(.up)) : 0
        let filled = done * Self.barWidth / total
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: "-", count: Self.barWidth - filled)
        let percent = "\(label) \(done * 100 / total)%"
        let counts = "\(done) of \(total), \(Int(rate))/s, \(Self.span(left)) left"
        let forms = ["\(percent) [\(bar)] \(counts)", "\(percent), \(counts)", percent]
        return forms.first { $0.count < Self.width } ?? ""
    }

    private func draw(_ line: String) {
        let line = line.count < Self.width ? line : ""
        let rest = String(repeating: " ", count: max(shownWidth - line.count, 0))
        write("\r" + line + rest)
        shownWidth = max(line.count, shownWidth)
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func span(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) s" : "\((seconds + 59) / 60) min"
    }

    private static var width: Int {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
