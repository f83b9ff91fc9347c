import CLinux
import CredentialCore
import Glibc

/// A file that is in memory alone, without a name (memfd_create(2)): a program that wants a file
/// opens it as `/proc/self/fd/N`. Its bytes are locked and wiped like any other secret's.
final class MemoryFile {
    let descriptor: Int32
    private let pages: UnsafeMutableRawBufferPointer

    /// A file that holds a secret, and can neither grow nor shrink.
    init(_ secret: Secret) throws(CredentialError) {
        descriptor = try Self.create()
        let count = secret.count
        // OpenSSH takes no private key that others may read.
        guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, count) == 0,
            let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else {
            let error = Self.failure
            close(descriptor)
            throw error
        }
        pages = UnsafeMutableRawBufferPointer(start: start, count: count)
        mlock(start, count)
        secret.withBytes { pages.copyMemory(from: $0) }
        _ = linux_fix_size(descriptor)
    }

    deinit {
        if let start = pages.baseAddress { explicit_bzero(start, pages.count) }
        munmap(pages.baseAddress, pages.count)
        close(descriptor)
    }

    /// An empty file, for a program to write to.
    static func create() throws(CredentialError) -> Int32 {
        let descriptor = linux_memory_file("keyfob")
        guard descriptor >= 0 else { throw failure }
        return descriptor
    }

    private static var failure: CredentialError {
        CredentialError(
            .system, "cannot keep a file in memory: \(String(cString: strerror(errno)))")
    }
}
