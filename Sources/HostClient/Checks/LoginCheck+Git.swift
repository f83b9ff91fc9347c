import CredentialCore
import HostAccess
import Hosts
import Transport

extension LoginCheck {
    private enum Service: String {
        case read = "git-upload-pack"
        case write = "git-receive-pack"
    }

    /// What git asks first (<https://git-scm.com/docs/http-protocol>), once without the login:
    /// where everybody is let in, being let in proves nothing. What everybody can read not
    /// everybody can write to.
    func askGit(_ login: HostLogin) -> Verification {
        guard let repository else {
            return unchecked(
                "\(host) says whether a login is right only for one of its repositories, and none "
                    + "is named here",
                "try it with `git ls-remote https://\(host)/PATH`")
        }
        do throws(TransportFailure) {
            for service in [Service.read, .write] {
                let stranger = try look(at: repository, service)
                if stranger.status == 401 {
                    return judge(
                        try look(at: repository, service, login), of: repository, service, login)
                }
                guard stranger.status == 200 else {
                    return unknown(stranger, from: repository)
                }
            }
        } catch {
            return Verification(.unchecked, place.error(error))
        }
        return unchecked(
            "\(Printable.text(place.address.bytes)) is open to everybody, so it says nothing of "
                + "the login")
    }

    private func judge(
        _ response: HTTPResponse, of repository: String, _ service: Service, _ login: HostLogin
    ) -> Verification {
        switch response.status {
        case 200 where response.mediaType == "application/x-\(service.rawValue)-advertisement":
            return Verification(.accepted)
        case 401: return refused(login, response)
        case 403:
            let deed = service == .read ? "read" : "push to"
            return refused(
                .refused,
                "\(host) knows the login, but does not let it \(deed) "
                    + Printable.text(place.address.path)
                    + HostWords.reason(response, without: login),
                "see whether it has the scopes for git, and the account a right to this repository")
        case 404:
            var verification = Verification(.accepted)
            verification.problem = CredentialError(
                .notFound,
                "\(host) takes the login, but shows it no repository "
                    + Printable.text(place.address.path),
                remedy: "see whether the address is right, and the account a member there")
            return verification
        case 429, 500...:
            return unchecked("\(host) cannot say now (HTTP \(response.status))", "try again later")
        default: return unknown(response, from: repository)
        }
    }

    private func look(
        at repository: String, _ service: Service, _ login: HostLogin? = nil
    ) throws(TransportFailure) -> HTTPResponse {
        var request = HTTPRequest(
            .get, "\(repository)/info/refs?service=\(service.rawValue)",
            // Version 2 does not list what may be a great many branches.
            headers: [HTTPHeader("Git-Protocol", "version=2")])
        if let login { request.headers.append(HTTPHeader("Authorization", login.header)) }
        return try context.send(request)
    }

    /// The repository's URL; nil when the path is not known.
    private var repository: String? {
        guard !place.address.path.isEmpty else { return nil }
        let segments = place.address.path.split(separator: UInt8(ascii: "/"))
        return ([location.root] + segments.map(PercentEncoding.text)).joined(separator: "/")
    }
}
