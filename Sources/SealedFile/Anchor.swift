import CredentialCore
import ProtectedFiles

/// Remembers, outside the sealed file, which generation of it was last used: an older copy put back
/// in its place is noticed.
struct Anchor {
    private static let magic = Array("KFBANC1\n".utf8)
    private static let length = 88

    var fileID: [UInt8]
    var generation: UInt64
    var rootNonce: [UInt8]

    /// What an anchor says about a file.
    enum Finding {
        case matches
        /// The file is newer: a writer ended between writing it and moving the anchor.
        case behind
        case older(String)
    }

    func finding(fileID: [UInt8], generation: UInt64, rootNonce: [UInt8]) -> Finding {
        guard self.fileID == fileID else {
            return .older("is not the file that was last used here")
        }
        if self.generation < generation { return .behind }
        if self.generation > generation {
            return .older("is older than its last use (\(generation) < \(self.generation))")
        }
        return self.rootNonce == rootNonce
            ? .matches : .older("is another copy than the one last used")
    }

    /// The bytes of the anchor file, unverified; nil when there is none.
    static func read(in folder: borrowing Folder) throws(CredentialError) -> [UInt8]? {
        guard let file = try folder.file(FileName.anchor) else { return nil }
        // Of another length it is no anchor of ours, whatever it holds.
        return file.length == length ? try file.readAll(limit: length) : []
    }

    /// The anchor in these bytes; nil when they are none, or the key did not make it.
    init?(_ bytes: [UInt8], key: CatalogueKey) {
        let covered = Self.length - Sodium.macLength
        guard bytes.count == Self.length, bytes.starts(with: Self.magic),
            Sodium.areEqual(
                Sodium.mac(Array(bytes[..<covered]), key: key.anchor), Array(bytes[covered...]))
        else { return nil }
        fileID = Array(bytes[8..<24])
        generation = (0..<8).reduce(0) { $0 | UInt64(bytes[24 + $1]) << (8 * UInt64($1)) }
        rootNonce = Array(bytes[32..<56])
    }

    init(fileID: [UInt8], generation: UInt64, rootNonce: [UInt8]) {
        self.fileID = fileID
        self.generation = generation
        self.rootNonce = rootNonce
    }

    /// Replaces the anchor file. Not flushed: an anchor that falls behind is caught up with.
    func write(in folder: borrowing Folder, key: CatalogueKey) throws(CredentialError) {
        var bytes = Self.magic + fileID
        bytes.append(integer: generation)
        bytes += rootNonce
        bytes += Sodium.mac(bytes, key: key.anchor)
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in
                try folder.replace(FileName.anchor, with: buffer, durability: .unflushed)
            }
        }
        try outcome.get()
    }
}
