/// Strings in YAML.
enum YAMLText {
    /// In double quotes, with everything escaped that a parser may not take as it is
    /// (YAML 1.1, section 5.1).
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\\(scalar)"
            case 0x20..<0x7F, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
                0x10000...0x10FFFF:
                quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
            }
        }
        return quoted + "\""
    }
}
