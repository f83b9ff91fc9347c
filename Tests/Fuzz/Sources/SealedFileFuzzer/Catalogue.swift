import Fuzzing

@testable import CredentialCore
@testable import SealedFile

/// A bucket's bytes, as a few queries read them.
func checkBucket(_ plain: [UInt8]) {
    for wireProtocol in WireProtocol.allCases {
        for path in ["", "acme/app"] {
            let address = Address(
                scheme: Scheme.https, host: Array("a.eu".utf8), port: 0, path: Array(path.utf8))
            guard
                let entries = try? BucketEntry.entries(
                    in: plain, asking: wireProtocol, for: address)
            else { continue }
            law(
                "clients get what is theirs",
                entries.allSatisfy {
                    $0.candidate.binding.wireProtocol == wireProtocol
                })
            let written = encoded(entries)
            let again = lawful(
                "written entries are read",
                try BucketEntry.entries(
                    in: written, asking: wireProtocol, for: address, count: entries.count))
            law("entries survive", again.map(\.candidate) == entries.map(\.candidate))
            law("places survive", again.map(\.place) == entries.map(\.place))
            law("entries are written as they are read", encoded(again) == written)
        }
    }
}

/// A directory's items, and the buckets that follow from them.
func checkDirectory(_ plain: [UInt8]) {
    guard let count = plain.first,
        let items = try? DirectoryItem.items(in: Array(plain.dropFirst()), count: Int(count))
    else { return }
    let ids = items.map(\.credential.id)
    law("items are in order, each once", zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    let written = encoded(items)
    let again = lawful(
        "written items are read", try DirectoryItem.items(in: written, count: items.count))
    law("credentials survive", again.map(\.credential) == items.map(\.credential))
    law("places survive", again.map(\.place) == items.map(\.place))
    law("items are written as they are read", encoded(again) == written)
    checkDerivedEntries(of: items)
}

/// Every binding has its entry in the bucket of its host or among the wildcards, where whoever asks
/// for the host finds it.
private func checkDerivedEntries(of items: [DirectoryItem]) {
    let header = Header(
        fileID: Array(repeating: 2, count: 16), rootLength: 0, rootNonce: [],
        catalogueCommitment: [], storeCommitment: [], wrappedCatalogueKey: [], slots: [])
    let composer = Composer(key: derivationKey, header: header, generation: 1, now: 0)
    let derived = composer.entries(of: items, bucketCount: 4)
    let index = BucketIndex(key: derivationKey.lookup, count: derived.buckets.count)
    let all = items.flatMap { item in
        item.credential.bindings.map { Candidate(item.credential, $0) }
    }
    law(
        "wildcards are counted",
        derived.wildcardCount == all.count(where: { $0.binding.pattern.isWildcard }))
    for candidate in all {
        let asked = candidate.binding.pattern.address
        let above = Address(scheme: asked.scheme, host: asked.host, port: asked.port, path: [])
        let bucket = derived.buckets[index.index(host: asked.host, port: asked.port)]
        for address in [asked, above] {
            checkReading(of: all, in: [bucket, derived.wildcards], address)
        }
    }
}

/// Passing over what is for others must not pass over what answers, or what is to be erased.
private func checkReading(of all: [Candidate], in parts: [[UInt8]], _ address: Address) {
    for wireProtocol in WireProtocol.allCases {
        var read: [Candidate] = []
        for plain in parts {
            let entries = lawful(
                "derived entries are read",
                try BucketEntry.entries(in: plain, asking: wireProtocol, for: address))
            read += entries.map(\.candidate)
        }
        law("nothing is read that was not written", Set(read).isSubset(of: all))
        let query = Query(wireProtocol, address, now: 0)
        for candidate in all {
            let isErased =
                wireProtocol == .registry
                && ChangePolicy.registryErase(
                    of: [address], in: candidate.scope, removes: candidate)
            if isErased { law("what is to be erased is read", read.contains(candidate)) }
            guard case .fits = Resolver.verdict(on: candidate, for: query) else { continue }
            law("what fits is read", read.contains(candidate))
        }
    }
}

private let derivationKey = CatalogueKey(bytes: Secret(copying: Array(repeating: 1, count: 32)))

private func encoded(_ entries: [BucketEntry]) -> [UInt8] {
    entries.reduce(into: []) { $1.encode(into: &$0) }
}

private func encoded(_ items: [DirectoryItem]) -> [UInt8] {
    items.reduce(into: []) { $1.encode(into: &$0) }
}
