import CredentialCore
import Transport

/// An answer that sends us elsewhere (RFC 9110, 15.4), which nobody follows with a secret.
struct Redirect {
    private let source: String
    private let target: String
    private let status: Int

    /// The redirect in an answer; nil when it is none.
    init?(_ response: HTTPResponse, from url: String) {
        guard (300..<400).contains(response.status) else { return nil }
        status = response.status
        source = ServiceHost.text(of: url)
        let location = response.header("location") ?? ""
        target = ServiceHost(location)?.text ?? "another page of its own"
    }

    /// The error that names both hosts.
    var error: CredentialError {
        CredentialError(
            .refused,
            "\(source) sends us to \(target) (HTTP \(status)), where nothing is sent",
            remedy: "if it moved there for good, use the new address")
    }
}
