/// Truth in git's words (git-config(1), "Values"; git's parse.c).
public enum GitBoolean {
    /// What a text says; nil where it is neither, which is for git to complain about. A key of git's
    /// configuration without a value is true, and has no text.
    public static func value(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "", "false", "no", "off": return false
        case let word:
            let digits = word.last.map { "kmg".contains($0) } == true ? word.dropLast() : word[...]
            return Int(digits).map { $0 != 0 }
        }
    }

    /// Whether a text says no.
    public static func isFalse(_ text: String) -> Bool { value(text) == false }
}
