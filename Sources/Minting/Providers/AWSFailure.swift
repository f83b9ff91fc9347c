import CredentialCore
import Transport

/// Why an attempt to ask AWS brought nothing.
enum AWSFailure: Error {
    /// The service said no.
    case refusal(AWSRefusal)
    /// There is no answer.
    case transport(TransportFailure)

    /// Whether the signature did not fit.
    var blamesSignature: Bool {
        if case .refusal(let refusal) = self { refusal.blamesSignature } else { false }
    }

    /// Whether another attempt may end better, and does no harm.
    func isWorthRepeating(_ call: AWSCall) -> Bool {
        switch self {
        case .refusal(let refusal):
            refusal.isThrottling || (refusal.isOutage && !call.countsOnce)
        case .transport(let failure): failure.mayPass && !call.countsOnce
        }
    }

    /// One sentence: who was asked for what, on whose behalf, what came of it, and what to do next.
    func credentialError(
        _ call: AWSCall, of url: String, _ clock: ServerClock
    ) -> CredentialError {
        let aside = clock.complaint.map { ", while \($0)" } ?? ""
        switch self {
        case .transport(let failure):
            return CredentialError(
                .unreachable, failure.problem + aside, remedy: failure.remedy)
        case .refusal(let refusal):
            let isNo = refusal.code != nil && !refusal.isOutage
            let verb = isNo ? "refused" : "failed at"
            let answer = Self.describe(refusal, call)
            return CredentialError(
                isNo ? .refused : .unreachable,
                "\(ServiceHost.text(of: url)) \(verb) \(call.action) for \(call.identity): "
                    + answer + aside,
                remedy: AWSRemedy.text(for: refusal, of: call, clock))
        }
    }

    /// The error's name with what the service says of it.
    private static func describe(_ refusal: AWSRefusal, _ call: AWSCall) -> String {
        func shown(_ text: Secret?) -> String? { ServerMessage.text(text, without: call.secrets) }
        let name =
            shown(refusal.fullCode.map { Secret(copying: Array($0.utf8)) })
            ?? "HTTP \(refusal.status)"
        return name + (shown(refusal.message).map { " (\($0))" } ?? "")
    }
}
