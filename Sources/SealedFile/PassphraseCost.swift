package import CredentialCore

/// What Argon2id is to cost. The limits are checked before memory is asked for: the header that
/// states the cost may be somebody else's work.
package struct PassphraseCost {
    package static let saltLength = 16
    /// libsodium's MODERATE: half a second and 256 MiB on a small server.
    package static let moderate = PassphraseCost(passes: 3, kibibytes: 262_144)
    private static let passesAllowed = 1...16
    private static let kibibytesAllowed = 8...1_048_576

    package let passes: Int
    package let kibibytes: Int

    package init(passes: Int, kibibytes: Int) {
        self.passes = passes
        self.kibibytes = kibibytes
    }

    package var isAllowed: Bool {
        Self.passesAllowed.contains(passes) && Self.kibibytesAllowed.contains(kibibytes)
    }

    /// The key that a passphrase makes at this cost.
    ///
    /// - Throws: `system` when there is not enough memory.
    package func key(
        from passphrase: Secret, salt: [UInt8]
    ) throws(CredentialError) -> Secret {
        Sodium.prepare()
        let key = Sodium.stretch(passphrase, salt: salt, passes: passes, bytes: kibibytes * 1024)
        guard let key else {
            throw CredentialError(
                .system, "\(kibibytes / 1024) MiB of memory for the passphrase are not there",
                remedy: "end other programs and try again")
        }
        return key
    }
}
