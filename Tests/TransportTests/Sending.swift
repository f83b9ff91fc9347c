import CredentialCore
import Testing
import Transport

extension HTTPResponse {
    /// The body, which is no secret here.
    var text: String { body.withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension Secret {
    /// A text that is no secret here.
    init(_ text: String) { self.init(copying: Array(text.utf8)) }
}

/// Sends a request by a client of its own and returns why there is no answer.
func failure(of request: HTTPRequest, caBundle: String? = nil) -> TransportFailure? {
    do throws(TransportFailure) {
        let response = try CurlClient(caBundle: caBundle).send(request)
        Issue.record("answered with \(response.status)")
        return nil
    } catch {
        return error
    }
}
