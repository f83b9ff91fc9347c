import CredentialCore
import Hosts

/// What may stand in a login.
enum TypedText {
    /// git reads no longer lines than 65,535 bytes from a helper, the attribute's name included.
    private static let secretLimit = 65_000
    private static let nameLimit = 1024

    /// - Throws: `badRequest` for what no line of git's protocol can carry.
    static func check(username: [UInt8]) throws(CredentialError) {
        guard !username.contains(where: isControl), username.count <= nameLimit else {
            throw CredentialError(
                .badRequest, "a user name has no control characters and at most \(nameLimit) bytes")
        }
    }

    /// - Throws: as ``check(username:)``.
    static func check(_ secret: Secret) throws(CredentialError) {
        let isClean = secret.withBytes { bytes in
            !bytes.contains(where: isControl) && bytes.count <= secretLimit
        }
        guard isClean else {
            throw CredentialError(
                .badRequest,
                "a password or token has no control characters and at most \(secretLimit) bytes")
        }
    }

    /// A host's word for an account, if it will do as a user name of Basic (RFC 7617, 2).
    static func accountName(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        let isSound =
            !bytes.isEmpty && bytes.count <= nameLimit
            && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        return isSound ? text : nil
    }

    /// What a guide says, without what it says of a command's options.
    static func spoken(_ problem: LoginProblem) -> CredentialError {
        let error = problem.error
        let remedy = error.remedy.flatMap { $0.contains("`--") ? nil : $0 }
        return CredentialError(error.code, error.problem, remedy: remedy)
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
}
