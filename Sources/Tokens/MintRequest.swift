public import CredentialCore
import Launch
public import SealedFile

/// What `keyfob-mint` is asked to do: mint one token and put it into the cache.
public struct MintRequest: Sendable {
    /// The token wanted.
    public var order: TokenOrder
    /// Whether whoever asked does not wait: the token at hand is good for a while yet.
    public var isAhead = false
    /// How long it may take, in milliseconds.
    public var milliseconds = 0
    /// The one-time password of an MFA device, if the user was asked for it.
    public var mfaCode: Secret?

    /// What it begins with: `keyfob-mint` is asked other things as well.
    private static let mark: UInt8 = 1

    /// A request for a token.
    public init(_ order: TokenOrder) {
        self.order = order
    }

    /// The request's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        writer.write(Self.mark)
        order.write(to: writer)
        writer.write(isAhead)
        writer.write(count: milliseconds)
        writer.write(mfaCode != nil)
        if let mfaCode { writer.write(mfaCode) }
        return writer.message
    }

    /// Reads a request's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) in
            var reader = MessageReader(bytes)
            guard try reader.code() == Self.mark else { throw MessageReader.malformed }
            var request = MintRequest(try TokenOrder(&reader))
            request.isAhead = try reader.flag()
            request.milliseconds = try reader.count()
            if try reader.flag() { request.mfaCode = try reader.secret() }
            return request
        }
    }
}

/// What `keyfob-mint` answers.
public enum MintReply: Sendable {
    /// The token.
    case token(MintedToken)
    /// It could not be minted.
    case failure(CredentialError)

    /// The reply's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        switch self {
        case .token(let token):
            writer.write(1)
            writer.write(Secret(copying: token.username))
            writer.write(token.secret)
            writer.write(number: token.obtainedAt)
            writer.write(number: token.expiresAt)
            writer.write(token.identity)
        case .failure(let error):
            writer.write(2)
            writer.write(error)
        }
        return writer.message
    }

    /// Reads a reply's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) -> MintReply in
            var reader = MessageReader(bytes)
            switch try reader.code() {
            case 1:
                return .token(
                    MintedToken(
                        username: try reader.secret().withBytes { Array($0) },
                        secret: try reader.secret(),
                        obtained: ClockReading(seconds: try reader.number()),
                        expiresAt: try reader.number(), identity: try reader.text()))
            case 2: return .failure(try reader.error())
            default: throw MessageReader.malformed
            }
        }
    }
}
