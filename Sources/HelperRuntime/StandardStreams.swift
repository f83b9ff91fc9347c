import CredentialCore
import Glibc

/// The helper's three streams.
enum StandardStreams {
    /// Reads all of standard input into secret memory.
    ///
    /// - Throws: `limit` when it is longer than `limit` bytes, `system` when it cannot be read.
    static func readInput(limit: Int) throws(CredentialError) -> Secret {
        if isatty(STDIN_FILENO) == 1 {
            writeError(
                "keyfob: this program is called by git and docker; reading a request from "
                    + "the terminal, end it with Ctrl-D")
        }
        let input = SecretBuffer(capacity: 4096)
        var isOpen = true
        while isOpen {
            guard input.count <= limit else {
                throw CredentialError(.limit, "the request is longer than \(limit) bytes")
            }
            try input.appendInPlace(upTo: max(2048, input.count)) {
                (room) throws(CredentialError) in
                let got = read(STDIN_FILENO, room.baseAddress, room.count)
                if got < 0, errno != EINTR {
                    throw CredentialError(
                        .system, "cannot read the request: \(String(cString: strerror(errno)))")
                }
                isOpen = got != 0
                return max(got, 0)
            }
        }
        return Secret(input)
    }

    /// Writes a reply; the process ends with `SIGPIPE` if nobody wants it.
    static func writeOutput(_ bytes: UnsafeRawBufferPointer) {
        write(bytes, to: STDOUT_FILENO)
    }

    static func writeOutput(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes(writeOutput)
    }

    static func writeOutput(line: String) {
        writeOutput(Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Writes a line to standard error.
    static func writeError(_ line: String) {
        (Array(line.utf8) + [UInt8(ascii: "\n")]).withUnsafeBytes { write($0, to: STDERR_FILENO) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            } else if written == 0 || errno != EINTR {
                return
            }
        }
    }
}
