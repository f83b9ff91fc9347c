import CredentialCore
import Events
import GitProtocol
import Glibc
import HostAccess

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
            case .erase: try GitErasure(request, session, naming: query)?.run()
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
        let challenges = request.wwwAuthenticate.map { String(decoding: $0, as: UTF8.self) }
        let place = HostPlace(.git, query.address, challenges: challenges)
        guard let reply = try GitAnswer(session, query, place).reply() else { return }
        try reply.encoded().withBytes(StandardStreams.writeOutput)
        session.rememberRelocations()
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

    static func missing(_ field: String) -> CredentialError {
        CredentialError(.badRequest, "the request names no \(field)")
    }
}
