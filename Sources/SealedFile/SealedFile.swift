public import CredentialCore
import Glibc
import ProtectedFiles

/// The sealed file, opened for reading: one generation of it, whole, whatever is written meanwhile.
///
/// Opening it reads the header and the root. A ``candidates(for:asking:)`` opens one bucket, and
/// the wildcards if there are any; a ``fields(of:)`` opens one record.
public final class SealedFile {
    /// Where it is.
    public let location: StoreLocation
    /// What the user should know although all is well.
    public private(set) var warnings: [String] = []
    /// How many times the file was written.
    public var generation: UInt64 { root.generation }
    /// When it was written, in seconds since 1970.
    public var writtenAt: Int64 { root.writtenAt }
    /// How many credentials it holds.
    public var credentialCount: Int { root.directory.count }

    let header: Header
    let root: Root
    let layout: Layout
    let catalogueKey: CatalogueKey
    private let file: ProtectedFile
    /// What was asked for last. A helper asks once, and a dictionary would cost it more than this.
    private var asked: [BucketEntry] = []
    private var places: [CredentialID: RecordPlace] = [:]
    private var openedStoreKey: StoreKey?

    /// Opens the file; nil when nothing was ever stored here.
    ///
    /// - Parameter writesMachines: whether the machine's anchor is mended, as root's commands on
    ///   that store do. Reading it for an answer writes nothing there, whoever reads.
    /// - Throws: `older` when it is missing or older than its last use, `wrongKey`, `locked`,
    ///   `damaged`, `newerVersion`, `limit`, `unsafeFile` or `system`; `unreachable` when it is the
    ///   machine's and this user no member of its group.
    public static func open(
        _ location: StoreLocation, writesMachines: Bool = false
    ) throws(CredentialError) -> SealedFile? {
        let isReadOnly = location.isMachines && !(writesMachines && geteuid() == 0)
        return try open(
            location, file: FileName.sealed, anchor: isReadOnly ? .compared : .mended)
    }

    /// Opens the machine's store for an answer; nil also for a user who is no member of its group,
    /// and has none such.
    ///
    /// - Throws: as ``open(_:writesMachines:)``.
    public static func openMachines() throws(CredentialError) -> SealedFile? {
        do throws(CredentialError) {
            return try open(.machine)
        } catch  where error == StoreLocation.outsider {
            return nil
        }
    }

    /// What is done about the anchor when a file is opened.
    enum AnchorUse {
        /// Compared, and moved when it is behind or missing.
        case mended
        /// Compared only.
        case compared
        /// Passed over: the file opened is not the one it speaks of.
        case ignored
    }

    static func open(
        _ location: StoreLocation, file name: String, anchor use: AnchorUse
    ) throws(CredentialError) -> SealedFile? {
        do throws(CredentialError) {
            return try openOnce(location, file: name, anchor: use)
        } catch  where error.code == .wrongKey || error.code == .locked {
            // Somebody may have made the store, or rotated its keys, between our reading of one
            // file and the next. What is there now fits together.
            return try openOnce(location, file: name, anchor: use)
        }
    }

    private static func openOnce(
        _ location: StoreLocation, file name: String, anchor use: AnchorUse
    ) throws(CredentialError) -> SealedFile? {
        let state = try location.openState()
        // One folder holds all of the machine's, and a miss asks for it once.
        if location.isMachines, state == nil { return nil }
        // The anchor is read before the file: a writer replaces them the other way round, so an
        // honest file is never older than the anchor that was read first.
        let anchor = try readAnchor(state)
        guard let data = try location.openData(),
            let file = try data.file(name)
        else {
            if use != .ignored, anchor != nil { throw missing(location) }
            return nil
        }
        let keys = try readKeys(state)
        let opened: SealedFile
        do throws(CredentialError) {
            opened = try SealedFile(location, file, keys: keys)
        } catch  where error.code == .damaged && error.remedy == nil {
            throw damage(location, "header")
        }
        if use != .ignored { try opened.check(anchor, keys: keys ?? [], mending: use == .mended) }
        return opened
    }

    private static func readAnchor(
        _ state: borrowing Folder?
    ) throws(CredentialError) -> [UInt8]? {
        switch state {
        case .some(let folder): try Anchor.read(in: folder)
        case .none: nil
        }
    }

    private static func readKeys(
        _ state: borrowing Folder?
    ) throws(CredentialError) -> [CatalogueKey]? {
        switch state {
        case .some(let folder): try KeyFile.read(in: folder)
        case .none: nil
        }
    }

    static func missing(_ location: StoreLocation) -> CredentialError {
        CredentialError(
            .older, "\(location.path) is gone, but it was used here before",
            remedy: "put its copy back and run "
                + "`\(location.command("store recover --accept-older"))`, "
                + "or start anew with `\(location.command("init --force"))`")
    }

    private init(
        _ location: StoreLocation, _ file: consuming ProtectedFile, keys: [CatalogueKey]?
    ) throws(CredentialError) {
        let start = try file.read(min(file.length, 4096), at: 0)
        let headerLength = try Header.length(in: start)
        guard headerLength <= start.count else {
            throw Self.damage(location, "header")
        }
        let headerBytes = Array(start[..<headerLength])
        let header = try Header(headerBytes)
        let opened = try Self.catalogueKey(location, header, keys)
        try Header.verify(headerBytes, opened.key)
        let rootEnd = headerLength + header.rootLength
        let sealedRoot =
            rootEnd <= start.count
            ? Array(start[headerLength..<rootEnd])
            : try file.read(header.rootLength, at: headerLength)
        guard
            let plain = Sodium.open(
                sealedRoot, key: opened.key.sealing, nonce: header.rootNonce,
                ad: Root.associatedData(header.fileID))
        else { throw Self.damage(location, "root") }
        let root = try Root(plain)
        guard let layout = Layout(root, after: rootEnd), layout.end == file.length else {
            throw Self.damage(location, "length")
        }
        self.location = location
        self.header = header
        self.root = root
        self.layout = layout
        self.file = file
        catalogueKey = opened.key
        openedStoreKey = opened.storeKey
    }

    /// The catalogue key: from the key file, or else by way of the store key.
    private static func catalogueKey(
        _ location: StoreLocation, _ header: Header, _ keys: [CatalogueKey]?
    ) throws(CredentialError) -> (key: CatalogueKey, storeKey: StoreKey?) {
        if let keys {
            guard let key = keys.first(where: header.commits) else {
                throw CredentialError(
                    .wrongKey,
                    "\(location.path) was sealed with another key than \(location.stateFolder)/key",
                    remedy: "put the right key file back, or run "
                        + "`\(location.command("store recover"))`")
            }
            return (key, nil)
        }
        if let storeKey = try Unlocking.storeKey(location, header, catalogueKey: nil),
            let key = header.catalogueKey(from: storeKey), header.commits(to: key)
        {
            return (key, storeKey)
        }
        throw CredentialError(
            .locked, "the key file \(location.stateFolder)/key is missing",
            remedy: "put it back, or run `\(location.command("store recover"))`")
    }

    // MARK: Reading

    /// The bindings that might answer for an address: those of its host, and the wildcards.
    ///
    /// - Throws: `damaged`, or `system` when the file cannot be read.
    public func candidates(
        for address: Address, asking wireProtocol: WireProtocol
    ) throws(CredentialError) -> [Candidate] {
        let index = bucketIndex(host: address.host, port: address.port)
        var entries = try BucketEntry.entries(
            in: try bucket(index), asking: wireProtocol, for: address)
        if root.wildcards.length > 0 {
            entries += try BucketEntry.entries(
                in: try wildcards(), asking: wireProtocol, for: address,
                count: root.wildcards.count)
        }
        asked = entries
        return entries.map(\.candidate)
    }

    /// All credentials, ascending by id.
    ///
    /// - Throws: `damaged`, or `system` when the file cannot be read.
    public func credentials() throws(CredentialError) -> [Credential] {
        let items = try directory()
        for item in items { places[item.credential.id] = item.place }
        return items.map(\.credential)
    }

    /// The secret fields of a candidate.
    ///
    /// - Throws: `locked` when the store key is not at hand, `damaged`, or `system`.
    public func fields(of candidate: Candidate) throws(CredentialError) -> SecretFields {
        try fields(id: candidate.id, version: candidate.version, kind: candidate.kind)
    }

    /// The secret fields of a credential.
    ///
    /// - Throws: `locked` when the store key is not at hand, `damaged`, or `system`.
    public func fields(of credential: Credential) throws(CredentialError) -> SecretFields {
        try fields(id: credential.id, version: credential.version, kind: credential.kind)
    }

    /// Whether the secrets can be read now.
    ///
    /// - Throws: when a named key file cannot be used.
    public func isLocked() throws(CredentialError) -> Bool {
        try storeKeyIfAtHand() == nil
    }

    private func fields(
        id: CredentialID, version: UInt64, kind: Kind
    ) throws(CredentialError) -> SecretFields {
        let entry = asked.first { $0.candidate.id == id }
        guard let place = entry?.place ?? places[id] else {
            throw Self.damage(location, "catalogue")
        }
        guard
            let fields = try Record.open(
                try record(place), nonce: place.nonce, with: try storeKey(),
                fileID: header.fileID, id: id, version: version, kind: kind)
        else { throw Self.damage(location, "record \(id.text)") }
        return fields
    }

    // MARK: Parts

    func bucketIndex(host: [UInt8], port: UInt16) -> Int {
        BucketIndex(key: catalogueKey.lookup, count: root.buckets.count)
            .index(host: host, port: port)
    }

    func bucket(_ index: Int) throws(CredentialError) -> [UInt8] {
        let part = root.buckets[index]
        let start = layout.bucketsStart + root.buckets.length(before: index)
        return try open(
            part, at: start, ad: Root.bucketAssociatedData(header.fileID, index: index),
            name: "bucket \(index)")
    }

    func wildcards() throws(CredentialError) -> [UInt8] {
        try open(
            root.wildcards, at: layout.wildcards.lowerBound,
            ad: Root.wildcardsAssociatedData(header.fileID), name: "wildcards")
    }

    func directory() throws(CredentialError) -> [DirectoryItem] {
        let plain = try open(
            root.directory, at: layout.directory.lowerBound,
            ad: Root.directoryAssociatedData(header.fileID), name: "directory")
        return try DirectoryItem.items(in: plain, count: root.directory.count)
    }

    func padding() throws(CredentialError) -> [UInt8] {
        try open(
            root.padding, at: layout.padding.lowerBound,
            ad: Root.paddingAssociatedData(header.fileID), name: "padding")
    }

    /// A record's sealed bytes.
    func record(_ place: RecordPlace) throws(CredentialError) -> [UInt8] {
        let size = layout.records.count
        guard place.length <= size, place.offset <= size - place.length else {
            throw Self.damage(location, "catalogue")
        }
        return try file.read(place.length, at: layout.records.lowerBound + place.offset)
    }

    /// All records, to be taken apart by ``record(_:in:)``: one read instead of thousands.
    func recordRegion() throws(CredentialError) -> [UInt8] {
        try file.read(layout.records.count, at: layout.records.lowerBound)
    }

    /// A record's sealed bytes, out of the whole region.
    func record(_ place: RecordPlace, in region: [UInt8]) throws(CredentialError) -> [UInt8] {
        guard place.length <= region.count, place.offset <= region.count - place.length else {
            throw Self.damage(location, "catalogue")
        }
        return Array(region[place.offset..<(place.offset + place.length)])
    }

    var length: Int { file.length }

    private func open(
        _ part: Part, at start: Int, ad: [UInt8], name: String
    ) throws(CredentialError) -> [UInt8] {
        guard part.length > 0 else { return [] }
        guard
            let plain = Sodium.open(
                try file.read(part.length, at: start), key: catalogueKey.sealing,
                nonce: part.nonce, ad: ad)
        else { throw Self.damage(location, name) }
        return plain
    }

    static func damage(_ location: StoreLocation, _ part: String) -> CredentialError {
        CredentialError(
            .damaged, "\(location.path) is damaged (\(part))",
            remedy: location.isMachines
                ? "run `\(location.command("store fsck"))`, then "
                    + "`\(location.command("store recover"))`" : "\(ByteReader.remedy)")
    }

    // MARK: Keys and anchor

    func storeKey() throws(CredentialError) -> StoreKey {
        guard let key = try storeKeyIfAtHand() else {
            throw Unlocking.locked(location, header)
        }
        return key
    }

    func storeKeyIfAtHand() throws(CredentialError) -> StoreKey? {
        if let openedStoreKey { return openedStoreKey }
        openedStoreKey = try Unlocking.storeKey(location, header, catalogueKey: catalogueKey)
        return openedStoreKey
    }

    func use(_ key: StoreKey) { openedStoreKey = key }

    private func check(
        _ bytes: [UInt8]?, keys: [CatalogueKey], mending: Bool
    ) throws(CredentialError) {
        guard let anchor = bytes.flatMap({ Anchor($0, key: catalogueKey) }) else {
            // While keys are rotated there are two. An anchor under the first beside a file under
            // the second was left by a crash; the other way round, the file is an older copy.
            let ours = keys.firstIndex { header.commits(to: $0) } ?? 0
            let maker = keys.firstIndex { key in bytes.flatMap { Anchor($0, key: key) } != nil }
            if let maker, maker > ours { throw older("is older than its last use") }
            let isMade = mending && AnchorKeeper.advance(to: self, replacing: bytes)
            if isMade || !mending, maker == nil {
                warnings.append(
                    "\(location.stateFolder)/anchor was missing or damaged\(isMade ? " and is made anew" : "")"
                        + "; an older copy of the store would not have been noticed")
            }
            return
        }
        switch anchor.finding(
            fileID: header.fileID, generation: generation, rootNonce: header.rootNonce)
        {
        case .matches: break
        case .behind: _ = mending && AnchorKeeper.advance(to: self, replacing: bytes)
        case .older(let how): throw older(how)
        }
    }

    private func older(_ how: String) -> CredentialError {
        CredentialError(
            .older, "\(location.path) \(how)",
            remedy: "put the newest copy back, or run "
                + "`\(location.command("store recover --accept-older"))`")
    }
}
