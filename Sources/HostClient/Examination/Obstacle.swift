import CredentialCore
import HostAccess
import Transport

/// What ends an examination early, or keeps a login out.
struct Obstacle: Error {
    var finding: Examination.Finding
    /// Whether the host judged the login, or nobody can say.
    var outcome = Verification.Outcome.unchecked

    init(_ finding: Examination.Finding, _ outcome: Verification.Outcome = .unchecked) {
        self.finding = finding
        self.outcome = outcome
    }

    /// One that a failed connection is.
    init(_ failure: TransportFailure, _ wireProtocol: WireProtocol, at address: Address) {
        self.init(
            Examination.Finding(
                "connection", .bad, Self.text(failure, address),
                remedy: Self.remedy(failure, wireProtocol, address)))
    }

    /// What it means for the login.
    var verification: Verification {
        let code: CredentialError.Code = outcome == .refused ? .refused : .unreachable
        return Verification(
            outcome, CredentialError(code, finding.text, remedy: finding.remedy))
    }

    /// Whether a connection failed since the other side does not speak TLS.
    static func isPlain(_ failure: TransportFailure) -> Bool {
        ["wrong version number", "packet length too long", "http request"]
            .contains { failure.problem.contains($0) }
    }

    private static func text(_ failure: TransportFailure, _ address: Address) -> String {
        guard isPlain(failure) else { return failure.problem }
        return "\(Printable.text(address.authority)) speaks plain HTTP where HTTPS is wanted"
    }

    private static func remedy(
        _ failure: TransportFailure, _ wireProtocol: WireProtocol, _ address: Address
    ) -> String {
        switch failure.reason {
        case .unresolved:
            return "check the host's name, and this machine's DNS, VPN and proxy"
        case .unreachable where failure.problem.contains("proxy"):
            return "check the proxy that the environment names (https_proxy, no_proxy)"
        case .unreachable:
            return "check host and port, and whether a VPN, a firewall or a proxy "
                + "(https_proxy) stands between"
        case .late:
            return "check VPN, firewall and proxy (https_proxy), or try again later"
        case .forbidden:
            return "use its https:// address: a login is sent over plain HTTP to this machine alone"
        case .untrusted where isPlain(failure):
            return "use the port that speaks HTTPS: a login is sent over plain HTTP to this "
                + "machine alone"
        case .untrusted: return distrust(failure.problem, wireProtocol, address)
        case .unsendable, .malformed:
            return "check that host and port are those of \(name(wireProtocol))"
        }
    }

    private static func distrust(
        _ problem: String, _ wireProtocol: WireProtocol, _ address: Address
    ) -> String {
        let host = Printable.text(address.authority)
        if problem.contains("expired") {
            return "its owner has to renew the certificate; check this machine's clock as well"
        }
        if problem.contains("not yet valid") { return "check this machine's clock" }
        if problem.contains("subject name") || problem.contains("does not match") {
            return "use a name that the certificate is for"
        }
        let setting = "`caBundle = FILE` under `[prompt \"\(host)\"]` in Keyfob's configuration"
        return wireProtocol == .registry
            ? "put its CA into /etc/docker/certs.d/\(host)/ca.crt, or name it by \(setting)"
            : "name its CA by \(setting), or by GIT_SSL_CAINFO"
    }

    /// What a host should be.
    static func name(_ wireProtocol: WireProtocol) -> String {
        wireProtocol == .registry ? "a registry" : "a git host"
    }
}
