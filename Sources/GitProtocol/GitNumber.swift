/// Reads the numbers and truth values of a request as git does.
enum GitNumber {
    /// A time in seconds since 1970.
    ///
    /// Zero and whatever is no such number are no time at all: git takes them for "never".
    static func time(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard let time = decimal(text), time > 0 else { return nil }
        return time
    }

    /// A truth value in one of the forms of git's configuration; `nil` for anything else.
    ///
    /// <https://git-scm.com/docs/git-config#Documentation/git-config.txt-boolean>
    static func boolean(_ text: UnsafeRawBufferPointer) -> Bool? {
        if text.isEmpty { return false }
        if words.no.contains(where: { isWord(text, $0) }) { return false }
        if words.yes.contains(where: { isWord(text, $0) }) { return true }
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = UnsafeRawBufferPointer(rebasing: text.dropFirst(isNegative ? 1 : 0))
        guard let number = decimal(digits), number <= Int32.max else { return nil }
        return number != 0
    }

    private static let words = (yes: ["true", "yes", "on"], no: ["false", "no", "off"])

    private static func isWord(_ text: UnsafeRawBufferPointer, _ word: String) -> Bool {
        // The bit makes capital letters small, and makes a small letter of nothing else.
        text.elementsEqual(word.utf8) { $0 | 0x20 == $1 }
    }

    private static func decimal(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard !text.isEmpty else { return nil }
        var number: Int64 = 0
        for byte in text {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }
}
