import Configuration
import CredentialCore
import HostAccess
import Transport

/// The way in by a token server
/// (<https://distribution.github.io/distribution/spec/auth/token/>).
extension RegistryHandshake {
    /// Trades the login for a token, and goes in with that.
    func askTokenServer(
        _ challenge: Challenge, _ login: HostLogin?, _ examination: inout Examination
    ) throws(Obstacle) {
        guard let text = challenge["realm"] else {
            throw Obstacle(
                .init(
                    "challenge", .bad, "\(host) wants a token and does not say whose",
                    remedy: "its owner has to name a token server (realm)"))
        }
        let realm = try Realm(text, of: address, at: door.answer.address)
        let server = TokenServer(
            realm: realm, service: challenge["service"],
            scope: repository.map { "repository:\($0):pull" })
        let name = "its token server, \(Printable.text(realm.address.authority)),"
        examination.findings.append(
            challenged(
                "\(host) asks for a token of \(Printable.text(realm.address.authority))", login))
        let context = context(for: realm)
        let anonymous = try token(of: server, nil, context, named: name)
        if anonymous.token != nil {
            examination.findings.append(
                .init(
                    "token server", .good,
                    "\(name) gives anybody a token, so that having one proves nothing"))
        }
        guard let login else { return }
        let (token, answer) = try token(of: server, login, context, named: name)
        guard let token else {
            guard answer.status == 200 else {
                throw RegistryRefusal(registry: address, login: login).obstacle(answer, from: name)
            }
            throw Obstacle(
                .init(
                    "token server", .bad, "\(name) answers without a token",
                    remedy: "its owner has to look at it"))
        }
        let proof = anonymous.token.map {
            TokenProof(server: server, context: context, anybodys: $0)
        }
        try enter(with: token, of: name, login, proof, &examination)
    }

    /// What asks a token server: it is known by its own certificates where the configuration names
    /// them, else by the registry's, as docker does it.
    private func context(for realm: Realm) -> HostContext {
        let prompt = context.configuration.prompt
        guard let bundle = prompt.caBundle(at: realm.address),
            bundle != prompt.caBundle(at: address)
        else { return context }
        return HostContext(
            context.configuration, http: CurlClient(caBundle: bundle), deadline: context.deadline,
            now: context.now)
    }

    private func token(
        of server: TokenServer, _ login: HostLogin?, _ context: HostContext, named name: String
    ) throws(Obstacle) -> (token: Secret?, answer: HTTPResponse) {
        do throws(TransportFailure) {
            return try server.ask(context, login)
        } catch {
            var obstacle = Obstacle(error, .registry, at: server.realm.address)
            obstacle.finding.topic = "token server"
            if obstacle.finding.remedy?.contains("certs.d") ?? false {
                // Clients look into the registry's folder alone.
                let host = Printable.text(server.realm.address.authority)
                obstacle.finding.remedy =
                    "add its CA to the system's, as docker and podman need as well, or name it in "
                    + "`caBundle` under `[prompt \"\(host)\"]` of Keyfob's configuration"
            }
            throw obstacle
        }
    }

    private func enter(
        with token: Secret, of server: String, _ login: HostLogin, _ proof: TokenProof?,
        _ examination: inout Examination
    ) throws(Obstacle) {
        let header = Self.header(token)
        let answer = try ask("\(door.root)/v2/", header)
        guard answer.status == 200 else {
            let said = HostWords.reason(answer, without: login)
            throw Obstacle(
                .init(
                    "token server", .bad,
                    "\(server) accepts the login, but \(host) does not take its tokens: "
                        + "HTTP \(answer.status)\(said)",
                    remedy: "check both clocks; service and signing key of token server and "
                        + "registry have to agree"))
        }
        let claims = TokenClaims(token, without: [login.secret, login.header])
        if let proof, try !isProved(token, login, proof) {
            let unknown = Obstacle(
                .init(
                    "login", .doubtful,
                    "nobody can say whether \(server) accepts the login: it gives anybody a token",
                    remedy: "name a repository that is not public: registry:\(host)/NAME"))
            examination.verification = unknown.verification
            examination.findings.append(unknown.finding)
            try look(into: header, login, &examination, claims, isProved: false)
            return
        }
        var verification = accepted(login)
        if let subject = claims?.subject, !subject.isEmpty { verification.account = subject }
        verification.scopes = claims?.access
        examination.verification = verification
        examination.findings.append(.init("login", .good, "\(server) accepts the login"))
        try look(into: header, login, &examination, claims)
    }

    /// Whether a token shows that the login is good, though anybody gets one: by itself, or by
    /// opening a repository that is closed to others.
    private func isProved(
        _ token: Secret, _ login: HostLogin, _ proof: TokenProof
    ) throws(Obstacle) -> Bool {
        if proof.holds(for: token, login) { return true }
        guard let own = try repositoryAnswer(Self.header(token)), own.status == 200,
            let anybodys = try repositoryAnswer(Self.header(proof.anybodys))
        else { return false }
        return [401, 403, 404].contains(anybodys.status)
    }

    private static func header(_ token: Secret) -> Secret {
        let header = SecretBuffer()
        header.append("Bearer ")
        header.append(token)
        return Secret(header)
    }
}
