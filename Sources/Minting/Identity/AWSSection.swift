import CredentialCore

/// A profile, or another named section, with what both files say in it.
struct AWSSection: Sendable {
    /// What it is, for messages: `the profile build`.
    let title: String
    /// Its name.
    let name: String
    /// Its settings, by their names in lower case.
    let settings: [String: AWSSetting]

    /// A setting as text; nil when it is not there, or empty.
    subscript(_ setting: String) -> String? {
        guard let text = settings[setting]?.text, !text.isEmpty else { return nil }
        return text
    }

    /// A setting that may be secret; nil when it is not there, or empty.
    func secret(_ setting: String) -> Secret? {
        guard let secret = settings[setting]?.secret, !secret.isEmpty else { return nil }
        return secret
    }

    /// A setting that stands indented below another one.
    func nested(_ setting: String, in outer: String) -> String? {
        guard let text = settings[outer]?.nested(setting), !text.isEmpty else { return nil }
        return text
    }

    /// Where a setting is, for messages.
    func place(of setting: String) -> String { settings[setting]?.place ?? title }

    /// A setting with its place, for messages.
    func titled(_ setting: String) -> String { "`\(setting)` (\(place(of: setting)))" }
}

// MARK: - What is wrong with it

extension AWSSection {
    /// A setting that another one needs.
    ///
    /// - Throws: `configuration` when it is not there.
    func required(_ setting: String, beside other: String) throws(CredentialError) -> String {
        if let text = self[setting] { return text }
        throw missing(setting, beside: other)
    }

    /// The error for a setting that another one needs and that is not there.
    func missing(_ setting: String, beside other: String) -> CredentialError {
        error("has `\(other)` without `\(setting)`", remedy: "add it, or remove the other")
    }

    /// What is wrong with this section.
    func error(_ problem: String, remedy: String) -> CredentialError {
        CredentialError(.configuration, "\(title) \(problem)", remedy: remedy)
    }
}
