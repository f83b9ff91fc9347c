import CredentialCore
import Launch
import Transport

/// Asks AWS: finds the endpoint, signs, sends, tries again where that can help, and says in one
/// sentence what went wrong.
struct AWSCaller {
    let surroundings: AWSSurroundings
    private let settings: EndpointSettings
    private let clock: ServerClock

    init(_ surroundings: AWSSurroundings, _ settings: EndpointSettings) {
        self.surroundings = surroundings
        self.settings = settings
        clock = ServerClock(surroundings.now)
    }

    /// The answer to a call.
    ///
    /// - Throws: `refused` when the service says no; `unreachable` when it cannot be asked, or
    ///   answers something that cannot be used; `configuration` when there is no endpoint.
    func answer(to call: AWSCall) throws(CredentialError) -> ServiceAnswer {
        let endpoint = try Endpoints.endpoint(
            call.service, region: call.region, settings, fips: call.usesFIPS,
            dualStack: call.usesDualStack)
        var call = call
        let start = surroundings.deadline.remaining
        var attempt = 1
        var hasNewClock = false
        while true {
            call.request.waited = start - surroundings.deadline.remaining
            do throws(AWSFailure) {
                let response = try send(&call, to: endpoint)
                return ServiceAnswer(
                    response, to: call.action, of: endpoint.url, now: surroundings.now())
            } catch {
                if error.blamesSignature, !hasNewClock, clock.adoptServerTime() {
                    hasNewClock = true
                    continue
                }
                guard error.isWorthRepeating(call),
                    Backoff.pause(after: attempt, within: surroundings.deadline)
                else { throw error.credentialError(call, of: endpoint.url, clock) }
                attempt += 1
            }
        }
    }

    /// Sends a call once. Its signature is one of its secrets from then on.
    private func send(
        _ call: inout AWSCall, to endpoint: Endpoint
    ) throws(AWSFailure) -> HTTPResponse {
        var request = call.request
        request.url = endpoint.url + request.url
        if let signer = call.signer {
            request = SignatureV4.sign(
                request, with: signer, service: endpoint.signingName,
                region: endpoint.signingRegion, at: clock.signingTime)
            // Whoever reads it can send the same request again, for a quarter of an hour.
            call.secrets += SignatureV4.signature(of: request).map { [$0] } ?? []
        }
        let response: HTTPResponse
        do throws(TransportFailure) {
            response = try surroundings.send(request)
        } catch {
            throw .transport(error)
        }
        if let time = response.date { clock.note(time) }
        guard response.isSuccess else { throw .refusal(AWSRefusal(response)) }
        return response
    }
}
