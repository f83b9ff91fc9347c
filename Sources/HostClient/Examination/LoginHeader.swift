import CredentialCore
import HostAccess
import SecretJSON

extension HostLogin {
    /// What the login is sent as: the value of an `Authorization` header (RFC 7617, RFC 6750).
    var header: Secret {
        let header = SecretBuffer(capacity: secret.count * 4 / 3 + 64)
        if let authtype {
            header.append(authtype)
            header.append(" ")
            header.append(secret)
            return Secret(header)
        }
        let pair = SecretBuffer(capacity: secret.count + 32)
        pair.append(username ?? [])
        pair.append(":")
        pair.append(secret)
        header.append("Basic ")
        pair.withBytes { Base64.encode($0, header.append) }
        return Secret(header)
    }
}
