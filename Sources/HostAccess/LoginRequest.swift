public import CredentialCore
import Launch

/// What `keyfob-prompt` is asked: to get a login from a person, or to have them choose among those
/// that are stored. It opens no store; whoever asks keeps what comes back, before using it.
public struct LoginRequest: Sendable {
    /// How the person logs in.
    public enum Way: UInt8, Sendable {
        /// They type a user name and a password or token.
        case ask = 1
        /// In their browser, or on another device where there is none.
        case oauth = 2
        /// In their browser.
        case browser = 3
        /// On another device.
        case device = 4
    }

    /// A login that is stored, among which to choose.
    public struct Account: Sendable, Hashable {
        /// The user name that it is for.
        public var username: [UInt8]
        /// What else tells it from others: its name, where it came from.
        public var words: String

        /// An account from its parts.
        public init(username: [UInt8], words: String) {
            self.username = username
            self.words = words
        }
    }

    /// Where.
    public var place: HostPlace
    /// How.
    public var way: Way
    /// The user name that git wants; nil when any will do.
    public var username: [UInt8]?
    /// What is stored for the place, where there is more than one; none when nothing is to be
    /// chosen.
    public var accounts: [Account] = []
    /// Why it is asked for, where that needs saying: what is wrong with the stored login.
    public var reason: String?
    /// The secret of the OAuth client, where it has one.
    public var clientSecret: Secret?
    /// Whether a person called for this by `keyfob login`: then their terminal comes first, and
    /// git's rules about asking have no say.
    public var isCommand = false
    /// Whether what is entered is tried at the host, as far as the configuration does not forbid
    /// it.
    public var verifies = true

    /// A request from what each has.
    public init(_ place: HostPlace, _ way: Way) {
        self.place = place
        self.way = way
    }

    /// The request's bytes.
    public func encoded() -> Secret {
        let writer = MessageWriter()
        place.write(to: writer)
        writer.write(way.rawValue)
        writer.write(optional: username)
        writer.write(count: accounts.count)
        for account in accounts {
            writer.write(Secret(copying: account.username))
            writer.write(account.words)
        }
        writer.write(optional: reason)
        writer.write(optional: clientSecret)
        writer.write(isCommand)
        writer.write(verifies)
        return writer.message
    }

    /// Reads a request's bytes.
    ///
    /// - Throws: `system` when they are none.
    public init(decoding message: Secret) throws(CredentialError) {
        self = try message.withBytes { (bytes) throws(CredentialError) in
            var reader = MessageReader(bytes)
            let place = try HostPlace(&reader)
            guard let way = Way(rawValue: try reader.code()) else { throw MessageReader.malformed }
            var request = LoginRequest(place, way)
            request.username = try reader.optionalBytes()
            for _ in 0..<(try reader.count()) {
                let username = try reader.byteArray()
                request.accounts.append(Account(username: username, words: try reader.text()))
            }
            request.reason = try reader.optionalText()
            request.clientSecret = try reader.optionalSecret()
            request.isCommand = try reader.flag()
            request.verifies = try reader.flag()
            return request
        }
    }
}
