import CredentialCore
import SealedFile

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
        case login(ImportedCredential)
        /// It cannot be imported, and that matters.
        case refused(String)
        /// There is nothing to import, and nothing is lost by it.
        case passedOver(String)
    }

    /// The login, where there is one.
    var login: ImportedCredential? {
        if case .login(let login) = finding { login } else { nil }
    }

    /// Reads an entry; what goes wrong is the finding.
    init(
        place: String, address: String, username: [UInt8]? = nil, removal: ImportRemoval? = nil,
        reading: () throws(CredentialError) -> ImportedCredential
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

    /// The entry where it applies in a scope: its own lies below that.
    func placed(in scope: Scope) -> ImportEntry {
        guard !scope.isNone, var login else { return self }
        var placed = self
        let own = login.credential.scope
        do throws(CredentialError) {
            login.credential.scope =
                own.isNone ? scope : try Scope(scope.path + [UInt8(ascii: "/")] + own.path)
            placed.finding = .login(login)
        } catch {
            placed.finding = .refused("its scope is too long below \(scope.text)")
        }
        return placed
    }

    /// An entry that is only told about.
    init(place: String, address: String, username: [UInt8]? = nil, _ finding: Finding) {
        self.place = place
        self.address = address
        self.username = username
        self.finding = finding
    }
}

/// A credential as another program or an export kept it, with its secret.
struct ImportedCredential {
    /// Everything but the secret. The name is empty where the source knows none, and times it does
    /// not know are 0; id, version, store, origin and creator are set when it is stored here.
    var credential: Credential
    var fields: SecretFields
    /// A further binding that the administrator may want for it.
    var furtherBinding: String?

    /// Whether the source has a name for it, as exports have.
    var hasName: Bool { !credential.name.isEmpty }
    var username: [UInt8]? { credential.username }
    var kind: Kind { credential.kind }
    /// What it is for: the only binding of a client's login.
    var binding: Binding? { credential.bindings.first }

    /// The user name of a registry's identity token:
    /// <https://docs.docker.com/reference/cli/docker/login/>.
    static let tokenUsername = Array("<token>".utf8)

    /// A credential of an export.
    init(_ credential: Credential, _ fields: SecretFields) {
        self.credential = credential
        self.fields = fields
    }

    /// An empty credential of a kind, to be filled by who reads a source.
    static func blank(_ kind: Kind) -> Credential {
        Credential(
            id: Draft.newID(), name: "", kind: kind, origin: .imported, store: .file, createdAt: 0,
            createdBy: "")
    }

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
        credential = Self.blank(kind)
        credential.username = username
        credential.bindings = [binding]
        fields = SecretFields(kind, primary: secret)
    }

    private static let secretLimit = 4 << 20
}
