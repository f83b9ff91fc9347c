/// The part of a helper's name that a configuration holds: `pass` for `docker-credential-pass`.
enum HelperName {
    private static let lengthLimit = 64

    /// Whether the name is one that can be run: nothing in it leads to another folder.
    ///
    /// A lower-case letter or digit, then also `_`, `-` and `.`: docker takes any name, and in WSL
    /// it writes `desktop.exe`.
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetterOrDigit(first) else { return false }
        return name.utf8.count <= lengthLimit
            && name.utf8.allSatisfy { isLetterOrDigit($0) || "_-.".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
            || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
