public import CredentialCore
import Launch

/// What a host said of a login.
public struct Verification: Sendable {
    /// Whether it lets the login in.
    public enum Outcome: UInt8, Sendable {
        /// The host took it.
        case accepted = 1
        /// The host refused it: ``Verification/problem`` says why.
        case refused = 2
        /// Nobody can say: the host has no cheap check, or could not be asked.
        case unchecked = 3
    }

    /// Whether it lets the login in.
    public var outcome: Outcome
    /// Why not, or why nobody can say, or what a login lacks that was accepted; with what to do
    /// next.
    public var problem: CredentialError?
    /// Whose login it is, as the host names them; nil when it did not say.
    public var account: String?
    /// What the token may do, in the host's words; nil when it did not say.
    public var scopes: [String]?
    /// When the token ends, in seconds since 1970; nil when never or unknown.
    public var expiresAt: Int64?

    /// A verification that says no more than its outcome.
    public init(_ outcome: Outcome, _ problem: CredentialError? = nil) {
        self.outcome = outcome
        self.problem = problem
    }

    func write(to writer: MessageWriter) {
        writer.write(outcome.rawValue)
        writer.write(problem != nil)
        if let problem { writer.write(problem) }
        writer.write(optional: account)
        writer.write(scopes != nil)
        writer.write(list: scopes ?? [])
        writer.write(optional: expiresAt)
    }

    init(_ reader: inout MessageReader) throws(CredentialError) {
        guard let outcome = Outcome(rawValue: try reader.code()) else {
            throw MessageReader.malformed
        }
        self.init(outcome)
        if try reader.flag() { problem = try reader.error() }
        account = try reader.optionalText()
        let hasScopes = try reader.flag()
        let scopes = try reader.list()
        self.scopes = hasScopes ? scopes : nil
        expiresAt = try reader.optionalNumber()
    }
}
