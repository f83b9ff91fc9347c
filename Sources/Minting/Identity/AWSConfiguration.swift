import CredentialCore
import Tokens

/// What AWS's two shared files say, `config` and `credentials`, and which profile is used.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
struct AWSConfiguration {
    /// Where variables are looked up.
    let surroundings: AWSSurroundings
    private let config: AWSConfigurationFile?
    private let credentials: AWSConfigurationFile?

    /// Reads both files. One that is not there says nothing.
    ///
    /// - Throws: `configuration` with file and line, and whatever reading a file throws.
    init(_ surroundings: AWSSurroundings) throws(CredentialError) {
        self.surroundings = surroundings
        config = try Self.file(.configFile, "config", surroundings)
        credentials = try Self.file(.sharedCredentialsFile, "credentials", surroundings)
    }

    /// A configuration without the files: a key that is stored in Keyfob owes nothing to them.
    init(environmentOf surroundings: AWSSurroundings) {
        self.surroundings = surroundings
        config = nil
        credentials = nil
    }

    /// The profile of that name: in `config` it is called `[profile NAME]`, in `credentials`
    /// `[NAME]`, and what `credentials` says counts.
    func profile(_ name: String) -> AWSSection? {
        var found = config?.sections[.init(kind: "profile", name: name)]
        if found == nil, name == Self.defaultName {
            found = config?.sections[.init(kind: "", name: name)]
        }
        let secrets = credentials?.sections[.init(kind: "", name: name)]
        guard found != nil || secrets != nil else { return nil }
        return AWSSection(
            title: "the profile \(name)", name: name,
            settings: (found ?? [:]).merging(secrets ?? [:]) { $1 })
    }

    /// The sign-in of that name, `[sso-session NAME]`.
    func ssoSession(_ name: String) -> AWSSection? { section("sso-session", name) }

    /// The services' own settings of that name, `[services NAME]`.
    func services(_ name: String) -> AWSSection? { section("services", name) }

    /// The profile that is used: the given one, else that of AWS_PROFILE, of AWS_DEFAULT_PROFILE,
    /// else `default`, which need not be there.
    ///
    /// - Throws: `configuration` when another one is not there.
    func profileInUse(_ given: String?) throws(CredentialError) -> AWSSection? {
        let name = nameInUse(given)
        if let profile = profile(name) { return profile }
        guard name == Self.defaultName, given == nil else {
            let variable: AWSVariable =
                surroundings.variable(.profile) == nil ? .defaultProfile : .profile
            let source =
                given == nil ? variable.rawValue : "the `profile` in Keyfob's configuration"
            throw CredentialError(
                .configuration,
                "there is no AWS profile \(name) in \(path(.configFile, "config"))"
                    + " or \(path(.sharedCredentialsFile, "credentials"))",
                remedy: "make it with `aws configure --profile \(name)`, or correct \(source)")
        }
        return nil
    }

    /// The region: AWS_REGION, AWS_DEFAULT_REGION, else that of the profile that is used.
    func region(profile given: String?) -> String? {
        surroundings.variable(.region) ?? surroundings.variable(.defaultRegion)
            ?? profile(nameInUse(given))?["region"]
    }

    /// The file of certificates that servers are checked against, where it is not the system's.
    func caBundle(profile given: String?) -> String? {
        surroundings.variable(.caBundle) ?? profile(nameInUse(given))?["ca_bundle"]
    }

    /// The value of a variable, or of a setting where it is not set, and what it is called.
    func value(
        _ variable: AWSVariable, _ setting: String, _ profile: AWSSection?
    ) -> (text: String, source: String)? {
        if let text = surroundings.variable(variable) { return (text, variable.rawValue) }
        guard let profile, let text = profile[setting] else { return nil }
        return (text, "\(setting) (\(profile.place(of: setting)))")
    }
}

// MARK: - Files

extension AWSConfiguration {
    private static let defaultName = "default"

    private func nameInUse(_ given: String?) -> String {
        given ?? surroundings.variable(.profile) ?? surroundings.variable(.defaultProfile)
            ?? Self.defaultName
    }

    private func section(_ kind: String, _ name: String) -> AWSSection? {
        config?.sections[.init(kind: kind, name: name)].map { settings in
            AWSSection(title: "[\(kind) \(name)]", name: name, settings: settings)
        }
    }

    private func path(_ variable: AWSVariable, _ name: String) -> String {
        Self.path(variable, name, surroundings)
    }

    private static func path(
        _ variable: AWSVariable, _ name: String, _ surroundings: AWSSurroundings
    ) -> String {
        guard let path = surroundings.variable(variable) else {
            return "\(surroundings.home)/.aws/\(name)"
        }
        return path.hasPrefix("~/") ? surroundings.home + path.dropFirst() : path
    }

    private static func file(
        _ variable: AWSVariable, _ name: String, _ surroundings: AWSSurroundings
    ) throws(CredentialError) -> AWSConfigurationFile? {
        let path = path(variable, name, surroundings)
        // This is how one says that there is none.
        guard path != "/dev/null", let content = try surroundings.files.read(path) else {
            return nil
        }
        return try AWSConfigurationFile(content, path: path)
    }
}
