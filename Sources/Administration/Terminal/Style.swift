import ArgumentParser
import Glibc

/// How a text looks on a terminal: the codes of ECMA-48, in the eight colours that every theme
/// has.
enum Style: String {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case magenta = "35"

    /// The text in this style.
    func on(_ text: String) -> String {
        self == .plain ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}

/// When a result is coloured.
struct ColorOptions: ParsableArguments {
    /// The values of `--color`.
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    @Option(
        help: ArgumentHelp(
            "Colours: auto, on a terminal unless NO_COLOR is set; always; never.",
            valueName: "when"))
    var color = Choice.auto

    /// Whether standard output is coloured. <https://no-color.org>: the variable counts when it is
    /// not empty.
    var isOn: Bool {
        switch color {
        case .always: return true
        case .never: return false
        case .auto:
            let variable = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
            return isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR").isEmpty
                && variable("TERM") != "dumb"
        }
    }
}
