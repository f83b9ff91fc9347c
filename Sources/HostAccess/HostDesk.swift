public import CredentialCore
import Launch

/// Where hosts are asked: by `keyfob-mint`, which has the library that it takes.
public struct HostDesk {
    /// What `keyfob-mint` may take beyond the time that its requests have, in milliseconds.
    private static let slack = 5000
    private let milliseconds: Int

    /// A desk.
    ///
    /// - Parameter seconds: how long a host may take to answer.
    public init(seconds: Int = 30) {
        milliseconds = seconds * 1000
    }

    /// Asks.
    ///
    /// - Throws: why the host gave no answer, and `unreachable` when it could not be asked.
    public func ask(_ request: HostRequest) throws(CredentialError) -> HostReply {
        let program = try LibexecProgram("keyfob-mint")
        let answer: Secret
        do throws(MessageChannel.Failure) {
            try program.channel.send(request.encoded())
            answer = try program.channel.receive(within: milliseconds + Self.slack)
        } catch {
            program.kill()
            throw CredentialError(
                .unreachable,
                error == .late
                    ? "keyfob-mint did not answer in time" : "keyfob-mint ended while it was asked",
                remedy: "try again")
        }
        let reply = try HostReply(decoding: answer)
        if case .failure(let error) = reply { throw error }
        return reply
    }

    /// The error for an answer to another question.
    public static let misunderstanding = CredentialError(
        .system, "keyfob-mint answered something else than it was asked",
        remedy: "install all programs of one version together")
}
