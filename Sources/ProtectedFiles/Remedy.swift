/// The command that mends a file or folder which cannot be trusted as it is.
enum Remedy {
    /// For what belongs to somebody else.
    static func owner(_ path: String, _ user: UInt32) -> String {
        "run `chown \(user) \(word(path))` as root, if it is yours"
    }

    /// For what others may use, or its owner may not.
    static func mode(_ path: String, _ mode: String) -> String {
        "run `chmod \(mode) \(word(path))`"
    }

    /// For what is only for a group.
    static func membership(_ path: String) -> String {
        "ask its administrator to make you one (see the group with `stat -c %G \(word(path))`), "
            + "then log in again"
    }

    /// For what is neither a file nor a folder, or the wrong one of them.
    static func moveAway(_ path: String) -> String {
        "run `mv \(word(path)) \(word(path)).old` and try again"
    }

    /// For a symbolic link: what it leads to comes into its place.
    static func link(_ path: String) -> String {
        let path = word(path)
        return "run `mv \(path) \(path).link && mv \"$(readlink -f \(path).link)\" \(path)`, "
            + "if what it leads to is yours"
    }

    /// For a file that has a second name, as copies made of hard links have.
    static func secondName(_ path: String) -> String {
        "run `cp -p \(word(path)) \(word(path)).own && mv \(word(path)).own \(word(path))`"
    }

    /// The path as a shell reads it.
    private static func word(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "/._-+:@,%=".utf8.contains(byte)
        }
        guard !isPlain else { return path }
        let escaped = path.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''")
        return "'\(escaped)'"
    }
}
