import CredentialCore
import Fuzzing

@testable import SealedFile

/// The pieces of the sealed file after they were opened: whoever holds the keys, or breaks the seal,
/// decides what they say. The first byte of an input says which piece the rest is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    var choices = FuzzedBytes(input(start, count))
    let check = choices.pick([
        checkHeader, checkRoot, checkBucket, checkDirectory, checkRecord, checkAnchor,
    ])
    check(choices.remainder())
    return 0
}

private let catalogueKey = CatalogueKey(bytes: Secret(copying: Array(repeating: 1, count: 32)))

private func checkHeader(_ bytes: [UInt8]) {
    let length = try? Header.length(in: bytes)
    if let length { law("a header is short", (308...4096).contains(length)) }
    guard let header = try? Header(bytes) else { return }
    for slot in header.slots where slot.kind == KeySlot.KindCode.passphrase {
        let cost = lawful("an accepted slot has its cost", try slot.passphraseCost().cost)
        law("an accepted cost can be paid", cost.isAllowed && cost.kibibytes <= 1 << 20)
    }
    let encoded = header.encoded(catalogueKey)
    law("a header says how long it is", (try Header.length(in: encoded)) == encoded.count)
    law("a header keeps its length", encoded.count == bytes.count && header.length == bytes.count)
    law("a written header is sound", try Header.verify(encoded, catalogueKey) == ())
    // The first 16 bytes were read by `Header.length`; the last 32 are the MAC.
    law(
        "a header is written as it was read",
        encoded[16..<(encoded.count - 32)]
            == bytes[16..<(bytes.count - 32)])
}

private func checkRoot(_ plain: [UInt8]) {
    guard let root = try? Root(plain) else { return }
    law("a root is written as it was read", root.encoded() == plain)
    let index = BucketIndex(key: catalogueKey.lookup, count: root.buckets.count)
    law("a host has a bucket", root.buckets.indices.contains(index.index(host: plain, port: 443)))
    guard let layout = Layout(root, after: 400) else { return }
    let parts = [layout.wildcards, layout.directory, layout.records, layout.padding]
    var end = layout.bucketsStart + root.buckets.reduce(0) { $0 + $1.length }
    for part in parts {
        law("parts follow each other", part.lowerBound == end)
        end = part.upperBound
    }
    law("the file ends with its last part", layout.end == end)
}

private func checkRecord(_ plain: [UInt8]) {
    guard let fields = try? Record.fields(Secret(copying: plain)) else { return }
    let names = fields.fields.map(\.name)
    law("every field has a name of its own", Set(names).count == names.count)
    // A name that was not UTF-8 was mended, and may now be too long to be written.
    guard let written = try? Record.plain(fields) else { return }
    let again = lawful("a written record is read", try Record.fields(Secret(written)))
    law("a record survives", again.matches(fields) && again.fields.map(\.name) == names)
}

private func checkAnchor(_ bytes: [UInt8]) {
    law("no anchor without its key", Anchor(bytes, key: catalogueKey) == nil)
    let content = Array("KFBANC1\n".utf8) + bytes.prefix(48)
    let signed = content + Sodium.mac(content, key: catalogueKey.anchor)
    guard let anchor = Anchor(signed, key: catalogueKey) else {
        law("an anchor has one length", bytes.count < 48)
        return
    }
    for bit in [0, 3, 7] {
        var changed = signed
        changed[bytes.count % signed.count] ^= 1 << UInt8(bit)
        law("a changed anchor is none", Anchor(changed, key: catalogueKey) == nil)
    }
    let itself = anchor.finding(
        fileID: anchor.fileID, generation: anchor.generation, rootNonce: anchor.rootNonce)
    if case .matches = itself {} else { law("an anchor matches its file", false) }
    guard anchor.generation > 0 else { return }
    let before = anchor.finding(
        fileID: anchor.fileID, generation: anchor.generation - 1, rootNonce: anchor.rootNonce)
    if case .older = before {} else { law("an older file is noticed", false) }
}
