import CredentialCore

/// One login that a source holds, and what has become of reading it.
struct ImportEntry {
    /// The file or program it is in, and where there: what a person finds it by.
    var place: String
    /// The address as the source writes it.
    var address: String
    /// The user it is for, as far as the source says.
    var username: [UInt8]?
    /// What it is.
    var finding: Finding
    /// How it can be taken away there.
    var removal: ImportRemoval?

    /// What was found.
    enum Finding {
        /// A login that can be kept.
        case login(ImportedLogin)
        /// It cannot be imported, and that matters.
        case refused(String)
        /// There is nothing to import, and nothing is lost by it.
        case passedOver(String)
    }

    /// The login, where there is one.
    var login: ImportedLogin? {
        if case .login(let login) = finding { login } else { nil }
    }

    /// Reads an entry; what goes wrong is the finding.
    init(
        place: String, address: String, username: [UInt8]? = nil, removal: ImportRemoval? = nil,
        reading: () throws(CredentialError) -> ImportedLogin
    ) {
        self.place = place
        self.address = address
        self.removal = removal
        do throws(CredentialError) {
            let login = try reading()
            self.username = login.username
            finding = .login(login)
        } catch {
            self.username = username
            let canBeMended = error.code == .locked || error.code == .unreachable
            finding = .refused(canBeMended ? error.message : error.problem)
        }
    }

    /// An entry that is only told about.
    init(place: String, address: String, username: [UInt8]? = nil, _ finding: Finding) {
        self.place = place
        self.address = address
        self.username = username
        self.finding = finding
    }
}

/// A login as another program kept it, with its secret.
struct ImportedLogin {
    let username: [UInt8]?
    let kind: Kind
    let binding: Binding
    var fields: SecretFields
    /// When the secret stops being valid, in seconds since 1970.
    var expiresAt: Int64?
    /// A further binding that the administrator may want for it.
    var furtherBinding: String?

    /// The user name of a registry's identity token:
    /// <https://docs.docker.com/reference/cli/docker/login/>.
    static let tokenUsername = Array("<token>".utf8)

    /// A registry client's login.
    ///
    /// - Parameter key: the address in the client's words.
    /// - Throws: `badRequest` with what is wrong with it.
    init(registry key: String, username: [UInt8], secret: Secret) throws(CredentialError) {
        // What stands for bytes that are no text would make another address.
        guard !key.unicodeScalars.contains("\u{FFFD}") else {
            throw CredentialError(.badRequest, "the address is not UTF-8")
        }
        let address = try Address(registry: Array(key.utf8))
        let kind: Kind = username == Self.tokenUsername ? .token : .password
        try self.init(
            username, kind, Binding(.registry, AddressPattern(address)), secret)
    }

    /// A login for git.
    ///
    /// - Throws: `badRequest` with what is wrong with it.
    init(
        git scheme: [UInt8], host: [UInt8], path: [UInt8]?, username: [UInt8]?,
        kind: Kind = .password, secret: Secret
    ) throws(CredentialError) {
        guard !host.isEmpty else { throw CredentialError(.badRequest, "it names no host") }
        let address = try Address(gitProtocol: scheme, host: host, path: path)
        try self.init(username, kind, Binding(.git, AddressPattern(address)), secret)
    }

    private init(
        _ username: [UInt8]?, _ kind: Kind, _ binding: Binding, _ secret: Secret
    ) throws(CredentialError) {
        guard !secret.isEmpty else { throw CredentialError(.badRequest, "its secret is empty") }
        guard secret.count <= Self.secretLimit else {
            throw CredentialError(.limit, "its secret is longer than 4 MiB")
        }
        let name = username ?? []
        guard name.count <= 4096, !name.contains(where: { $0 < 32 || $0 == 127 }) else {
            throw CredentialError(.badRequest, "its user name holds control bytes or is too long")
        }
        self.username = username
        self.kind = kind
        self.binding = binding
        fields = SecretFields(kind, primary: secret)
    }

    private static let secretLimit = 4 << 20
}
