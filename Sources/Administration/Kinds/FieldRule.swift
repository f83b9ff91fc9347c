import Configuration
import CredentialCore

/// One field of a credential, as an administrator gives it.
struct FieldRule: Sendable {
    /// Where a field's value is kept.
    enum Place: Sendable {
        /// The credential's user name.
        case username
        /// A setting, in the catalogue: it is shown.
        case setting
        /// A secret field, in the store: it is never shown.
        case secret
    }

    /// The name in `--field NAME=…`, in settings and in exports: `host`, `privateKey`.
    let name: String
    /// What it is called when it is asked for: `private key`.
    let label: String
    let place: Place
    var isRequired = true
    /// Said before it is asked for: where to find it, what it looks like.
    var hint: String?
    /// The value that an empty answer stands for.
    var standard: String?
    /// The only values it may have, if they are few.
    var choices: [String] = []
    /// Whether it may have several lines, so that it comes from a file or a pipe.
    var isLong = false
    /// Whether a person is asked for it although it is not required. Secrets that are not required
    /// are asked for only when `finish` says, by `codeWanted`, that one is missing.
    var isOffered = true
    /// Whether a person invents it, so that it is typed twice when nobody sees it.
    var isInvented = false
    /// The files that it is taken from when nothing is given: the first that is there.
    var standardFiles: @Sendable (Surroundings) -> [String] = { _ in [] }
    /// What makes one file of several of them.
    var joiner: String?
    /// Checks a value that is not secret. Throws `badRequest` with what it should be.
    var check: @Sendable (String) throws(CredentialError) -> Void = { _ in }
    /// Checks a secret value. Throws `badRequest` with what it should be; never quotes it.
    var checkSecret: @Sendable (Secret) throws(CredentialError) -> Void = { _ in }

    var isSecret: Bool {
        if case .secret = place { true } else { false }
    }

    /// A field that somebody else named.
    static func free(_ name: String) -> FieldRule {
        FieldRule(name: name, label: name, place: .secret, isRequired: false)
    }
}
