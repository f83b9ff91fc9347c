import CredentialCore

/// A sealed part of the file: how long it is, and the nonce that only its own bytes open under.
struct Part {
    var length = 0
    var count = 0
    var nonce = [UInt8](repeating: 0, count: Sodium.nonceLength)
}

/// The sealed index of everything after it. What it does not name does not exist.
struct Root {
    static let fixedLength = 132
    static let bucketLength = BucketTable.itemLength
    static let bucketCountLimit = 65_536

    var generation: UInt64
    var writtenAt: Int64
    var buckets: BucketTable
    var wildcards: Part
    var directory: Part
    var recordsLength: Int
    var padding: Part

    static func associatedData(_ fileID: [UInt8]) -> [UInt8] { label("root", fileID) }
    static func wildcardsAssociatedData(_ fileID: [UInt8]) -> [UInt8] { label("wildcards", fileID) }
    static func directoryAssociatedData(_ fileID: [UInt8]) -> [UInt8] { label("directory", fileID) }
    static func paddingAssociatedData(_ fileID: [UInt8]) -> [UInt8] { label("padding", fileID) }
    static func bucketAssociatedData(_ fileID: [UInt8], index: Int) -> [UInt8] {
        var ad = label("bucket", fileID)
        ad.append(integer: UInt32(index))
        return ad
    }

    private static func label(_ label: StaticString, _ fileID: [UInt8]) -> [UInt8] {
        var ad = fileID
        ad.append(label: label)
        return ad
    }

    /// How many buckets so many entries are spread over: enough that root and bucket stay of one
    /// size, both growing with the square root.
    static func bucketCount(forEntries count: Int) -> Int {
        var buckets = 1
        while count > 0, buckets < bucketCountLimit, buckets * buckets < 4 * count { buckets *= 2 }
        return buckets
    }

    init(
        generation: UInt64, writtenAt: Int64, buckets: BucketTable, wildcards: Part,
        directory: Part,
        recordsLength: Int, padding: Part
    ) {
        self.generation = generation
        self.writtenAt = writtenAt
        self.buckets = buckets
        self.wildcards = wildcards
        self.directory = directory
        self.recordsLength = recordsLength
        self.padding = padding
    }

    init(_ plain: [UInt8]) throws(CredentialError) {
        let outcome = plain.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in try Self.parse(buffer) }
        }
        self = try outcome.get()
    }

    private static func parse(_ plain: UnsafeRawBufferPointer) throws(CredentialError) -> Root {
        var reader = ByteReader(plain, of: "root")
        let generation = try reader.integer(UInt64.self)
        let writtenAt = try reader.integer(Int64.self)
        let bucketCount = Int(try reader.integer(UInt32.self))
        guard generation > 0, generation < .max / 2, (1...bucketCountLimit).contains(bucketCount),
            bucketCount & (bucketCount - 1) == 0,
            plain.count == fixedLength + bucketCount * bucketLength
        else { throw reader.damage }
        let wildcards = try countedPart(&reader)
        let directory = try countedPart(&reader)
        let recordsLength = try reader.length()
        let padding = Part(
            length: try reader.length(), nonce: try reader.array(Sodium.nonceLength))
        let buckets = BucketTable(bytes: try reader.array(bucketCount * bucketLength))
        return Root(
            generation: generation, writtenAt: writtenAt, buckets: buckets, wildcards: wildcards,
            directory: directory, recordsLength: recordsLength, padding: padding)
    }

    private static func countedPart(_ reader: inout ByteReader) throws(CredentialError) -> Part {
        Part(
            length: try reader.length(), count: Int(try reader.integer(UInt32.self)),
            nonce: try reader.array(Sodium.nonceLength))
    }

    func encoded() -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(Self.fixedLength + buckets.count * Self.bucketLength)
        plain.append(integer: generation)
        plain.append(integer: writtenAt)
        plain.append(integer: UInt32(buckets.count))
        for part in [wildcards, directory] {
            plain.append(integer: UInt64(part.length))
            plain.append(integer: UInt32(part.count))
            plain += part.nonce
        }
        plain.append(integer: UInt64(recordsLength))
        plain.append(integer: UInt64(padding.length))
        plain += padding.nonce
        return plain + buckets.bytes
    }
}

/// Where each part begins, counted from the start of the file.
struct Layout {
    let bucketsStart: Int
    let wildcards: Range<Int>
    let directory: Range<Int>
    let records: Range<Int>
    let padding: Range<Int>

    /// Adds the lengths up; nil when they are beyond any file.
    init?(_ root: Root, after headerAndRoot: Int) {
        bucketsStart = headerAndRoot
        var end = headerAndRoot
        func next(_ length: Int) -> Range<Int>? {
            let (sum, overflow) = end.addingReportingOverflow(length)
            guard !overflow else { return nil }
            defer { end = sum }
            return end..<sum
        }
        guard next(root.buckets.length(before: root.buckets.count)) != nil,
            let wildcards = next(root.wildcards.length),
            let directory = next(root.directory.length),
            let records = next(root.recordsLength), let padding = next(root.padding.length)
        else { return nil }
        self.wildcards = wildcards
        self.directory = directory
        self.records = records
        self.padding = padding
    }

    var end: Int { padding.upperBound }
}
