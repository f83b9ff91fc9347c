import CredentialCore

/// Makes the bytes of a generation from its credentials and sealed records. The directory is the
/// truth; the buckets are derived from it.
struct Composer {
    let key: CatalogueKey
    var header: Header
    let generation: UInt64
    let now: Int64

    /// The file's bytes, and the nonce of its root for the anchor.
    mutating func compose(_ draft: Draft) -> (bytes: [UInt8], rootNonce: [UInt8]) {
        let credentials = draft.credentials.sorted { $0.id < $1.id }
        var records: [UInt8] = []
        records.reserveCapacity(draft.records.values.reduce(0) { $0 + $1.sealed.count })
        var items: [DirectoryItem] = []
        for credential in credentials {
            var item = DirectoryItem(credential: credential, place: nil)
            item.unknownFields = draft.unknownFields[credential.id] ?? []
            if let record = draft.records[credential.id] {
                item.place = RecordPlace(
                    offset: records.count, length: record.sealed.count, nonce: record.nonce)
                records += record.sealed
            }
            items.append(item)
        }
        let sealing = key.sealing
        let literals = items.reduce(0) { sum, item in
            sum + item.credential.bindings.count(where: { !$0.pattern.isWildcard })
        }
        let (bucketPlains, wildcardPlain, wildcardCount) = entries(
            of: items, bucketCount: Root.bucketCount(forEntries: literals))
        var buckets: [Part] = []
        var body: [UInt8] = []
        for (index, plain) in bucketPlains.enumerated() {
            let ad = Root.bucketAssociatedData(header.fileID, index: index)
            buckets.append(append(plain, to: &body, key: sealing, ad: ad))
        }
        var wildcards = append(
            wildcardPlain, to: &body, key: sealing,
            ad: Root.wildcardsAssociatedData(header.fileID))
        wildcards.count = wildcardCount
        var directoryPlain: [UInt8] = []
        directoryPlain.reserveCapacity(items.count * 256)
        for item in items { item.encode(into: &directoryPlain) }
        var directory = append(
            directoryPlain, to: &body, key: sealing,
            ad: Root.directoryAssociatedData(header.fileID), evenIfEmpty: true)
        directory.count = items.count
        body += records

        let rootLength = Root.fixedLength + buckets.count * Root.bucketLength + Sodium.tagLength
        let length = header.length + rootLength + body.count + Sodium.tagLength
        let zeros = [UInt8](repeating: 0, count: SizeClass.paddedLength(length) - length)
        let padding = append(
            zeros, to: &body, key: sealing, ad: Root.paddingAssociatedData(header.fileID),
            evenIfEmpty: true)
        let root = Root(
            generation: generation, writtenAt: now, buckets: BucketTable(buckets),
            wildcards: wildcards,
            directory: directory, recordsLength: records.count, padding: padding)
        header.rootLength = rootLength
        header.rootNonce = Sodium.randomBytes(Sodium.nonceLength)
        let sealedRoot = Sodium.seal(
            root.encoded(), key: sealing, nonce: header.rootNonce,
            ad: Root.associatedData(header.fileID))
        return (header.encoded(key) + sealedRoot + body, header.rootNonce)
    }

    /// The plain buckets and wildcards that a directory comes to.
    func entries(
        of items: [DirectoryItem], bucketCount: Int
    ) -> (buckets: [[UInt8]], wildcards: [UInt8], wildcardCount: Int) {
        let index = BucketIndex(key: key.lookup, count: bucketCount)
        var buckets = [[UInt8]](repeating: [], count: bucketCount)
        var wildcards: [UInt8] = []
        var wildcardCount = 0
        for item in items {
            for binding in item.credential.bindings {
                let entry = BucketEntry(
                    candidate: Candidate(item.credential, binding), place: item.place)
                if binding.pattern.isWildcard {
                    entry.encode(into: &wildcards)
                    wildcardCount += 1
                } else {
                    let address = binding.pattern.address
                    entry.encode(
                        into: &buckets[index.index(host: address.host, port: address.port)])
                }
            }
        }
        return (buckets, wildcards, wildcardCount)
    }

    private func append(
        _ plain: [UInt8], to body: inout [UInt8], key: Secret, ad: [UInt8],
        evenIfEmpty: Bool = false
    ) -> Part {
        guard !plain.isEmpty || evenIfEmpty else { return Part() }
        let nonce = Sodium.randomBytes(Sodium.nonceLength)
        let sealed = Sodium.seal(plain, key: key, nonce: nonce, ad: ad)
        body += sealed
        return Part(length: sealed.count, nonce: nonce)
    }
}
