import CredentialCore
import HostAccess
import Transport

/// Why a registry, or its token server, does not give what a login should get.
struct RegistryRefusal {
    let registry: Address
    let login: HostLogin?

    private var family: String? { RegistryFamily.family(ofHost: registry.host)?.name }
    private var host: String { Printable.text(registry.authority) }

    /// The obstacle that an answer is to a login.
    ///
    /// - Parameter server: who answered, as a clause begins: `ghcr.io`, `its token server`.
    func obstacle(_ answer: HTTPResponse, from server: String) -> Obstacle {
        let said = HostWords.reason(answer, without: login)
        let status = "HTTP \(answer.status)\(said)"
        switch answer.status {
        case 401: return refused("\(server) refuses the login: \(status)", remedyForLogin)
        // GHCR says so of a token that is wrong, not of one that may do too little.
        case 403 where family == "ghcr":
            return refused("\(server) refuses the token: \(status)", remedyForLogin)
        case 403: return refused("\(server) denies access: \(status)", remedyForRights)
        case 400 where login?.isIdentityToken ?? false:
            return refused("\(server) refuses the identity token: \(status)", "log in again")
        case 400 where family == "ecr":
            return refused("\(server) refuses the token: \(status)", remedyForLogin)
        default: return Self.trouble(answer, status, from: server)
        }
    }

    /// The obstacle that an answer is to anybody.
    static func trouble(
        _ answer: HTTPResponse, _ status: String, from server: String
    ) -> Obstacle {
        switch answer.status {
        case 300..<400:
            // Of the target no more than the host is shown: the rest may hold what was sent.
            let target = answer.header("location").map { " to \(ServiceHost.text(of: $0))" }
            return unclear(
                "\(server) redirects\(target ?? ""): HTTP \(answer.status)",
                "use the address that it redirects to, if you trust it: no redirect is followed "
                    + "with a login")
        case 403:
            return unclear(
                "\(server) denies access: \(status)",
                "check whether it lets this machine's address in (a firewall, VPN or proxy)")
        case 404, 405:
            return unclear(
                "\(server) has nothing there: \(status)",
                "check the address: it may be no registry, or its name may need another host or "
                    + "port")
        case 429:
            let wait = answer.header("retry-after").flatMap { UInt32($0) }
                .map { "; it says to wait \($0) s" }
            return unclear(
                "\(server) was asked too often: \(status)\(wait ?? "")", "try again later")
        case 500...:
            return unclear("\(server) is out of order: \(status)", "try again later")
        default:
            return unclear("\(server) answers \(status)", "check the address")
        }
    }

    private func refused(_ text: String, _ remedy: String) -> Obstacle {
        Obstacle(.init("login", .bad, text, remedy: remedy), .refused)
    }

    private static func unclear(_ text: String, _ remedy: String) -> Obstacle {
        Obstacle(.init("connection", .bad, text, remedy: remedy))
    }

    /// What helps where user name or secret are not believed, by the services' own pages.
    private var remedyForLogin: String {
        switch family {
        case "docker-hub":
            "use your Docker ID and a personal access token that is neither deleted nor expired"
        case "ghcr":
            "use a classic personal access token with read:packages, authorised for the "
                + "organisation's single sign-on; fine-grained tokens do not work here"
        case "ecr", "ecr-public":
            "a token of ECR is good for 12 hours: get a new one with `keyfob refresh`"
        case "acr":
            "check the token's or service principal's password and its expiry; `az acr login` is "
                + "good for 3 hours"
        case "gar":
            "an access token is good for an hour: get a new one, or use a key file as _json_key"
        case "quay": "use the robot account's whole name, NAMESPACE+ROBOT, and its current token"
        case "gitlab": "use a token with read_registry that has not expired"
        case "artifactory": "use the account's identity token or an access token that is current"
        default: "check user name and password; a token may have expired or been revoked"
        }
    }

    /// What helps where the login is believed and may do too little.
    private var remedyForRights: String {
        switch family {
        case "acr": "check the registry's network rules, and the role AcrPull"
        case "gar": "check that the API is enabled and that the account may read the repository"
        case "ecr": "check that the identity may call ecr:BatchGetImage on the repository"
        default: "check what the token may do, and whether the host lets this machine's address in"
        }
    }
}
