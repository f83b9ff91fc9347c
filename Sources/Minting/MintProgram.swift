import CLinux
import Configuration
import CredentialCore
import Glibc
import Launch
import SealedFile
import Tokens

/// `keyfob-mint`: fetches one token and puts it into the cache, for programs that do without the
/// libraries that it takes.
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
        guard hasSocket() else {
            let usage =
                "keyfob-mint: Keyfob's other programs start this one; it takes no part alone\n"
            _ = usage.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            exit(2)
        }
        let channel = MessageChannel(STDIN_FILENO)
        do throws(MessageChannel.Failure) {
            try channel.send(reply(to: try channel.receive(within: patience)).encoded())
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

    private static func hasSocket() -> Bool {
        var status = stat()
        return fstat(STDIN_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}
