public import CredentialCore
import ProtectedFiles

/// Bindings of the machine's store that give one of its members no answer for a while, because the
/// host refused their secret. They are kept in the member's own state folder: what one user's git is
/// refused is no reason for another's to get no answer, and members cannot write the machine's.
///
/// Each stands there as a keyed hash under a key of the machine's own, so that the file tells
/// nothing to whoever cannot read that store anyway. See `Format.md`.
public struct Suspensions {
    private static let magic = Array("KFBSUS1\n".utf8)
    private static let entryLimit = 256

    private struct Entry {
        let mark: [UInt8]
        let until: Int64
    }

    private let location: StoreLocation
    private let key: Secret

    /// The suspensions of a machine's store that are kept in a user's.
    public init(_ location: StoreLocation, of machine: SealedFile) {
        self.location = location
        key = machine.catalogueKey.suspensions
    }

    /// Bindings of the machine's store, suspended as they are for this user's git.
    public func applied(to candidates: [Candidate], now: Int64) -> [Candidate] {
        guard let state = try? location.openState() else { return candidates }
        let entries = Self.entries(in: state, now: now)
        guard !entries.isEmpty else { return candidates }
        return candidates.map { candidate in
            guard candidate.binding.wireProtocol == .git,
                case let mark = mark(candidate),
                let entry = entries.first(where: { $0.mark == mark })
            else { return candidate }
            var suspended = candidate
            suspended.binding.suspendedUntil = entry.until
            return suspended
        }
    }

    /// Suspends a binding, in this version of its secret: another one ends it.
    ///
    /// - Throws: `system` when nothing can be written.
    public func add(_ candidate: Candidate, now: Int64) throws(CredentialError) {
        let mark = mark(candidate)
        try change(now: now) { entries in
            entries.removeAll { $0.mark == mark }
            entries.append(Entry(mark: mark, until: now + ChangePolicy.suspensionTime))
        }
    }

    /// Ends a suspension: the secret works.
    ///
    /// - Throws: `system` when nothing can be written.
    public func remove(_ candidate: Candidate, now: Int64) throws(CredentialError) {
        let mark = mark(candidate)
        try change(now: now) { entries in entries.removeAll { $0.mark == mark } }
    }

    private func mark(_ candidate: Candidate) -> [UInt8] {
        var message = candidate.id.bytes
        message.append(integer: candidate.version)
        message += candidate.binding.text.utf8
        return Sodium.mac(message, key: key)
    }

    /// Those that are not over. A clock that was set back makes none of them longer.
    private static func entries(in state: borrowing Folder, now: Int64) -> [Entry] {
        let size = magic.count + entryLimit * (Sodium.macLength + 8)
        guard let file = try? state.file(FileName.suspensions),
            let bytes = try? file.readAll(limit: size), bytes.starts(with: magic)
        else { return [] }
        return bytes.withUnsafeBytes { buffer in
            var entries: [Entry] = []
            var reader = ByteReader(
                UnsafeRawBufferPointer(rebasing: buffer[magic.count...]), of: "suspensions")
            while let mark = try? reader.array(Sodium.macLength),
                let until = try? reader.integer(Int64.self)
            {
                guard until > now, until <= now + ChangePolicy.suspensionTime else { continue }
                entries.append(Entry(mark: mark, until: until))
            }
            return entries
        }
    }

    private func change(
        now: Int64, _ body: (inout [Entry]) -> Void
    ) throws(CredentialError) {
        let state = try location.makeState()
        try state.withLock(FileName.suspensionsLock) { () throws(CredentialError) in
            var entries = Self.entries(in: state, now: now)
            body(&entries)
            var bytes = Self.magic
            for entry in entries.suffix(Self.entryLimit) {
                bytes += entry.mark
                bytes.append(integer: entry.until)
            }
            let outcome = bytes.withUnsafeBytes { buffer in
                Result { () throws(CredentialError) in
                    // What a power failure takes away is refused once more.
                    try state.replace(
                        FileName.suspensions, with: buffer, durability: .unflushed)
                }
            }
            try outcome.get()
        }
    }
}
