public import Configuration

/// Who would see a page that is opened, or a code that is shown.
public enum Audience {
    /// Whether somebody would: there is a browser, or a terminal.
    public static func isThere(_ surroundings: Surroundings) -> Bool {
        BrowserCommand.isSeen(surroundings) || Terminal.isThere
    }
}
