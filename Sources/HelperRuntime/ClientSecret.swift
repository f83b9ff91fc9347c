import CredentialCore
import SealedFile

extension SealedFile {
    /// The secret fields a client is answered from.
    ///
    /// - Throws: `unreachable` when another store holds them or they would have to be minted, and
    ///   what reading throws.
    func answer(of candidate: Candidate) throws(CredentialError) -> (
        secret: Secret, refreshToken: Secret?
    ) {
        guard candidate.store == .file, candidate.kind == .password || candidate.kind == .token
        else {
            throw CredentialError(
                .unreachable,
                "this version cannot use the \(candidate.kind.name) \(candidate.name)",
                remedy: "update keyfob")
        }
        let fields = try fields(of: candidate)
        guard let secret = fields.primary else {
            throw CredentialError(
                .damaged, "the secret of \(candidate.name) is empty",
                remedy: "set it with `keyfob edit \(candidate.name)`")
        }
        return (secret, fields["refreshToken"])
    }
}
