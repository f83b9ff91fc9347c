public import CredentialCore
import Launch

/// Where people are asked: by `keyfob-prompt`.
public enum LoginDesk {
    /// Asks. It takes as long as the person takes; `keyfob-prompt` keeps to the time that the
    /// configuration gives them.
    ///
    /// - Throws: `unreachable` when `keyfob-prompt` cannot be asked.
    public static func ask(_ request: LoginRequest) throws(CredentialError) -> LoginReply {
        let program = try LibexecProgram("keyfob-prompt", sharingErrors: true)
        let answer: Secret
        do throws(MessageChannel.Failure) {
            try program.channel.send(request.encoded())
            answer = try program.channel.receive(within: nil)
        } catch {
            throw CredentialError(
                .unreachable, "keyfob-prompt ended while it was asked", remedy: "try again")
        }
        return try LoginReply(decoding: answer)
    }

    /// The error for an answer to another question.
    public static let misunderstanding = CredentialError(
        .system, "keyfob-prompt answered something else than it was asked",
        remedy: "install all programs of one version together")
}
