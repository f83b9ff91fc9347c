import CLinux
import Configuration
import CredentialCore
import Glibc
import HostAccess
import HostClient
import Launch
import SealedFile
import Tokens

/// `keyfob-mint`: fetches one token and puts it into the cache, or asks a host about a login, for
/// programs that do without the libraries that it takes.
public enum MintProgram {
    /// How long a request may take to come, in milliseconds: it is there before this program is.
    private static let patience = 10_000

    /// Answers the request that comes over standard input, a socket.
    public static func main() -> Never {
        linux_refuse_core_dumps()
        // The lock that this program may have been handed is not for what it starts itself.
        _ = fcntl(LibexecProgram.handedDescriptor, F_SETFD, FD_CLOEXEC)
        // libcurl would write the keys of its connections there.
        unsetenv("SSLKEYLOGFILE")
        LibexecProgram.requireSocket(for: "keyfob-mint")
        let channel = MessageChannel(STDIN_FILENO)
        do throws(MessageChannel.Failure) {
            let message = try channel.receive(within: patience)
            try channel.send(
                HostRequest.isIntroduced(by: message)
                    ? hostReply(to: message).encoded() : reply(to: message).encoded())
        } catch {
            // Nobody asks, or nobody waits: the token is in the cache.
        }
        exit(0)
    }

    private static func reply(to message: Secret) -> MintReply {
        do throws(CredentialError) {
            let request = try MintRequest(decoding: message)
            let surroundings = try Surroundings.current()
            try surroundings.becomeOwnerOfHome()
            let mint = Mint(surroundings, try Configuration(surroundings))
            return .token(try mint.token(for: request))
        } catch {
            return .failure(error)
        }
    }

    private static func hostReply(to message: Secret) -> HostReply {
        do throws(CredentialError) {
            let request = try HostRequest(decoding: message)
            // A server that rotates its refresh tokens has given this one up once it is asked: no
            // Ctrl-C may come between its answer and whoever stores it.
            if case .refresh = request { blockInterruptions() }
            let surroundings = try Surroundings.current()
            try surroundings.becomeOwnerOfHome()
            let responder = HostResponder(surroundings, try Configuration(surroundings))
            return try responder.answer(request)
        } catch {
            return .failure(error)
        }
    }

    private static func blockInterruptions() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&signals, signal) }
        sigprocmask(SIG_BLOCK, &signals, nil)
    }
}
