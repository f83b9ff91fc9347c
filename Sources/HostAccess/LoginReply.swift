public import CredentialCore
import Launch

/// A login that a person gave.
public struct EnteredLogin: Sendable {
    /// The user name to store and to answer with.
    public var username: [UInt8]
    /// The password or token.
    public var secret: Secret
    /// What the next token is had with.
    public var refreshToken: Secret?
    /// When the secret ends, in seconds since 1970.
    public var expiresAt: Int64?
    /// What makes it an OAuth login; nil for what was typed.
    public var mark: OAuthMark?
    /// Whether the host took it. What could not be checked may still be right.
    public var isVerified = false

    /// What it is stored as. Whatever ends, is renewed or looks like a token is one.
    public var kind: Kind {
        let isToken =
            mark != nil || refreshToken != nil || expiresAt != nil
            || TokenShape.shown(by: secret) != nil || username.elementsEqual("<token>".utf8)
        return isToken ? .token : .password
    }

    /// A login from what each has.
    public init(username: [UInt8], secret: Secret) {
        self.username = username
        self.secret = secret
    }

    /// The login that an authorization server's answer makes.
    public init(_ tokens: OAuthTokens) {
        self.init(username: tokens.username, secret: tokens.access)
        refreshToken = tokens.refresh
        expiresAt = tokens.expiresAt
        mark = OAuthMark(
            provider: tokens.provider, account: tokens.account, isBearer: tokens.isBearer)
        mark?.identity = tokens.identity
        isVerified = true
    }
}

/// What `keyfob-prompt` answers.
public enum LoginReply: Sendable {
    /// A login, to be stored.
    case login(EnteredLogin)
    /// The chosen one of the accounts that the request named, by its index.
    case account(Int)
    /// There is none.
    ///
    /// - isFinal: whether git must ask nobody else: the person was asked and said no, or said
    ///   beforehand that nobody is to be asked.
    case failure(CredentialError, isFinal: Bool)

    /// The reply's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        switch self {
        case .login(let login):
            writer.write(1)
            writer.write(Secret(copying: login.username))
            writer.write(login.secret)
            writer.write(optional: login.refreshToken)
            writer.write(optional: login.expiresAt)
            writer.write(login.mark != nil)
            login.mark?.write(to: writer)
            writer.write(login.isVerified)
        case .account(let index):
            writer.write(2)
            writer.write(count: index)
        case .failure(let error, let isFinal):
            writer.write(3)
            writer.write(error)
            writer.write(isFinal)
        }
        return writer.message
    }

    /// Reads a reply's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) -> LoginReply in
            var reader = MessageReader(bytes)
            switch try reader.code() {
            case 1:
                let username = try reader.byteArray()
                var login = EnteredLogin(username: username, secret: try reader.secret())
                login.refreshToken = try reader.optionalSecret()
                login.expiresAt = try reader.optionalNumber()
                if try reader.flag() { login.mark = try OAuthMark(&reader) }
                login.isVerified = try reader.flag()
                return .login(login)
            case 2: return .account(try reader.count())
            case 3:
                let error = try reader.error()
                return .failure(error, isFinal: try reader.flag())
            default: throw MessageReader.malformed
            }
        }
    }
}
