import CredentialCore
import Glibc
import ProtectedFiles

/// A short record of what was changed and refused: `$XDG_STATE_HOME/keyfob/events`.
///
/// It names credentials by id, so that it tells no host or user without the key, and holds no
/// secret. It is best effort: a full disk stops neither a pull nor a push.
public struct EventLog: Sendable {
    /// What happened.
    public enum Event: String, Sendable {
        /// A credential was stored for the first time.
        case stored
        /// A credential was changed.
        case changed
        /// A credential was removed.
        case removed
        /// A binding was suspended, because the host refused its secret.
        case suspended
        /// A request failed.
        case refused
    }

    private static let fileName = "events"
    private static let sizeLimit = 1 << 20
    private let folder: String
    /// The writing program.
    public let program: String

    /// The log in a state folder, written by a program.
    public init(stateFolder: String, program: String) {
        folder = stateFolder
        self.program = program
    }

    /// Appends a line: time, event, program, and the credential or the reason.
    public func append(_ event: Event, _ subject: String, now: Int64) {
        guard let folder = try? Folder(opening: folder) else { return }
        do {
            let size = try folder.file(Self.fileName)?.length ?? 0
            if size > Self.sizeLimit {
                try folder.rename(Self.fileName, to: Self.fileName + ".1")
            }
        } catch {
            // What stands there is not ours to add to.
            return
        }
        let line = "\(now) \(event.rawValue) \(program) \(Printable.text(subject))\n"
        folder.append(to: Self.fileName, Array(line.utf8))
    }
}
