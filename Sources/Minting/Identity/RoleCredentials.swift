import CredentialCore
import Tokens

/// Assumes roles.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
final class RoleCredentials {
    /// Asks AWS.
    let caller: AWSCaller
    private let region: String
    /// The one-time password that the user was asked for.
    private var code: Secret?

    /// - Parameter region: that of the AWS STS which is asked.
    init(_ caller: AWSCaller, region: String) {
        self.caller = caller
        self.region = region
        code = caller.surroundings.mfaCode
    }

    /// The credentials of a role that others may assume.
    ///
    /// - Parameter origin: where it is configured, as `the profile build`.
    /// - Throws: `codeWanted` when it takes a one-time password and there is none, and whatever
    ///   asking AWS STS throws.
    func credentials(
        _ role: AssumedRole, with source: AWSCredentials, through origin: String
    ) throws(CredentialError) -> AWSCredentials {
        let code = self.code
        // AWS takes each code once.
        if role.mfaSerial != nil { self.code = nil }
        var credentials = try caller.assumeRole(role, with: source, region: region, mfaCode: code)
        credentials.identity = "role \(role.roleARN) through \(origin)"
        return credentials
    }

    /// The credentials of a role that a web identity stands for, whose token is in a file.
    ///
    /// - Throws: `configuration` when there is no token, and whatever asking AWS STS throws.
    func credentials(
        _ role: AssumedRole, webIdentityFile path: String, through origin: String
    ) throws(CredentialError) -> AWSCredentials {
        guard let content = try caller.surroundings.files.read(path),
            let token = content.withoutBlanksAround
        else {
            throw CredentialError(
                .configuration, "there is no web identity token in \(path), which \(origin) names",
                remedy: "see that the token is mounted there")
        }
        var credentials = try caller.assumeRole(role, webIdentity: token, region: region)
        credentials.identity = "role \(role.roleARN) through \(origin)"
        return credentials
    }
}

extension Secret {
    /// Without the line's end that an editor or `echo` leaves; nil when nothing else is there.
    fileprivate var withoutBlanksAround: Secret? {
        withBytes { bytes in
            let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
            guard let first = bytes.firstIndex(where: { !isBlank($0) }),
                let last = bytes.lastIndex(where: { !isBlank($0) })
            else { return nil }
            return Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[first...last]))
        }
    }
}
