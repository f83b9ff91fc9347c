import Configuration

/// Opens a page with the first of several programs that can.
struct PageOpening {
    private let page: BrowserPage
    private let surroundings: Surroundings
    private var rest: ArraySlice<BrowserCommand>
    private var browser: RunningBrowser?

    /// Begins with the first program.
    init(_ page: BrowserPage, _ commands: [BrowserCommand], _ surroundings: Surroundings) {
        self.page = page
        self.surroundings = surroundings
        rest = commands[...]
        next()
    }

    /// How far it is; goes on to the next program when one has failed. `failed` means that there is
    /// no other.
    mutating func state() -> RunningBrowser.State {
        while let browser {
            let state = browser.state()
            if case .failed = state { next() } else { return state }
        }
        return .failed
    }

    private mutating func next() {
        browser = nil
        while browser == nil, let command = rest.popFirst() {
            browser = RunningBrowser(command, page, surroundings)
        }
    }
}
