import CLinux
import CSecret
import CredentialCore
import Glibc
import Keyring
import Launch
import SecretService

/// `keyfob-keyring`: carries items to and from the Secret Service, for programs that do without the
/// library that it takes.
public enum KeyringProgram {
    /// Answers the requests that come over standard input, a socket, until the other end is closed.
    public static func main() -> Never {
        linux_refuse_core_dumps()
        linux_end_with_parent()
        LibexecProgram.requireSocket(for: "keyfob-keyring")
        endGently()
        let bus = SessionBus(
            named: variable("DBUS_SESSION_BUS_ADDRESS"), runtimeFolder: variable("XDG_RUNTIME_DIR"))
        // GLib finds the bus by itself, and would start one where none is named.
        if let bus { setenv("DBUS_SESSION_BUS_ADDRESS", bus.address, 1) }
        // From now on GLib knows the names of the service's errors.
        _ = secret_error_get_quark()
        serve(MessageChannel(STDIN_FILENO), Responder(Connection(bus)))
        exit(0)
    }

    private static func serve(_ channel: MessageChannel, _ responder: Responder) {
        do throws(MessageChannel.Failure) {
            while true {
                let message = try channel.receive(within: nil)
                try channel.send(reply(to: message, responder).encoded())
            }
        } catch {
            // Nobody asks any more.
        }
    }

    private static func reply(to message: Secret, _ responder: Responder) -> KeyringReply {
        do throws(CredentialError) {
            return responder.answer(try KeyringRequest(decoding: message))
        } catch {
            return .failure(error)
        }
    }

    /// Has SIGTERM close the channel from this side, as though nobody asked any more: a window that
    /// is open is then taken away first.
    private static func endGently() {
        signal(SIGTERM) { _ in shutdown(STDIN_FILENO, Int32(SHUT_RDWR)) }
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
