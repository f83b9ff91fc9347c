public import CredentialCore
import Launch

/// What `keyfob-mint` answers a ``HostRequest``.
public enum HostReply: Sendable {
    /// What the host said of the login.
    case verification(Verification)
    /// What a browser is sent to.
    case authorization(Authorization)
    /// The tokens.
    case tokens(OAuthTokens)
    /// What to enter on another device.
    case device(DeviceCode)
    /// The person has not done it yet.
    case pending
    /// The same, and the server wants to be asked less often (RFC 8628, 3.5).
    case slowDown
    /// What was found.
    case examination(Examination)
    /// How the host asks for a login; none where it did not.
    case challenges([String])
    /// It could not be done.
    case failure(CredentialError)

    /// The reply's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        switch self {
        case .verification(let verification):
            writer.write(1)
            verification.write(to: writer)
        case .authorization(let authorization):
            writer.write(2)
            writer.write(authorization.url)
            writer.write(authorization.state)
            writer.write(authorization.verifier)
        case .tokens(let tokens):
            writer.write(3)
            tokens.write(to: writer)
        case .device(let code):
            writer.write(4)
            writer.write(code.deviceCode)
            writer.write(code.userCode)
            writer.write(code.page)
            writer.write(optional: code.completePage)
            writer.write(count: code.interval)
            writer.write(count: code.lifetime)
        case .pending: writer.write(5)
        case .slowDown: writer.write(6)
        case .examination(let examination):
            writer.write(7)
            examination.write(to: writer)
        case .failure(let error):
            writer.write(8)
            writer.write(error)
        case .challenges(let challenges):
            writer.write(9)
            writer.write(list: challenges)
        }
        return writer.message
    }

    /// Reads a reply's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) -> HostReply in
            var reader = MessageReader(bytes)
            switch try reader.code() {
            case 1: return .verification(try Verification(&reader))
            case 2:
                return .authorization(
                    Authorization(
                        url: try reader.text(), state: try reader.text(),
                        verifier: try reader.secret()))
            case 3: return .tokens(try OAuthTokens(&reader))
            case 4:
                return .device(
                    DeviceCode(
                        deviceCode: try reader.secret(), userCode: try reader.text(),
                        page: try reader.text(), completePage: try reader.optionalText(),
                        interval: try reader.count(), lifetime: try reader.count()))
            case 5: return .pending
            case 6: return .slowDown
            case 7: return .examination(try Examination(&reader))
            case 8: return .failure(try reader.error())
            case 9: return .challenges(try reader.list())
            default: throw MessageReader.malformed
            }
        }
    }
}
