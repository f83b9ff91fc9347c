import CredentialCore
import HostAccess
import Hosts
import Transport

extension LoginCheck {
    /// What the organisation's own pages ask first. It is open to tokens of every scope.
    func askAzure(_ login: HostLogin) -> Verification {
        guard let organisation else {
            return unchecked(
                "\(host) can be asked about a login for one of its organisations alone",
                "name one, as in https://dev.azure.com/ORGANISATION")
        }
        let url = organisation + "/_apis/connectionData"
        return ask(url, HTTPHeader("Authorization", login.header), about: login) { response in
            let fields = AnswerFields(response)
            switch response.status {
            case 200:
                guard let descriptor = fields?.text("authenticatedUser.descriptor") else {
                    return unknown(response, from: url)
                }
                // Whoever is not logged in counts as this user where public projects are allowed.
                guard !descriptor.hasPrefix("System:PublicAccess") else {
                    return refused(login, response)
                }
                return accepted(
                    login, fields,
                    account: [
                        "authenticatedUser.properties.Account.$value",
                        "authenticatedUser.providerDisplayName",
                    ])
            // The first two come with a page to log in on.
            case 203, 302, 401: return refused(login, response)
            case 403: return forbidden(login, response)
            default: return unknown(response, from: url)
            }
        }
    }

    /// The URL of the organisation, which is a part of the path, or of the host's name.
    private var organisation: String? {
        guard place.address.host.elementsEqual("dev.azure.com".utf8) else { return location.root }
        let name = place.address.path.prefix { $0 != UInt8(ascii: "/") }
        return name.isEmpty ? nil : "\(location.root)/\(PercentEncoding.text(name))"
    }
}
