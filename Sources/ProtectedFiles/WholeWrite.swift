package import CredentialCore
import Glibc

/// Writes to a descriptor until all is written.
package enum WholeWrite {
    /// - Parameter name: where it goes, for messages.
    /// - Throws: `system`.
    package static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, named name: String
    ) throws(CredentialError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            } else if written == 0 || errno != EINTR {
                throw SystemFailure.error("cannot write", name)
            }
        }
    }
}
