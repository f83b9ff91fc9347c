/// The rule for names: 1 to 128 of `a-z`, `0-9`, `.`, `_`, `-`, beginning with a letter or digit.
public enum CredentialName {
    private static let lengthLimit = 128

    /// Checks a name an administrator chose.
    ///
    /// - Throws: `badRequest` when it is no name.
    public static func check(_ name: String) throws(CredentialError) {
        let bytes = Array(name.utf8)
        let starts = bytes.first.map { Byte.isDigit($0) || isLowercase($0) } ?? false
        guard starts, bytes.count <= lengthLimit, bytes.allSatisfy(isNameByte) else {
            throw CredentialError(
                .badRequest, "`\(Printable.text(name))` is not a name",
                remedy: "use up to \(lengthLimit) of a-z, 0-9, `.`, `_` and `-`")
        }
    }

    /// A free name for a client's login: its host and user, then a number if that is taken.
    public static func suggested(
        for address: Address, username: [UInt8]?, taken: (String) -> Bool
    ) -> String {
        var base: [UInt8] = []
        for byte in address.authority + (username.map { [Byte.minus] + $0 } ?? []) {
            let lower = Byte.lowercased(byte)
            base.append(isNameByte(lower) ? lower : Byte.minus)
        }
        let cut = base.drop { !Byte.isDigit($0) && !isLowercase($0) }.prefix(lengthLimit - 8)
        let stem = cut.isEmpty ? "login" : String(decoding: cut, as: UTF8.self)
        guard taken(stem) else { return stem }
        var number = 2
        while taken("\(stem)-\(number)") { number += 1 }
        return "\(stem)-\(number)"
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) && Byte.lowercased(byte) == byte
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLowercase(byte) || Byte.isDigit(byte) || byte == Byte.dot || byte == Byte.underscore
            || byte == Byte.minus
    }
}
