import CredentialCore

/// One of the two files that AWS's tools share, `config` and `credentials`.
///
/// Its grammar: sections in brackets, `name = value` below them, indented lines go on with the
/// value above, or, where that is empty, are settings of their own; `#` and `;` begin a comment.
/// Settings are named in either case, a section may come twice, the later of two values counts.
/// What is named unlike anything that AWS knows is passed over; what is not of this form is an
/// error.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html. Beyond it, an indented
/// line that holds a comment only is one, as AWS's command line has it.
struct AWSConfigurationFile {
    /// What stands in a section's brackets: `[profile build]`, `[default]`.
    struct SectionName: Hashable, Sendable {
        /// `profile`, `sso-session`, `services`; empty for a name alone.
        let kind: String
        let name: String
    }

    /// The settings of each section, by their names in lower case.
    private(set) var sections: [SectionName: [String: AWSSetting]] = [:]
    private let content: Secret
    private var place = Place.beginning

    /// Where the reading is. What is nil has a name that means nothing and is passed over.
    private enum Place {
        case beginning
        case section(SectionName?)
        case setting(SectionName?, String?)
    }

    /// Reads a file's content.
    ///
    /// - Throws: `configuration` with the line that is wrong; what stands on it is not repeated.
    init(_ content: Secret, path: String) throws(CredentialError) {
        self.content = content
        try content.withBytes { (bytes) throws(CredentialError) in
            var start = 0
            var number = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                number += 1
                try read(
                    AWSConfigurationLine(bytes: bytes, range: start..<end),
                    place: "\(path) line \(number)")
                start = end + 1
            }
        }
    }

    private mutating func read(
        _ line: AWSConfigurationLine, place: String
    ) throws(CredentialError) {
        let trimmed = line.trimmed
        if trimmed.isEmpty || trimmed.isComment { return }
        if line.isHeading {
            try readHeading(line, place)
        } else if line.isIndented {
            try readContinuation(trimmed, place)
        } else {
            try readSetting(line, place)
        }
    }

    private mutating func readHeading(
        _ line: AWSConfigurationLine, _ place: String
    ) throws(CredentialError) {
        guard let words = line.headingWords else {
            throw Self.error(place, "begins a section without `]` at its end")
        }
        var section: SectionName?
        if let name = words.last, words.count <= 2, AWSConfigurationLine.isName(name.utf8) {
            let found = SectionName(kind: words.count == 2 ? words[0] : "", name: name)
            if sections[found] == nil { sections[found] = [:] }
            section = found
        }
        self.place = .section(section)
    }

    private mutating func readSetting(
        _ line: AWSConfigurationLine, _ place: String
    ) throws(CredentialError) {
        let section: SectionName?
        switch self.place {
        case .beginning: throw Self.error(place, "comes before the first section, `[default]`")
        case .section(let current), .setting(let current, _): section = current
        }
        let setting = try Self.setting(line, place)
        let name = setting.name.settingName
        if let section, let name {
            sections[section]?[name] = AWSSetting(content, setting.value.range, place: place)
        }
        self.place = .setting(section, name)
    }

    private mutating func readContinuation(
        _ line: AWSConfigurationLine, _ place: String
    ) throws(CredentialError) {
        switch self.place {
        case .beginning: throw Self.error(place, "comes before the first section, `[default]`")
        case .section: throw Self.error(place, "is indented, and no setting stands above it")
        case .setting(let section?, let name?):
            if sections[section]?[name]?.startsEmpty == true { _ = try Self.setting(line, place) }
            sections[section]?[name]?.append(line.range)
        case .setting: break
        }
    }

    private static func setting(
        _ line: AWSConfigurationLine, _ place: String
    ) throws(CredentialError) -> (name: AWSConfigurationLine, value: AWSConfigurationLine) {
        guard let setting = line.setting else { throw error(place, "has no `=` in it") }
        guard !setting.name.isEmpty else { throw error(place, "has no name before its `=`") }
        return setting
    }

    private static func error(_ place: String, _ problem: String) -> CredentialError {
        CredentialError(
            .configuration, "\(place) \(problem)",
            remedy: "correct the line: a section is `[profile NAME]`, a setting `name = value`")
    }
}
