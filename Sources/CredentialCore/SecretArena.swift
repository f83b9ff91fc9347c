import Glibc
import Synchronization

/// The memory every ``Secret`` lives in: anonymous pages that are locked against swapping, left
/// out of core dumps, and wiped when a piece of them is returned.
///
/// One arena serves the process. A guarded allocation for each secret would cost three pages and
/// three system calls every time, and would end at the kernel's limit on mappings.
enum SecretArena {
    /// Bytes the kernel refused to lock (past `RLIMIT_MEMLOCK`). They are still wiped and still
    /// left out of dumps; `keyfob status` reports them.
    static var unlockedBytes: Int { state.withLock { $0.unlockedBytes } }

    static func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
        state.withLock { $0.allocate(byteCount) }
    }

    static func release(_ piece: UnsafeMutableRawBufferPointer) {
        guard let base = piece.baseAddress else { return }
        explicit_bzero(base, piece.count)
        state.withLock { $0.release(piece) }
    }

    private static let state = Mutex(State())

    private struct State: ~Copyable {
        private static let smallestClass = 6  // 64 bytes
        private static let largestClass = 16  // 64 KiB
        private static let firstChunk = 32 * 1024
        private static let laterChunk = 256 * 1024

        /// For each size class, the addresses of pieces that were returned.
        private var free: [[UInt]] = Array(repeating: [], count: largestClass + 1)
        private var chunk: UInt = 0
        private var chunkRemaining = 0
        private(set) var unlockedBytes = 0

        mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
            let sizeClass = Self.sizeClass(of: byteCount)
            guard sizeClass <= Self.largestClass else { return map(byteCount) }
            let size = 1 << sizeClass
            let address: UInt
            if let reused = free[sizeClass].popLast() {
                address = reused
            } else {
                if chunkRemaining < size { addChunk(atLeast: size) }
                address = chunk
                chunk += UInt(size)
                chunkRemaining -= size
            }
            return UnsafeMutableRawBufferPointer(
                start: UnsafeMutableRawPointer(bitPattern: address), count: size)
        }

        mutating func release(_ piece: UnsafeMutableRawBufferPointer) {
            let sizeClass = Self.sizeClass(of: piece.count)
            if sizeClass > Self.largestClass {
                munmap(piece.baseAddress, piece.count)
            } else {
                free[sizeClass].append(UInt(bitPattern: piece.baseAddress))
            }
        }

        private static func sizeClass(of byteCount: Int) -> Int {
            let bits = Int.bitWidth - max(byteCount - 1, 0).leadingZeroBitCount
            return max(bits, smallestClass)
        }

        private mutating func addChunk(atLeast size: Int) {
            let length = chunk == 0 && size <= Self.firstChunk ? Self.firstChunk : Self.laterChunk
            let mapped = map(length)
            chunk = UInt(bitPattern: mapped.baseAddress)
            chunkRemaining = mapped.count
        }

        private mutating func map(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
            let page = 4096
            let length = (byteCount + page - 1) / page * page
            let pages = mmap(
                nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            // Without memory there is nothing left to say or to save: every caller's input is
            // bounded, so this is the machine's end, not a user's mistake.
            guard let pages, pages != MAP_FAILED else { abort() }
            if mlock(pages, length) != 0 { unlockedBytes += length }
            madvise(pages, length, doNotDump)
            return UnsafeMutableRawBufferPointer(start: pages, count: length)
        }
    }

    /// `MADV_DONTDUMP` of madvise(2).
    private static let doNotDump: Int32 = 16
}
