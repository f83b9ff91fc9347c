import CLinux
import Configuration
import CredentialCore
import Glibc
import HostAccess
import Launch

/// `keyfob-prompt`: asks a person for a login, for programs that must not hang where nobody is.
public enum PromptProgram {
    /// How long a request may take to come, in milliseconds: it is there before this program is.
    private static let patience = 10_000

    /// Answers the request that comes over standard input, a socket.
    public static func main() -> Never {
        linux_refuse_core_dumps()
        linux_end_with_parent()
        LibexecProgram.requireSocket(for: "keyfob-prompt")
        // Whoever is moved to the background while asking gets an error, and is not stopped.
        for number in [SIGTTIN, SIGTTOU] { signal(number, SIG_IGN) }
        let channel = MessageChannel(STDIN_FILENO)
        do throws(MessageChannel.Failure) {
            let message = try channel.receive(within: patience)
            try channel.send(reply(to: message).encoded())
        } catch {
            // Nobody asks, or nobody waits.
        }
        exit(0)
    }

    private static func reply(to message: Secret) -> LoginReply {
        do throws(CredentialError) {
            let request = try LoginRequest(decoding: message)
            let surroundings = try Surroundings.current()
            try surroundings.becomeOwnerOfHome()
            return LoginFlow(request, surroundings, try Configuration(surroundings)).reply()
        } catch {
            return .failure(error, isFinal: false)
        }
    }
}
