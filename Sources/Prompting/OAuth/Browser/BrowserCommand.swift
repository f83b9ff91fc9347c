import Configuration

/// A program that opens pages, and how it is called. No shell is involved.
struct BrowserCommand: Equatable {
    /// Its name, to be found on PATH, or its absolute path.
    let program: String
    private let arguments: [String]

    /// What opens pages where nobody says what does, in this order.
    private static let usual = ["xdg-open", "wslview", "gnome-open", "sensible-browser", "open"]

    /// A program that takes a page as its only argument.
    init(_ program: String) {
        self.program = program
        arguments = ["%s"]
    }

    /// One of the commands in $BROWSER: words divided by spaces, `%s` for the page, which otherwise
    /// comes last, `%c` for a colon and `%%` for a percent sign
    /// (http://www.catb.org/~esr/BROWSER/).
    ///
    /// - Returns: nil for an empty command.
    init?(convention text: Substring) {
        let words = text.split(separator: " ").map(String.init)
        guard let program = words.first else { return nil }
        self.program = program
        let hasPlace = words.dropFirst().contains {
            Self.replaced($0, "") != Self.replaced($0, "-")
        }
        arguments = words.dropFirst() + (hasPlace ? [] : ["%s"])
    }

    /// Whether somebody would see a page: there is a desktop, or a browser in the environment. That
    /// the configuration names one says nothing of where this runs.
    static func isSeen(_ surroundings: Surroundings) -> Bool {
        !all(configured: nil, surroundings).isEmpty
    }

    /// The programs to try, in order; none where nobody would see a page.
    ///
    /// - Parameter configured: what the configuration names, which then is the only one.
    static func all(configured: String?, _ surroundings: Surroundings) -> [BrowserCommand] {
        if let configured { return [BrowserCommand(configured)] }
        let named = (surroundings.variable("BROWSER") ?? "").split(separator: ":")
            .compactMap { BrowserCommand(convention: $0) }
        guard named.isEmpty else { return named }
        let signs = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP"]
        let hasDesktop = signs.contains { !(surroundings.variable($0) ?? "").isEmpty }
        return hasDesktop ? usual.map { BrowserCommand($0) } : []
    }

    /// The arguments with a page in its place.
    func arguments(for page: BrowserPage) -> [String] {
        arguments.map { Self.replaced($0, page.url) }
    }

    private static func replaced(_ word: String, _ page: String) -> String {
        var result = ""
        var rest = Substring(word)
        while let character = rest.popFirst() {
            guard character == "%", let sign = rest.first else {
                result.append(character)
                continue
            }
            rest.removeFirst()
            switch sign {
            case "s": result += page
            case "c": result += ":"
            case "%": result += "%"
            default: result += "%\(sign)"
            }
        }
        return result
    }
}
