import CredentialCore
import Glibc

/// Standard error, where somebody may read along though nobody can be asked: enough for a page that
/// a browser opens, or a code to enter on another device.
final class ErrorStream: Conversation {
    let isPatient = false
    let hearsAnswers = false
    let showsPages: Bool

    /// - Parameter isRead: whether somebody waits for what is written there, and does not only
    ///   happen to see it.
    init(isRead: Bool) {
        showsPages = isRead
    }

    func tell(_ line: String) { Self.write(line) }

    func announce(_ lines: [String]) { for line in lines { tell(line) } }

    func ask(_ prompt: String) throws(CredentialError) -> [UInt8] { throw Self.nobody }

    func askSecret(_ prompt: String) throws(CredentialError) -> Secret { throw Self.nobody }

    static func write(_ line: String) {
        let bytes = Array("keyfob: \(line)\n".utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    private static let nobody = CredentialError(
        .unreachable, "there is nobody to ask", remedy: "run it on a terminal")
}
