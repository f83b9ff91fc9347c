import CredentialCore
import SecretService

/// The items of docker-credential-secretservice: schema `io.docker.Credentials`, the address in
/// `server`, exactly as the client wrote it.
///
/// <https://github.com/docker/docker-credential-helpers/tree/master/secretservice>
struct DockerKeyringSource: ImportSource {
    private static let marks = ["xdg:schema": "io.docker.Credentials", "docker_cli": "1"]
    private let keyring: ForeignKeyring

    init(_ keyring: ForeignKeyring) {
        self.keyring = keyring
    }

    func entries() throws(CredentialError) -> [ImportEntry] {
        try keyring.items(Self.marks).map { item in
            let username = Array((item.attributes["username"] ?? "").utf8)
            let server = item.attributes["server"] ?? ""
            var removable = item
            var entry = ImportEntry(
                place: "keyring: docker", address: server, username: username
            ) { () throws(CredentialError) in
                let secret = try keyring.read(item).secret
                removable.secret = secret
                return try ImportedCredential(registry: server, username: username, secret: secret)
            }
            entry.removal = .items(keyring, [removable])
            return entry
        }
    }
}
