import CredentialCore
import Launch

/// What looking at a host brought to light, in the order in which it was looked at.
public struct Examination: Sendable {
    /// One thing that was looked at.
    public struct Finding: Sendable, Hashable {
        /// How it is.
        public enum State: UInt8, Sendable {
            /// As it should be.
            case good = 1
            /// Worth a look; nothing fails for it.
            case doubtful = 2
            /// What keeps clients out.
            case bad = 3
        }

        /// What was looked at, in a word or two: `connection`, `challenge`, `token server`,
        /// `login`.
        public var topic: String
        /// How it is.
        public var state: State
        /// What was found: a clause without a final period.
        public var text: String
        /// What to do about it.
        public var remedy: String?

        /// A finding from its parts.
        public init(_ topic: String, _ state: State, _ text: String, remedy: String? = nil) {
            self.topic = topic
            self.state = state
            self.text = text
            self.remedy = remedy
        }
    }

    /// What was found.
    public var findings: [Finding]
    /// What the host said of the login; nil when there was none, or it never came to that.
    public var verification: Verification?
    /// Whether what was looked at is there for anybody, without a login.
    public var isOpen = false

    /// An examination that found nothing yet.
    public init(_ findings: [Finding] = []) {
        self.findings = findings
    }

    func write(to writer: MessageWriter) {
        writer.write(count: findings.count)
        for finding in findings {
            writer.write(finding.topic)
            writer.write(finding.state.rawValue)
            writer.write(finding.text)
            writer.write(optional: finding.remedy)
        }
        writer.write(isOpen)
        writer.write(verification != nil)
        verification?.write(to: writer)
    }

    init(_ reader: inout MessageReader) throws(CredentialError) {
        self.init()
        for _ in 0..<(try reader.count()) {
            let topic = try reader.text()
            guard let state = Finding.State(rawValue: try reader.code()) else {
                throw MessageReader.malformed
            }
            findings.append(
                Finding(topic, state, try reader.text(), remedy: try reader.optionalText()))
        }
        isOpen = try reader.flag()
        if try reader.flag() { verification = try Verification(&reader) }
    }
}
