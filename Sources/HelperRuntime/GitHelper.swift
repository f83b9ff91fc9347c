import CredentialCore
import Events
import GitProtocol
import Glibc
import SealedFile

/// `git-credential-keyfob`: the helper side of gitcredentials(7).
///
/// A miss prints nothing, an operation it does not know is passed over in silence, and a reply is
/// built whole before a byte of it is written: git uses what a helper printed even if it then
/// fails.
public enum GitHelper {
    private static let program = "git-credential-keyfob"

    /// Answers the request and ends the process.
    public static func main() -> Never {
        guard CommandLine.arguments.count > 1, let operation = CommandLine.arguments.last else {
            StandardStreams.writeError(usage)
            exit(1)
        }
        switch operation {
        case "--help", "-h":
            StandardStreams.writeOutput(line: usage)
            exit(0)
        case "--version":
            StandardStreams.writeOutput(line: "\(program) \(Version.text)")
            exit(0)
        default: break
        }
        do throws(CredentialError) {
            try run(GitAction(operation.utf8))
        } catch {
            StandardStreams.writeError("keyfob: \(error.message)")
            exit(1)
        }
        exit(0)
    }

    private static let usage = "usage: \(program) <get|store|erase|capability>"

    private static func run(_ action: GitAction?) throws(CredentialError) {
        guard let action else {
            // Some callers fail when what they write is not read.
            _ = try StandardStreams.readInput(limit: GitWire.inputLimit)
            return
        }
        if action == .capability {
            StandardStreams.writeOutput(GitCapabilityListing.bytes)
            return
        }
        let session = try HelperSession.start(program)
        let input = try StandardStreams.readInput(limit: GitWire.inputLimit)
        let request = try input.withBytes { (bytes) throws(CredentialError) in
            try GitRequest(parsing: bytes)
        }
        do throws(CredentialError) {
            switch action {
            case .get: try get(request, session)
            case .store: try store(request, session)
            case .erase: try erase(request, session)
            case .capability: break
            }
        } catch {
            session.events.append(.refused, error.code.rawValue, now: session.now)
            throw error
        }
    }

    private static func get(
        _ request: GitRequest, _ session: HelperSession
    ) throws(CredentialError) {
        guard var query = try query(request, session) else { return }
        // Without the capability, git would strip the header and fail with an empty answer.
        query.acceptsHeader = request.capabilities.contains(.authtype)
        let asked = query
        let reply = try session.answering(query) {
            (answer: Candidate, file: SealedFile) throws(CredentialError) in
            try Self.reply(to: asked, with: answer, from: file, session)
        }
        guard let reply else { return }
        try reply.encoded().withBytes(StandardStreams.writeOutput)
        session.rememberRelocations()
    }

    /// The reply; nil for a miss.
    private static func reply(
        to query: Query, with answer: Candidate, from file: SealedFile, _ session: HelperSession
    ) throws(CredentialError) -> GitReply? {
        let (secret, refreshToken) = try session.answer(of: answer, in: file, mayPrompt: true)
        var reply = GitReply()
        if answer.isExpired(at: session.now) {
            guard let refreshToken else {
                warnOfExpiry(of: answer, in: file)
                return nil
            }
            // Whoever renews the token wants to know whose it is; the old one is of no use.
            reply.username = answer.answeredUsername(for: query)
            reply.passwordExpiry = answer.expiresAt
            reply.oauthRefreshToken = refreshToken
        } else if let authtype = answer.authtype {
            reply.capabilities = .authtype
            reply.authtype = authtype
            reply.credential = secret
            reply.username = answer.username
            reply.passwordExpiry = answer.expiresAt
        } else {
            reply.username = answer.answeredUsername(for: query)
            reply.password = secret
            reply.passwordExpiry = answer.expiresAt
            reply.oauthRefreshToken = refreshToken
        }
        return reply
    }

    /// git's own logins expire silently, and git asks again; a seed is for its administrator to
    /// renew.
    private static func warnOfExpiry(of answer: Candidate, in file: SealedFile) {
        guard !answer.origin.isLogin else { return }
        StandardStreams.writeError(
            "keyfob: the credential \(answer.name) has expired; "
                + "renew it with `\(file.location.command("edit \(answer.name)"))`")
    }

    private static func store(
        _ request: GitRequest, _ session: HelperSession
    ) throws(CredentialError) {
        guard !request.ephemeral, var query = try query(request, session) else { return }
        query.acceptsHeader = request.authtype != nil
        let refreshToken = request.oauthRefreshToken
        if let authtype = request.authtype, let credential = request.credential {
            try session.store(
                Login(
                    username: request.username, secret: credential, kind: .token,
                    authtype: authtype, expiresAt: request.passwordExpiry,
                    refreshToken: refreshToken),
                query)
        } else if let username = request.username, let password = request.password {
            let isToken = refreshToken != nil || request.passwordExpiry != nil
            try session.store(
                Login(
                    username: username, secret: password, kind: isToken ? .token : .password,
                    expiresAt: request.passwordExpiry, refreshToken: refreshToken),
                query)
        }
    }

    private static func erase(
        _ request: GitRequest, _ session: HelperSession
    ) throws(CredentialError) {
        guard let host = request.host else { throw missing("host") }
        let file = try session.open()
        let refused = request.credential ?? request.password
        var query: Query?
        if request.protocolName != nil {
            guard var named = try self.query(request, session) else { return }
            named.acceptsHeader = request.credential != nil
            query = named
            if let refused, try isMachines(named, file, session) {
                try session.suspendMachines(named, refused)
            }
        }
        guard let file else { return }
        let named = ChangePolicy.GitErase(
            protocolName: request.protocolName, host: host, path: request.path,
            username: request.username)
        let concerns: (Candidate) -> Bool = {
            ChangePolicy.gitErase(named, in: session.scope, concerns: $0)
        }
        let hasLeftover = try SealedFile.hasLeftover(session.location)
        if let query {
            let candidates = try file.candidates(for: query.address, asking: .git)
            guard hasLeftover || !candidates.isEmpty else { return }
        }
        try session.update { (draft, _) throws(CredentialError) in
            var decision = SealedFile.Decision.unchanged
            for candidate in draft.candidates(asking: .git).filter(concerns) {
                guard try holds(candidate, refused, in: draft) else { continue }
                try draft.remove(candidate.id)
                decision = .changed
            }
            if let query, let refused, try suspend(query, refused, in: draft, now: session.now) {
                decision = .changed
            }
            return decision
        }
    }

    /// Whether it was not the user's own store that answered.
    private static func isMachines(
        _ query: Query, _ file: SealedFile?, _ session: HelperSession
    ) throws(CredentialError) -> Bool {
        guard let file else { return true }
        guard case .nothing = try session.resolution(of: query, in: file) else { return false }
        return true
    }

    /// Whether a credential's secret is the refused one; any is, when none was named.
    private static func holds(
        _ candidate: Candidate, _ refused: Secret?, in draft: Draft
    ) throws(CredentialError) -> Bool {
        guard let refused else { return true }
        guard let credential = draft.credentials.first(where: { $0.id == candidate.id }) else {
            return false
        }
        return try draft.fields(of: credential).primary?.matches(refused) ?? false
    }

    /// Suspends the binding of an administrator's that answered with exactly the refused secret.
    private static func suspend(
        _ query: Query, _ refused: Secret, in draft: Draft, now: Int64
    ) throws(CredentialError) -> Bool {
        let candidates = draft.candidates(for: query.address, asking: .git)
        guard case .answer(let answer) = Resolver.resolve(query, among: candidates),
            ChangePolicy.suspendsOnRefusal(answer),
            try holds(answer, refused, in: draft),
            var credential = draft.credentials.first(where: { $0.id == answer.id })
        else { return false }
        for index in credential.bindings.indices where credential.bindings[index] == answer.binding
        {
            credential.bindings[index].suspendedUntil = now + ChangePolicy.suspensionTime
        }
        try draft.update(credential, as: .suspended)
        return true
    }

    /// What is asked; nil when the values name no place, which is a miss. A request that leaves out
    /// protocol or host must never be taken for one about any (CVE-2020-11008).
    private static func query(
        _ request: GitRequest, _ session: HelperSession
    ) throws(CredentialError) -> Query? {
        guard let protocolName = request.protocolName, !protocolName.isEmpty else {
            throw missing("protocol")
        }
        guard let host = request.host else { throw missing("host") }
        guard
            let address = try? Address(
                gitProtocol: protocolName, host: host, path: request.path)
        else { return nil }
        return Query(
            .git, address, scope: session.scope, username: request.username, now: session.now)
    }

    private static func missing(_ field: String) -> CredentialError {
        CredentialError(.badRequest, "the request names no \(field)")
    }
}
