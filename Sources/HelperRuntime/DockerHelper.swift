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
        guard let login = try login(for: query, session) else { throw notFound }
        DockerReply.login(serverURL: serverURL, username: login.username, secret: login.secret)
            .withBytes(StandardStreams.writeOutput)
        session.rememberRelocations()
    }

    private typealias Answer = (username: [UInt8], secret: Secret)

    /// What answers: the user's own store, where that holds nothing the machine's, and then a token
    /// minted from what AWS' own tools would use; nil for a miss.
    private static func login(
        for query: Query, _ session: HelperSession
    ) throws(CredentialError) -> Answer? {
        var own: SealedFile?
        let stored = try session.reading { (file: SealedFile) throws(CredentialError) in
            own = file
            return try login(for: query, in: file, beside: file, session)
        }
        if let stored, let login = stored { return login }
        let machines = try session.reading(from: .machine) {
            (file: SealedFile) throws(CredentialError) in
            try login(for: query, in: file, beside: own, session)
        }
        if let machines, let login = machines { return login }
        guard case .minted(let order) = try session.registryAnswer(query, in: nil) else {
            return nil
        }
        do throws(CredentialError) {
            let token = try session.tokenDesk.token(for: order, beside: own)
            return (token.username, token.secret)
        } catch  where error.code == .absent && order.registry.kind == .gallery {
            // Everybody may pull from there.
            return nil
        }
    }

    /// What a store answers; nil when it holds nothing for the query.
    ///
    /// - Parameter own: the user's own store, beside which tokens are kept.
    private static func login(
        for query: Query, in file: SealedFile, beside own: SealedFile?, _ session: HelperSession
    ) throws(CredentialError) -> Answer? {
        switch try session.registryAnswer(query, in: file) {
        case .stored(let candidate):
            return try login(of: candidate, for: query, in: file, session)
        case .minted(let order) where !order.isAmbient:
            let token = try session.tokenDesk.token(for: order, beside: own)
            return (token.username, token.secret)
        case .minted, .nothing: return nil
        }
    }

    private static func login(
        of answer: Candidate, for query: Query, in file: SealedFile, _ session: HelperSession
    ) throws(CredentialError) -> Answer {
        guard let username = answer.answeredUsername(for: query) else { throw notFound }
        guard !answer.isExpired(at: session.now) else {
            throw CredentialError(
                .expired, "the credential \(answer.name) for \(query.address.text) has expired",
                remedy:
                    "renew it with `\(file.location.command("edit \(answer.name)"))`, or log in "
                    + "again")
        }
        // docker waits for this in the middle of a build: nobody is asked anything.
        let secret = try session.answer(of: answer, in: file, mayPrompt: false).secret
        guard !secret.isEmpty, DockerReply.canCarry(secret) else {
            throw CredentialError(
                .badRequest, "the secret of \(answer.name) is not a text that docker can be given",
                remedy: "replace it with `\(file.location.command("edit \(answer.name)"))`")
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
        let query = Query(.registry, address, scope: session.scope, now: session.now)
        var answering: Candidate?
        if let file = stored {
            answering = try erase(addresses, from: file, for: query, session)
        }
        if let answering {
            tell(of: answering.name, query)
        } else if let machines = try? session.open(.machine),
            case .answer(let machines)? = try? session.resolution(of: query, in: machines)
        {
            tell(of: "\(machines.name) of the machine's store", query)
        }
    }

    private static func tell(of name: String, _ query: Query) {
        let address = query.address.text
        StandardStreams.writeError(
            "keyfob: \(name) still answers for \(address); `keyfob explain \(address)` says why")
    }

    /// Erases logins from the user's own store.
    ///
    /// - Returns: what answers after that.
    private static func erase(
        _ addresses: [Address], from file: SealedFile, for query: Query, _ session: HelperSession
    ) throws(CredentialError) -> Candidate? {
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
        guard case .answer(let other) = Resolver.resolve(query, among: rest) else { return nil }
        return other
    }

    private static func list(_ session: HelperSession) throws(CredentialError) {
        // Callers send a word or nothing; it means nothing.
        _ = try StandardStreams.readInput(limit: DockerWire.inputLimit)
        var listing = RegistryListing(scope: session.scope, now: session.now)
        if let file = try session.open() { try listing.add(file) }
        do throws(CredentialError) {
            if let machines = try session.open(.machine) { try listing.add(machines) }
        } catch {
            // One error would fail a build that wants none of what is there.
            StandardStreams.writeError("keyfob: \(error.message)")
        }
        StandardStreams.writeOutput(
            DockerReply.list(listing.logins.map { (serverURL: $0.key, username: $0.value) }))
    }

    private static func requestedServerURL() throws(CredentialError) -> [UInt8] {
        let input = try StandardStreams.readInput(limit: DockerWire.inputLimit)
        return try input.withBytes { (bytes) throws(CredentialError) in
            try DockerRequest.serverURL(in: bytes)
        }
    }
}
