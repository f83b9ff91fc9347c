import CredentialCore

extension KindTemplate {
    /// A password for an SSH login.
    static let sshPassword = KindTemplate(
        name: "ssh-password", kind: .sshPassword, summary: "a password for an SSH login",
        fields: [
            FieldRule(name: "username", label: "user name", place: .username),
            FieldRule(name: "host", label: "host", place: .setting, check: FieldCheck.host),
            FieldRule(
                name: "port", label: "port", place: .setting, standard: "22",
                check: FieldCheck.port),
            FieldRule(
                name: "password", label: "password", place: .secret, isInvented: true,
                checkSecret: FieldCheck.oneSecretLine),
        ],
        guide: ["Where the server takes keys, prefer one: `keyfob add NAME --kind ssh-key`."])
}

extension Credential {
    /// What an SSH password is for: `host:port:user`. Those with the same are for one login.
    var sshLogin: String? {
        guard kind == .sshPassword, let host = setting("host")?.lowercased(), let username else {
            return nil
        }
        let user = String(decoding: username, as: UTF8.self)
        let place = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(place):\(setting("port") ?? "22"):\(user)"
    }
}
