/// What names a setting in a configuration file.
public struct ConfigurationKey: Hashable, Sendable {
    /// The section.
    public let section: String
    /// The subsection; nil when there is none.
    public let subsection: String?
    /// The key, in the letters that it is written with where it is new.
    public let key: String

    /// A key from its parts.
    public init(_ section: String, _ subsection: String? = nil, _ key: String) {
        self.section = section
        self.subsection = subsection
        self.key = key
    }

    /// The setting as a person writes it: `prompt.github.com.mode`.
    public var text: String {
        [section, subsection, key].compactMap(\.self).joined(separator: ".")
    }

    /// The header of its section.
    var header: String {
        guard let subsection else { return "[\(section)]" }
        let escaped = subsection.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "[\(section) \"\(String(escaped))\"]"
    }

    /// Whether an entry is one of this setting.
    func isSet(by entry: ConfigurationSyntax.Entry) -> Bool {
        entry.key == key.lowercased() && isIn(entry.section, entry.subsection)
    }

    /// Whether it stands in a section: one of the same name, and of the same host where that is
    /// what its subsection names.
    func isIn(_ section: String, _ subsection: String?) -> Bool {
        guard self.section == section else { return false }
        if self.subsection == subsection { return true }
        guard HostKey.sections.contains(section), let mine = self.subsection, let subsection,
            let host = try? HostKey(mine, ""), let other = try? HostKey(subsection, "")
        else { return false }
        return host == other
    }
}
