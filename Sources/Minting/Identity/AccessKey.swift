import CredentialCore

/// An access key that is stored in Keyfob, and the role that it is used for, if there is one.
struct AccessKey {
    /// The key.
    var credentials: AWSCredentials
    /// The role to assume with it.
    var roleARN: String?
    /// What the role's owner wants to be told.
    var externalID: String?
    /// The MFA device whose code the role takes.
    var mfaSerial: String?
    /// The region of the AWS STS which is asked.
    var region: String?
    /// What the session is called in AWS's logs.
    var sessionName: String?

    /// What requests are signed with: the key, or what assuming the role with it gives.
    ///
    /// - Parameter region: that of AWS STS, where the key names none.
    /// - Throws: `codeWanted` when the role takes a one-time password and there is none, and
    ///   whatever asking AWS STS throws.
    func credentials(by caller: AWSCaller, region: String) throws(CredentialError) -> AWSCredentials
    {
        guard let roleARN else { return credentials }
        return try RoleCredentials(caller, region: self.region ?? region).credentials(
            AssumedRole(
                roleARN: roleARN, sessionName: sessionName, externalID: externalID,
                mfaSerial: mfaSerial),
            with: credentials, through: credentials.identity)
    }
}
