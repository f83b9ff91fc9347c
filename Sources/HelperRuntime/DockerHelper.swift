import CredentialCore
import DockerProtocol
import Events
import Glibc
import SealedFile
import Tokens

/// `docker-credential-keyfob`: one verb, a request on standard input, a reply on standard output.
///
/// Every error is one line on standard output with exit code 1, because that is where the clients
/// look (https://github.com/docker/docker-credential-helpers).
public enum DockerHelper {
    private static let program = "docker-credential-keyfob"

    /// Answers the request and ends the process.
    public static func main() -> Never {
        let arguments = CommandLine.arguments.dropFirst()
        guard let argument = arguments.first, arguments.count == 1 else {
            StandardStreams.writeOutput(line: usage)
            exit(1)
        }
        switch argument {
        case "--help", "-h":
            StandardStreams.writeOutput(line: usage)
            exit(0)
        case "--version", "-v":
            StandardStreams.writeOutput(line: "\(program) \(Version.text)")
            exit(0)
        default: break
        }
        guard let action = DockerAction(argument.utf8) else {
            StandardStreams.writeOutput(
                line: "\(program): unknown action: \(Printable.text(argument))")
            exit(1)
        }
        do throws(CredentialError) {
            try run(action)
        } catch {
            let isWireText = [
                DockerWire.credentialsNotFound, DockerWire.missingServerURL,
                DockerWire.missingUsername,
            ].contains(error.problem)
            StandardStreams.writeOutput(
                line: isWireText ? error.problem : "keyfob: \(error.message)")
            exit(1)
        }
        exit(0)
    }

    private static let usage = "Usage: \(program) <store|get|erase|list|version>"

    private static func run(_ action: DockerAction) throws(CredentialError) {
        if action == .version {
            StandardStreams.writeOutput(line: "\(program) \(Version.text)")
            return
        }
        let session = try HelperSession.start(program)
        do throws(CredentialError) {
            switch action {
            case .get: try get(session)
            case .store: try store(session)
            case .erase: try erase(session)
            case .list: try list(session)
            case .version: break
            }
        } catch {
            if error.code != .notFound, error.code != .badRequest {
                session.events.append(.refused, error.code.rawValue, now: session.now)
            }
            throw error
        }
    }

    private static let notFound = CredentialError(.notFound, DockerWire.credentialsNotFound)

    private static func get(_ session: HelperSession) throws(CredentialError) {
        let serverURL = try requestedServerURL()
        // What is no address has no credential, and a public pull of it is not ours to stop.
        guard let address = try? Address(registry: serverURL) else { throw notFound }
        let query = Query(.registry, address, scope: session.scope, now: session.now)
        var login = try session.reading { (file: SealedFile) throws(CredentialError) in
            try Self.login(for: query, in: file, session)
        }
        if login == nil { login = try Self.login(for: query, in: nil, session) }
        guard let login else { throw notFound }
        DockerReply.login(serverURL: serverURL, username: login.username, secret: login.secret)
            .withBytes(StandardStreams.writeOutput)
        session.rememberRelocations()
    }

    private static func login(
        for query: Query, in file: SealedFile?, _ session: HelperSession
    ) throws(CredentialError) -> (username: [UInt8], secret: Secret) {
        switch try session.registryAnswer(query, in: file) {
        case .stored(let candidate):
            guard let file else { throw notFound }
            return try login(of: candidate, for: query, in: file, session)
        case .minted(let order):
            do throws(CredentialError) {
                let token = try session.tokenDesk.token(for: order, beside: file)
                return (token.username, token.secret)
            } catch
                where error.code == .absent && order.isAmbient && order.registry.kind == .gallery
            {
                // Everybody may pull from there.
                throw notFound
            }
        case .nothing: throw notFound
        }
    }

    private static func login(
        of answer: Candidate, for query: Query, in file: SealedFile, _ session: HelperSession
    ) throws(CredentialError) -> (username: [UInt8], secret: Secret) {
        guard let username = answer.answeredUsername(for: query) else { throw notFound }
        guard !answer.isExpired(at: session.now) else {
            throw CredentialError(
                .expired, "the credential \(answer.name) for \(query.address.text) has expired",
                remedy: "renew it with `keyfob edit \(answer.name)`, or log in again")
        }
        // docker waits for this in the middle of a build: nobody is asked anything.
        let secret = try session.answer(of: answer, in: file, mayPrompt: false).secret
        guard !secret.isEmpty, DockerReply.canCarry(secret) else {
            throw CredentialError(
                .badRequest, "the secret of \(answer.name) is not a text that docker can be given",
                remedy: "replace it with `keyfob edit \(answer.name)`")
        }
        return (username, secret)
    }

    private static func store(_ session: HelperSession) throws(CredentialError) {
        let input = try StandardStreams.readInput(limit: DockerWire.inputLimit)
        let login = try input.withBytes { (bytes) throws(CredentialError) in
            try DockerRequest.login(in: bytes)
        }
        let address = try Address(registry: login.serverURL)
        let isIdentityToken = login.username == Array("<token>".utf8)
        var stored = Login(
            username: login.username, secret: login.secret,
            kind: isIdentityToken ? .token : .password)
        let query = Query(.registry, address, scope: session.scope, now: session.now)
        // Its warnings are for whoever changes it.
        let file = try SealedFile.open(session.location)
        if try session.isMinted(query, beside: file) {
            if session.isCachedToken(stored, query, beside: file) { return }
            // It is a token as well, and when its time is over the next one is minted.
            stored.expiresAt = LoginExpiry.of(login.secret, now: session.now)
        }
        try session.store(stored, query)
    }

    private static func erase(_ session: HelperSession) throws(CredentialError) {
        let serverURL = try requestedServerURL()
        guard let addresses = try? Address.registryErasures(serverURL),
            let address = addresses.first
        else { return }
        let stored = try session.open()
        try session.forgetTokens(of: address, beside: stored)
        guard let file = stored else { return }
        let isErased: (Candidate) -> Bool = {
            ChangePolicy.registryErase(of: addresses, in: session.scope, removes: $0)
        }
        var rest: [Candidate] = []
        for address in addresses {
            rest += try file.candidates(for: address, asking: .registry)
        }
        let isThere = rest.contains(where: isErased)
        let hasLeftover = try SealedFile.hasLeftover(session.location)
        if isThere || hasLeftover {
            try session.update { (draft, _) throws(CredentialError) in
                let gone = draft.candidates(asking: .registry).filter(isErased)
                for candidate in gone { try draft.remove(candidate.id) }
                return gone.isEmpty ? .unchanged : .changed
            }
        }
        rest.removeAll(where: isErased)
        let query = Query(.registry, address, scope: session.scope, now: session.now)
        if case .answer(let other) = Resolver.resolve(query, among: rest) {
            StandardStreams.writeError(
                "keyfob: \(other.name) still answers for \(address.text); "
                    + "`keyfob explain \(address.text)` says why")
        }
    }

    private static func list(_ session: HelperSession) throws(CredentialError) {
        // Callers send a word or nothing; it means nothing.
        _ = try StandardStreams.readInput(limit: DockerWire.inputLimit)
        guard let file = try session.open() else {
            StandardStreams.writeOutput(DockerReply.list([]))
            return
        }
        let candidates = try file.credentials().flatMap { credential in
            credential.bindings.map { Candidate(credential, $0) }
        }
        let wildcards = candidates.filter(\.binding.pattern.isWildcard)
        let hosts = Dictionary(
            grouping: candidates.filter { !$0.binding.pattern.isWildcard },
            by: \.binding.pattern.address.authority)
        var logins: [[UInt8]: [UInt8]] = [:]
        for literals in hosts.values {
            for address in Set(
                literals.filter {
                    ChangePolicy.isListed($0, in: session.scope, now: session.now)
                }.map(\.binding.pattern.address))
            {
                // Docker asks for every key it is shown, and one error fails its build: a key is
                // shown with the user it would be answered with.
                let query = Query(.registry, address, scope: session.scope, now: session.now)
                if case .answer(let answer) = Resolver.resolve(query, among: literals + wildcards),
                    ChangePolicy.isListed(answer, in: session.scope, now: session.now)
                {
                    logins[address.registryKey] = answer.answeredUsername(for: query)
                }
            }
        }
        StandardStreams.writeOutput(
            DockerReply.list(logins.map { (serverURL: $0.key, username: $0.value) }))
    }

    private static func requestedServerURL() throws(CredentialError) -> [UInt8] {
        let input = try StandardStreams.readInput(limit: DockerWire.inputLimit)
        return try input.withBytes { (bytes) throws(CredentialError) in
            try DockerRequest.serverURL(in: bytes)
        }
    }
}
