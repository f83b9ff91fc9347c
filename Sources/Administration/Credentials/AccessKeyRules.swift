import Configuration
import CredentialCore
import Tokens

/// What must hold for an access key.
///
/// The shapes are those of the IAM and STS API references: `AccessKey`, `AssumeRole`.
enum AccessKeyRules {
    /// The id's bytes.
    ///
    /// - Throws: `badRequest` when it cannot be one.
    static func checked(id: String) throws(CredentialError) -> [UInt8] {
        let bytes = Array(id.utf8)
        guard (16...128).contains(bytes.count), bytes.allSatisfy(isWord) else {
            throw CredentialError(
                .badRequest, "`\(Printable.text(id))` is no access key id",
                remedy: "write 16 to 128 letters and digits, such as AKIAIOSFODNN7EXAMPLE")
        }
        return bytes
    }

    /// How long AWS' secret access keys are:
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
    private static let secretLength = 40

    /// Says what is odd about a key that was stored all the same.
    static func tellDoubt(about credential: Credential, _ fields: SecretFields) {
        guard credential.kind == .accessKey else { return }
        let id = String(decoding: credential.username ?? [], as: UTF8.self)
        if !id.hasPrefix("AKIA"), !id.hasPrefix("ASIA") {
            Console.note("the access key ids of AWS begin with AKIA or ASIA, and \(id) does not")
        } else if id.hasPrefix("ASIA") {
            guard fields["sessionToken"] == nil else { return }
            Console.note(
                "\(id) is a temporary key and needs its session token; give it with "
                    + "`keyfob edit \(credential.name) --session-token-fd N`")
        } else if let secret = fields.primary, secret.count != secretLength {
            Console.note(
                "the secret access keys of AWS have \(secretLength) characters, and this one has "
                    + "\(secret.count)")
        }
    }

    /// Checks a secret access key or a session token.
    ///
    /// - Throws: `badRequest` when it is not one line.
    static func check(_ secret: Secret, _ what: String) throws(CredentialError) {
        guard secret.isOneLine, secret.isText else {
            throw CredentialError(
                .badRequest, "a \(what) is one line of text, and this is none",
                remedy: "give it alone")
        }
    }

    /// Checks a setting's value.
    ///
    /// - Throws: `badRequest` when it is not what it should be.
    static func check(_ setting: Credential.Setting) throws(CredentialError) {
        guard let name = AccessKeySetting(rawValue: setting.name) else { return }
        let value = setting.value
        let (isSound, example) =
            switch name {
            case .account: (isAccount(value), "123456789012")
            case .region: (isRegion(value), "eu-west-1")
            case .roleARN: (isRoleARN(value), "arn:aws:iam::123456789012:role/pull")
            case .externalID: (holds(value, 2...1224, "+=,.@:/-"), "team-42")
            case .mfaSerial:
                (holds(value, 9...256, "+=/:,.@-"), "arn:aws:iam::123456789012:mfa/alice")
            case .sessionName: (holds(value, 2...64, "+=,.@-"), "build")
            }
        guard isSound else {
            throw CredentialError(
                .badRequest, "`\(Printable.text(value))` is no \(name.rawValue)",
                remedy: "write one such as \(example)")
        }
    }

    /// Checks that the settings of an access key go together, and that every address it is bound to
    /// stands for a registry.
    ///
    /// - Throws: `badRequest` with what to add.
    static func check(
        _ credential: Credential, _ configuration: Configuration
    ) throws(CredentialError) {
        guard credential.kind == .accessKey else { return }
        let has = { (setting: AccessKeySetting) in
            credential.settings.contains { $0.name == setting.rawValue }
        }
        for setting in [AccessKeySetting.externalID, .mfaSerial, .sessionName]
        where has(setting) && !has(.roleARN) {
            throw CredentialError(
                .badRequest, "--\(setting.rawValue) is for a role, and \(credential.name) has none",
                remedy: "add `--role-arn ARN`, or take it away with `--\(setting.rawValue) ''`")
        }
        if has(.account), has(.region) { return }
        for pattern in credential.bindings.map(\.pattern)
        where !isRegistry(pattern, configuration.aws) {
            throw CredentialError(
                .badRequest, "\(pattern.text) is not the name of an ECR registry",
                remedy: "say for which it stands with `--account 123456789012 --region eu-west-1`")
        }
    }

    /// Whether the hosts that a pattern matches are ECR's by their names, or by the configuration's
    /// word.
    private static func isRegistry(_ pattern: AddressPattern, _ preferences: AWSPreferences) -> Bool
    {
        pattern.isWildcard
            ? isOfECR(pattern) : TokenOrder.registry(at: pattern.address, preferences) != nil
    }

    /// Whether a pattern is a name of ECR's in which account or region may be left open, and
    /// nothing else.
    static func isOfECR(_ pattern: AddressPattern) -> Bool {
        let open = Array("*".utf8)[...]
        var labels = pattern.address.host.split(separator: UInt8(ascii: "."))
        if labels.first == open { labels[0] = Array("123456789012".utf8)[...] }
        return regions.contains { region in
            let host = labels.map { $0 == open ? Array(region.utf8)[...] : $0 }
            return ECRRegistry(host: Array(host.joined(separator: Array(".".utf8)))) != nil
        }
    }

    /// One of each partition, for a region that is left open: the domain has to go with one.
    private static let regions = [
        "us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1",
        "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1",
    ]

    private static func isAccount(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy(isDigit)
    }

    private static func isRegion(_ text: String) -> Bool {
        ECRRegistry(account: "123456789012", region: text) != nil
    }

    private static func isRoleARN(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && text.utf8.count <= 2048 && parts[0] == "arn"
            && AWSPartition.all.contains { $0.name == parts[1] }
            && parts[2] == "iam" && parts[3].isEmpty && isAccount(String(parts[4]))
            && parts[5].hasPrefix("role/") && parts[5].utf8.count > 5
            && parts[5].utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func holds(
        _ text: String, _ length: ClosedRange<Int>, _ punctuation: String
    ) -> Bool {
        length.contains(text.utf8.count)
            && text.utf8.allSatisfy { isWord($0) || punctuation.utf8.contains($0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
