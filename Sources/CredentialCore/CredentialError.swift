/// A failure a user is told about: what happened, on what, and what to do next.
///
/// The texts hold no secret and, once passed through ``message``, no control byte.
public struct CredentialError: Error, Hashable, Sendable {
    /// What kind of failure it is; programs decide by it, never by the text.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The request breaks its protocol or the command line's rules.
        case badRequest
        /// The user was asked and said no.
        case declined
        /// Nothing is stored under the name or address.
        case notFound
        /// A name or binding is taken already.
        case conflict
        /// The store exists but its key is not at hand.
        case locked
        /// The store cannot be asked: not there, no permission, no answer.
        case unreachable
        /// A service was asked and refused: its reason is in the text.
        case refused
        /// A service wants the one-time password of an MFA device, which only a person can give.
        case codeWanted
        /// The store does not exist here: there is nothing to ask.
        case absent
        /// A file is not what it was when it was written.
        case damaged
        /// A file is an older copy than the one last used, or not that one at all.
        case older
        /// A file was written by a newer version.
        case newerVersion
        /// The key at hand is not the one the file was sealed with.
        case wrongKey
        /// A file or folder that others can reach, or that is not a plain file.
        case unsafeFile
        /// The credential's own time has passed.
        case expired
        /// The configuration says something that cannot be followed.
        case configuration
        /// A limit on size or number is reached.
        case limit
        /// The system refused: a full disk, a read-only folder, a failed call.
        case system

        /// Whether the store cannot be used now, though nothing is wrong with what it holds.
        public var isUnavailable: Bool {
            self == .locked || self == .unreachable || self == .absent
        }
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, on what: a clause without a final period.
    public let problem: String
    /// What to do next, if there is something: a clause without a final period.
    public let remedy: String?

    /// Makes an error from its parts.
    public init(_ code: Code, _ problem: String, remedy: String? = nil) {
        self.code = code
        self.problem = problem
        self.remedy = remedy
    }

    /// Problem and remedy in one line of printable text.
    public var message: String {
        Printable.text(remedy.map { "\(problem); \($0)" } ?? problem)
    }
}
