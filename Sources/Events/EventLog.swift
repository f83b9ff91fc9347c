import CredentialCore
import Glibc
public import ProtectedFiles

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
    private let audience: Audience
    /// The writing program.
    public let program: String

    /// The log in a state folder, written by a program.
    ///
    /// - Parameter audience: whom the folder is for; the log itself stays its owner's alone.
    public init(stateFolder: String, for audience: Audience = .owner, program: String) {
        folder = stateFolder
        self.audience = audience
        self.program = program
    }

    /// Appends a line: time, event, program, and the credential or the reason.
    public func append(_ event: Event, _ subject: String, now: Int64) {
        guard let folder = try? Folder(opening: folder, for: audience) else { return }
        do {
            let size = try folder.file(Self.fileName, rule: .secret)?.length ?? 0
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
