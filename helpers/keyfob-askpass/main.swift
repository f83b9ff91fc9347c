import CLinux
import CredentialCore
import Glibc

// What ssh-keygen starts to ask for a passphrase (SSH_ASKPASS of ssh(1)): writes what comes from
// the descriptor that it inherits, and whose number stands in the environment.
linux_refuse_core_dumps()
guard let number = getenv("KEYFOB_ASKPASS_FD").flatMap({ Int32(String(cString: $0)) }) else {
    exit(1)
}
let answer = SecretBuffer(capacity: 1024)
answer.appendInPlace(upTo: 1024) { read(number, $0.baseAddress, $0.count) }
let written = answer.withBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
exit(written > 0 ? 0 : 1)
