public import CredentialCore
import Launch

/// What `keyfob-mint` is asked to find out from a host, or to get from it. It reads endpoints,
/// scopes and client ids from the configuration by itself; it stores nothing.
public enum HostRequest: Sendable {
    /// Tries a login; answered by `verification`.
    case verify(HostPlace, HostLogin)
    /// Makes what a browser is sent to; answered by `authorization`.
    ///
    /// - redirect: where the browser brings the answer.
    /// - account: whom to log in, where that is known.
    case authorize(HostPlace, redirect: String, account: String?)
    /// Trades the browser's code for tokens; answered by `tokens`.
    case redeem(
        HostPlace, code: Secret, verifier: Secret, redirect: String, clientSecret: Secret?)
    /// Asks for codes to enter on another device; answered by `device`.
    case startDevice(HostPlace, clientSecret: Secret?)
    /// Asks whether they were entered; answered by `tokens`, `pending` or `slowDown`.
    case pollDevice(HostPlace, deviceCode: Secret, clientSecret: Secret?)
    /// Trades a refresh token for new tokens; answered by `tokens`.
    ///
    /// - owner: whose the old ones were; those of anybody else are refused.
    /// - provider: what they were got from, for a host that says so in its challenges alone.
    case refresh(
        HostPlace, refreshToken: Secret, owner: OAuthOwner, provider: String? = nil,
        clientSecret: Secret?)
    /// Looks at a host from outside, and with a login from inside; answered by `examination`. For a
    /// registry all of its token handshake.
    case examine(HostPlace, HostLogin?)
    /// Asks a host what it is, without a login; answered by `challenges`.
    case recognize(HostPlace)

    /// What requests begin with, so that ``MintRequest`` is told from them.
    static let marks: ClosedRange<UInt8> = 10...17

    /// The request's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        switch self {
        case .verify(let place, let login):
            writer.write(10)
            place.write(to: writer)
            login.write(to: writer)
        case .authorize(let place, let redirect, let account):
            writer.write(11)
            place.write(to: writer)
            writer.write(redirect)
            writer.write(optional: account)
        case .redeem(let place, let code, let verifier, let redirect, let clientSecret):
            writer.write(12)
            place.write(to: writer)
            writer.write(code)
            writer.write(verifier)
            writer.write(redirect)
            writer.write(optional: clientSecret)
        case .startDevice(let place, let clientSecret):
            writer.write(13)
            place.write(to: writer)
            writer.write(optional: clientSecret)
        case .pollDevice(let place, let deviceCode, let clientSecret):
            writer.write(14)
            place.write(to: writer)
            writer.write(deviceCode)
            writer.write(optional: clientSecret)
        case .refresh(let place, let refreshToken, let owner, let provider, let clientSecret):
            writer.write(15)
            place.write(to: writer)
            writer.write(refreshToken)
            writer.write(optional: owner.name)
            writer.write(optional: owner.identity)
            writer.write(optional: provider)
            writer.write(optional: clientSecret)
        case .examine(let place, let login):
            writer.write(16)
            place.write(to: writer)
            writer.write(login != nil)
            login?.write(to: writer)
        case .recognize(let place):
            writer.write(17)
            place.write(to: writer)
        }
        return writer.message
    }

    /// Whether a message is such a request, and not one for a registry's token.
    public static func isIntroduced(by message: Secret) -> Bool {
        message.withBytes { bytes in bytes.first.map(marks.contains) ?? false }
    }

    /// Reads a request's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) in
            var reader = MessageReader(bytes)
            let mark = try reader.code()
            let place = try HostPlace(&reader)
            switch mark {
            case 10: return .verify(place, try HostLogin(&reader))
            case 11:
                return .authorize(
                    place, redirect: try reader.text(), account: try reader.optionalText())
            case 12:
                return .redeem(
                    place, code: try reader.secret(), verifier: try reader.secret(),
                    redirect: try reader.text(), clientSecret: try reader.optionalSecret())
            case 13: return .startDevice(place, clientSecret: try reader.optionalSecret())
            case 14:
                return .pollDevice(
                    place, deviceCode: try reader.secret(),
                    clientSecret: try reader.optionalSecret())
            case 15:
                return .refresh(
                    place, refreshToken: try reader.secret(),
                    owner: OAuthOwner(
                        name: try reader.optionalText(), identity: try reader.optionalText()),
                    provider: try reader.optionalText(),
                    clientSecret: try reader.optionalSecret())
            case 16:
                return .examine(place, try reader.flag() ? try HostLogin(&reader) : nil)
            case 17: return .recognize(place)
            default: throw MessageReader.malformed
            }
        }
    }
}
