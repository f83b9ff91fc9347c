import CredentialCore
import Launch
import Transport

/// A service beside the program that gives out credentials. No proxy stands between.
struct MetadataService {
    /// What it is, for people.
    let name: String
    let surroundings: AWSSurroundings
    /// How long one attempt may take, in milliseconds.
    let timeout: Int
    /// How often it is asked at most.
    let attempts: Int
    /// What it was sent that must not come back in a message.
    var secrets: [Secret] = []

    /// Asks, and hands back every answer that another attempt would not better.
    ///
    /// - Throws: `unreachable` when there is none.
    func answer(to request: HTTPRequest) throws(CredentialError) -> HTTPResponse {
        var request = request
        request.usesProxy = false
        request.timeout = timeout
        request.connectTimeout = timeout
        let start = surroundings.deadline.remaining
        var attempt = 1
        while true {
            request.waited = start - surroundings.deadline.remaining
            do throws(TransportFailure) {
                let response = try surroundings.send(request)
                guard response.mayPass, pause(after: attempt) else { return response }
            } catch {
                guard error.mayPass, pause(after: attempt) else {
                    throw CredentialError(
                        .unreachable, "\(name) cannot be asked: \(error.problem)",
                        remedy: "see whether this machine or container has that service")
                }
            }
            attempt += 1
        }
    }

    private func pause(after attempt: Int) -> Bool {
        attempt < attempts && Backoff.pause(after: attempt, within: surroundings.deadline)
    }

    /// The credentials in an answer.
    ///
    /// - Throws: `refused` when it says why there are none; `expired` when they are over.
    func credentials(
        _ response: HTTPResponse, of url: String, identity: String
    ) throws(CredentialError) -> AWSCredentials {
        let answer = ServiceAnswer(
            response, to: "a request for credentials", of: url, now: surroundings.now())
        let code = answer.optionalText("Code") ?? "Success"
        guard response.isSuccess, code == "Success" else { throw refusal(response, answer) }
        return try answer.credentials(
            ("AccessKeyId", "SecretAccessKey", "Token"),
            expiresAt: try answer.time("Expiration"), identity: identity)
    }

    /// What an answer without credentials says.
    func refusal(
        _ response: HTTPResponse, _ answer: ServiceAnswer? = nil, remedy: String? = nil
    ) -> CredentialError {
        func shown(_ paths: String...) -> String? {
            let text = paths.lazy.compactMap { answer?.optionalSecret($0) }.first
            return ServerMessage.text(text, without: secrets)
        }
        let code = shown("Code", "code")
        let message = shown("Message", "message").map { " (\($0))" }
        return CredentialError(
            response.isOutage ? .unreachable : .refused,
            "\(name) gave no credentials: \(code ?? "HTTP \(response.status)")\(message ?? "")",
            remedy: remedy ?? (response.mayPass ? "try again later" : nil))
    }
}
