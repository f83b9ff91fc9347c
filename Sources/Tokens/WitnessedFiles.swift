public import CredentialCore
import Glibc
public import SealedFile

/// Reads files that other programs own, following links as those programs do, and remembers what
/// was in them: what was made of them is worth nothing once they changed.
public final class WitnessedFiles {
    /// The most bytes a file may have.
    public static let limit = 1 << 20
    /// What was read last of each file, in the order they were first read.
    public private(set) var witnesses: [FileWitness] = []

    /// The environment, if a program that sees all of it was started.
    public private(set) var environment: EnvironmentWitness?

    /// Nothing read yet.
    public init() {}

    /// Remembers the environment, all of which a program sees that is about to be started.
    public func witnessEnvironment() {
        environment = .current()
    }

    /// Reads a file; nil when there is none.
    ///
    /// - Throws: `unsafeFile` when it is not a regular file, `limit` when it is longer than
    ///   ``limit``, `system` when it cannot be read.
    public func read(_ path: String) throws(CredentialError) -> Secret? {
        let content = try FileWitness.content(of: path, limit: Self.limit)
        let witness = FileWitness(path: path, content: content)
        if let index = witnesses.firstIndex(where: { $0.path == path }) {
            witnesses[index] = witness
        } else {
            witnesses.append(witness)
        }
        return content
    }
}
