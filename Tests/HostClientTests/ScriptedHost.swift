import Configuration
import CredentialCore
import Foundation
import HostAccess
import Launch
import Transport

@testable import HostClient

/// Gives prepared answers, one after another and the last one for ever, and keeps what was asked.
final class ScriptedHost: HTTPClient {
    private(set) var requests: [HTTPRequest] = []
    private var answers: [Result<HTTPResponse, TransportFailure>]

    init(_ answers: [Result<HTTPResponse, TransportFailure>]) {
        self.answers = answers
    }

    func send(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse {
        requests.append(request)
        return try (answers.count > 1 ? answers.removeFirst() : answers[0]).get()
    }

    /// A header of a request; nil when it was not sent.
    func header(_ name: String, of index: Int) -> String? {
        requests[index].headers.first { $0.name.lowercased() == name }.map { plain($0.value) }
    }

    /// The body of a request.
    func body(of index: Int) -> String { requests[index].body.map(plain) ?? "" }
}

/// An answer in JSON.
func answer(
    _ body: String, status: Int = 200, headers: [(name: String, value: String)] = []
) -> Result<HTTPResponse, TransportFailure> {
    .success(HTTPResponse(status: status, headers: headers, body: secret(body)))
}

func secret(_ text: String) -> Secret { Secret(copying: Array(text.utf8)) }

func plain(_ secret: Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

/// A host with prepared answers, and what the configuration says of it.
struct HostBed {
    /// 2027-01-15T08:00:00Z
    static let now: Int64 = 1_800_000_000

    let http: ScriptedHost
    let context: HostContext
    let place: HostPlace

    init(
        _ host: String, provider: String? = nil, client: String? = "keyfob-tests",
        extra: String = "", milliseconds: Int = 25_000,
        _ answers: Result<HTTPResponse, TransportFailure>...
    ) throws {
        let address = try Address(git: Array(host.utf8))
        var root = address.scheme == Scheme.https ? "" : "http://"
        root += String(decoding: address.authority, as: UTF8.self)
        var text = ""
        if let provider { text += "[prompt \"\(root)\"]\nprovider = \(provider)\n" }
        if let client { text += "[oauth \"\(root)\"]\nclientId = \(client)\n\(extra)\n" }
        http = ScriptedHost(answers)
        context = HostContext(
            try Self.configuration(text), http: http,
            deadline: Deadline(milliseconds: milliseconds), now: { Self.now })
        place = HostPlace(.git, address)
    }

    var server: AuthorizationServer {
        get throws { try AuthorizationServer(context, place) }
    }

    /// What the host says of a login.
    func verify(
        _ username: String?, _ text: String, authtype: String? = nil
    ) -> Verification {
        LoginCheck(context, place).verify(
            HostLogin(
                username: username.map { Array($0.utf8) }, secret: secret(text),
                authtype: authtype.map { Array($0.utf8) }))
    }

    /// The tokens for a refresh token.
    func refresh(of account: String? = nil, _ identity: String? = nil) throws -> OAuthTokens {
        try server.refreshed(
            secret("refresh-token-1"), of: OAuthOwner(name: account, identity: identity),
            clientSecret: nil)
    }

    private static func configuration(_ text: String) throws -> Configuration {
        let home = FileManager.default.temporaryDirectory.appending(
            path: "keyfob-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        let folder = home.appending(path: ".config/keyfob")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data(text.utf8).write(to: folder.appending(path: "config"))
        let path = home.path(percentEncoded: false)
        return try Configuration(Surroundings(programName: "keyfob") { ["HOME": path][$0] })
    }
}

/// What an action failed with; nil when it did not.
func failureOf(_ action: () throws -> some Any) -> CredentialError? {
    do {
        _ = try action()
        return nil
    } catch {
        return error as? CredentialError
    }
}
