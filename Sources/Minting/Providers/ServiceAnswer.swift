import CredentialCore
import Transport

/// What a service answered.
struct ServiceAnswer {
    private let fields: ReplyFields?
    private let action: String
    private let host: String
    /// Our time less the server's.
    private let lag: Int64
    private let now: Int64

    /// - Parameters:
    ///   - action: what was asked for.
    ///   - url: who was asked.
    ///   - now: our time.
    init(_ response: HTTPResponse, to action: String, of url: String, now: Int64) {
        fields = ReplyFields(response.body)
        self.action = action
        host = ServiceHost.text(of: url)
        lag = response.date.map { now - $0 } ?? 0
        self.now = now
    }

    /// A value that has to be there.
    func secret(_ path: String) throws(CredentialError) -> Secret {
        guard let secret = fields?.secret(path) else { throw malformed("without `\(path)`") }
        return secret
    }

    /// A value that has to be there and is not secret.
    func text(_ path: String) throws(CredentialError) -> String {
        let secret = try secret(path)
        return secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// A value that may be there.
    func optionalSecret(_ path: String) -> Secret? { fields?.secret(path) }

    /// A value that may be there and is not secret.
    func optionalText(_ path: String) -> String? { fields?.text(path) }

    /// A number that has to be there, without its fraction.
    func number(_ path: String) throws(CredentialError) -> Int64 {
        guard let number = Double(try text(path)), abs(number) < 1e15 else {
            throw malformed("where `\(path)` is no number")
        }
        return Int64(number.rounded(.down))
    }

    /// A time that has to be there, in ISO 8601, by our clock.
    func time(_ path: String) throws(CredentialError) -> Int64 {
        guard let time = ISO8601.seconds(try text(path)) else {
            throw malformed("where `\(path)` is no time")
        }
        return ourTime(time)
    }

    /// A time of the server's by our clock: what it gave has to last as long here as there,
    /// whichever of the clocks is wrong.
    func ourTime(_ serverTime: Int64) -> Int64 { serverTime + lag }

    /// The end of something that was given, by our clock.
    ///
    /// - Throws: `expired` when it is over already.
    func end(of thing: String, _ time: Int64) throws(CredentialError) -> Int64 {
        guard time > now else {
            throw CredentialError(
                .expired,
                "\(host) answered \(action) with \(thing) that ended "
                    + ISO8601.text(time - lag),
                remedy: "try again later, and see whether AWS itself answers there")
        }
        return time
    }

    /// Credentials that have to be there.
    ///
    /// - Parameter names: where id, secret and token are.
    func credentials(
        _ names: (id: String, secret: String, token: String), expiresAt: Int64, identity: String
    ) throws(CredentialError) -> AWSCredentials {
        let (id, key, token) = (
            try secret(names.id), try secret(names.secret), try secret(names.token)
        )
        let flaw = AWSCredentials.flaw(
            ("`\(names.id)`", id), ("`\(names.secret)`", key), ("`\(names.token)`", token))
        if let flaw { throw malformed("where \(flaw)") }
        return AWSCredentials(
            accessKeyID: try text(names.id), secretAccessKey: key, sessionToken: token,
            expiresAt: try end(of: "credentials", expiresAt), identity: identity)
    }

    /// An answer that cannot be used.
    func malformed(_ how: String) -> CredentialError {
        let problem =
            fields == nil
            ? "\(host) answered \(action) with something that is not AWS's"
            : "\(host) answered \(action) \(how)"
        return CredentialError(
            .unreachable, problem, remedy: "see whether a proxy or login page answers instead")
    }
}
