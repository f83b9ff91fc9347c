import ArgumentParser
import CredentialCore
import Tokens

/// What an access key has besides its secret.
struct AccessKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("access-key-id"),
        help: ArgumentHelp(
            "The id of an access key, such as AKIAIOSFODNN7EXAMPLE.", valueName: "id"))
    var id: String?

    @Option(
        name: .customLong("session-token-fd"),
        help: ArgumentHelp(
            "Read the session token of a temporary key from this file descriptor.",
            valueName: "number"))
    var sessionTokenDescriptor: Int32?

    @Option(
        name: .customLong("role-arn"),
        help: ArgumentHelp("The role that is assumed with an access key.", valueName: "arn"))
    var roleARN: String?

    @Option(
        name: .customLong("external-id"),
        help: ArgumentHelp("The external id that the role asks for.", valueName: "id"))
    var externalID: String?

    @Option(
        name: .customLong("mfa-serial"),
        help: ArgumentHelp(
            "The MFA device that the role asks for: its ARN or serial number.", valueName: "device")
    )
    var mfaSerial: String?

    @Option(
        name: .customLong("session-name"),
        help: ArgumentHelp("What the role's sessions are called in AWS' logs.", valueName: "name"))
    var sessionName: String?

    @Option(
        help: ArgumentHelp(
            "The account whose registry stands behind a name that is not ECR's own.",
            valueName: "digits"))
    var account: String?

    @Option(help: "That registry's region, and the one in which the role is assumed.")
    var region: String?

    /// Whether one of the options was given.
    var isGiven: Bool { id != nil || sessionTokenDescriptor != nil || !settings.isEmpty }

    /// The settings that were given; an empty value takes one away.
    private var settings: [Credential.Setting] {
        let all: [(AccessKeySetting, String?)] = [
            (.account, account), (.region, region), (.roleARN, roleARN),
            (.externalID, externalID), (.mfaSerial, mfaSerial), (.sessionName, sessionName),
        ]
        return all.compactMap { setting, value in
            value.map { Credential.Setting(name: setting.rawValue, value: $0) }
        }
    }

    /// Puts the id and the settings that were given into a credential.
    ///
    /// - Throws: `badRequest` when it is no access key, or when one of them is not what it should
    ///   be.
    func apply(to credential: inout Credential) throws(CredentialError) {
        guard credential.kind == .accessKey else {
            guard isGiven else { return }
            throw CredentialError(
                .badRequest,
                "\(credential.name) is no access key, and this is for access keys only",
                remedy: "see `keyfob add --help`")
        }
        if let id { credential.username = try AccessKeyRules.checked(id: id) }
        for setting in settings {
            credential.settings.removeAll { $0.name == setting.name }
            guard !setting.value.isEmpty else { continue }
            try AccessKeyRules.check(setting)
            credential.settings.append(setting)
        }
        credential.settings.sort { $0.name < $1.name }
    }

    /// Reads the session token, if there is one.
    func readSessionToken() throws(CredentialError) -> Secret? {
        guard let sessionTokenDescriptor else { return nil }
        let token = try SecretInput.read(descriptor: sessionTokenDescriptor)
        try AccessKeyRules.check(token, "session token")
        return token
    }
}
