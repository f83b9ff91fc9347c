import CredentialCore
import HostAccess
import Transport

/// How a login is taken to a registry, and what comes of it.
struct RegistryHandshake {
    let door: RegistryDoor
    let address: Address
    let context: HostContext

    init(_ door: RegistryDoor, _ address: Address, _ context: HostContext) {
        self.door = door
        self.address = address
        self.context = context
    }

    var host: String { Printable.text(address.authority) }

    /// The repository that the address names, if it does: Docker Hub's `v1/access-token` is none.
    var repository: String? {
        guard !address.path.isEmpty, !address.answersOnlyExactly else { return nil }
        let isName = address.path.allSatisfy { byte in
            Byte.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || "._-/".utf8.contains(byte)
        }
        return isName ? String(decoding: address.path, as: UTF8.self) : nil
    }

    /// Goes in, as far as one gets.
    ///
    /// - Throws: what keeps the login out.
    func run(_ login: HostLogin?, _ examination: inout Examination) throws(Obstacle) {
        var challenges = door.challenges
        if door.isOpen {
            // Where the root is open a repository may not be.
            guard let answer = try repositoryAnswer(nil), answer.status == 401 else {
                try checkAtOpenDoor(login, &examination)
                return
            }
            examination.isOpen = false
            challenges = Challenge.all(
                in: answer.headers.lazy
                    .filter { $0.name == "www-authenticate" }.map(\.value))
        }
        guard let challenge = challenges.first(where: { ["bearer", "basic"].contains($0.scheme) })
        else { return }
        if challenge.scheme == "basic" {
            examination.findings.append(
                challenged("\(host) asks for user name and password", login))
        }
        if let login, challenge.scheme == "basic" || login.authtype != nil {
            try enter(with: login.header, login, &examination)
        } else if challenge.scheme == "bearer" {
            try askTokenServer(challenge, login, &examination)
        }
    }

    /// How the registry asks for a login. A login tells by itself whether it is one.
    func challenged(_ text: String, _ login: HostLogin?) -> Examination.Finding {
        guard login == nil, !door.isRegistrys else { return .init("challenge", .good, text) }
        return .init(
            "challenge", .doubtful, "\(text), and does not say that it is a registry",
            remedy: "check the address")
    }

    /// A registry that lets anybody in may still refuse what is wrong; more it cannot tell.
    private func checkAtOpenDoor(
        _ login: HostLogin?, _ examination: inout Examination
    ) throws(Obstacle) {
        guard let login else { return }
        let answer = try ask("\(door.root)/v2/", login.header)
        guard answer.status == 200 else {
            throw RegistryRefusal(registry: address, login: login).obstacle(answer, from: host)
        }
        throw Obstacle(
            .init(
                "login", .doubtful,
                "nobody can say whether \(host) accepts the login: it lets in whoever comes",
                remedy: "name a repository that is not public: registry:\(host)/NAME"))
    }

    /// Asks the registry with what should open it.
    private func enter(
        with header: Secret, _ login: HostLogin?, _ examination: inout Examination
    ) throws(Obstacle) {
        let answer = try ask("\(door.root)/v2/", header)
        guard answer.status == 200 else {
            throw RegistryRefusal(registry: address, login: login).obstacle(answer, from: host)
        }
        guard let login else { return }
        examination.verification = accepted(login)
        examination.findings.append(.init("login", .good, "\(host) accepts the login"))
        try look(into: header, login, &examination)
    }

    func accepted(_ login: HostLogin) -> Verification {
        var verification = Verification(.accepted)
        if !login.isIdentityToken { verification.account = login.username.map(Printable.text) }
        return verification
    }
}

// MARK: - Repositories

extension RegistryHandshake {
    /// Whether the login is enough for the repository that the address names.
    func look(
        into header: Secret, _ login: HostLogin, _ examination: inout Examination,
        _ claims: TokenClaims? = nil, isProved: Bool = true
    ) throws(Obstacle) {
        guard let repository, let answer = try repositoryAnswer(header) else { return }
        let mayPull = claims?.allows("pull", in: repository) ?? true
        switch answer.status {
        case 200 where mayPull:
            examination.findings.append(
                .init("repository", .good, "it may pull from \(repository)"))
        case 401, 403, 200:
            let said = HostWords.reason(answer, without: login)
            examination.findings.append(
                .init(
                    "repository", .bad,
                    (isProved ? "the login is good, but may not" : "it may not")
                        + " pull from \(repository): HTTP \(answer.status)\(said)",
                    remedy: "have the account given that right, or use another login for "
                        + "registry:\(host)/\(repository)"))
        case 404:
            examination.findings.append(
                .init(
                    "repository", .doubtful,
                    "\(host) shows this login no repository \(repository)",
                    remedy: "check the name; to who may not see it, a repository is not there"))
        default: break
        }
    }

    /// What is answered for the list of the repository's tags, which costs no pull; nil when the
    /// address names none.
    func repositoryAnswer(_ header: Secret?) throws(Obstacle) -> HTTPResponse? {
        guard let repository else { return nil }
        return try ask("\(door.root)/v2/\(repository)/tags/list?n=1", header)
    }

    func ask(_ url: String, _ header: Secret?) throws(Obstacle) -> HTTPResponse {
        do throws(TransportFailure) {
            return try context.get(url, header)
        } catch {
            throw Obstacle(error, .registry, at: address)
        }
    }
}
