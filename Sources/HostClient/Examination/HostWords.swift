import CredentialCore
import HostAccess
import Transport

/// What a host says of itself in an answer, fit to be shown: short, printable, and never with what
/// was sent to it.
enum HostWords {
    private static let names = [
        "errors.message", "error.message", "message", "details", "error_description", "error",
    ]

    /// The host's own reason in an answer, in brackets; empty when there is none to show.
    static func reason(_ answer: HTTPResponse, without login: HostLogin?) -> String {
        guard let fields = AnswerFields(answer) else { return "" }
        // What was sent is not shown, neither as it is nor as a header carries it.
        let secrets = login.map { [$0.secret, $0.header] } ?? []
        let said = names.lazy.compactMap(fields.secret).first
        return ServerMessage.text(said, without: secrets).map { " (\($0))" } ?? ""
    }

    /// How wrong our clock is by an answer's; nil when it is not, or the answer does not say.
    static func clock(_ answer: HTTPResponse, now: Int64) -> Examination.Finding? {
        guard let time = answer.date else { return nil }
        let lead = time - now
        guard abs(lead) > 5 * 60 else { return nil }
        let direction = lead > 0 ? "behind" : "ahead of"
        return .init(
            "clock", .doubtful, "this machine's clock is \(abs(lead)) s \(direction) the host's",
            remedy: "set the clock, or tokens that are good seem to have expired")
    }
}
