import CredentialCore
import Glibc

/// One binding as a bucket holds it: all that is needed to decide and to find the record.
struct BucketEntry {
    var candidate: Candidate
    var place: RecordPlace?

    private enum Flag {
        static let username: UInt8 = 1
        static let authtype: UInt8 = 2
    }

    /// Reads the entries of an opened bucket whose protocol, port and literal host are the query's,
    /// passing over the rest without building anything: a host may have thousands of paths.
    static func entries(
        in plain: [UInt8], asking wireProtocol: WireProtocol, for address: Address,
        count: Int? = nil
    ) throws(CredentialError) -> [BucketEntry] {
        let outcome = plain.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in
                var reader = ByteReader(buffer, of: "catalogue")
                var entries: [BucketEntry] = []
                var seen = 0
                while !reader.isAtEnd {
                    let body = try reader.slice(Int(try reader.integer(UInt32.self)))
                    if let entry = try parse(body, asking: wireProtocol, for: address) {
                        entries.append(entry)
                    }
                    seen += 1
                }
                guard count == nil || count == seen else { throw reader.damage }
                return entries
            }
        }
        return try outcome.get()
    }

    private static func parse(
        _ body: UnsafeRawBufferPointer, asking wireProtocol: WireProtocol, for address: Address
    ) throws(CredentialError) -> BucketEntry? {
        var reader = ByteReader(body, of: "catalogue")
        let codes = try reader.slice(5)
        guard let stored = WireProtocol(rawValue: codes[0]) else { throw reader.damage }
        guard stored == wireProtocol else { return nil }
        let flags = codes[4]
        let port = try reader.integer(UInt16.self)
        guard port == address.port else { return nil }
        let host = try reader.string()
        let path = try reader.string()
        guard mayFit(host: host, path: path, address) else { return nil }
        guard let origin = Origin(rawValue: codes[1]), let kind = Kind(rawValue: codes[2]),
            let store = StoreKind(rawValue: codes[3]),
            let id = CredentialID(try reader.array(16))
        else { throw reader.damage }
        let version = try reader.integer(UInt64.self)
        let currency = try reader.integer(UInt64.self)
        let expiresAt = try reader.integer(Int64.self)
        let suspendedUntil = try reader.integer(Int64.self)
        let place = try RecordPlace(&reader)
        let scheme = Array(try reader.string())
        let scope = Array(try reader.string())
        let name = String(decoding: try reader.string(), as: UTF8.self)
        let username = Array(try reader.string())
        let authtype = Array(try reader.string())
        let locator = Array(try reader.string())
        try reader.expectEnd()
        guard flags & ~(Flag.username | Flag.authtype) == 0,
            flags & Flag.username != 0 || username.isEmpty,
            flags & Flag.authtype != 0 || authtype.isEmpty
        else { throw reader.damage }
        let pattern = AddressPattern(
            Address(scheme: scheme, host: Array(host), port: port, path: Array(path)))
        let candidate = Candidate(
            id: id, version: version, name: name, kind: kind, origin: origin, store: store,
            currency: currency, username: flags & Flag.username != 0 ? username : nil,
            authtype: flags & Flag.authtype != 0 ? authtype : nil, scope: Scope(stored: scope),
            expiresAt: expiresAt == 0 ? nil : expiresAt, locator: locator,
            binding: Binding(wireProtocol, pattern, suspendedUntil: suspendedUntil))
        return BucketEntry(candidate: candidate, place: store == .file ? place : nil)
    }

    /// Whether an entry could answer for the address, or be erased by it. Wildcards are left to the
    /// resolver.
    private static func mayFit(
        host: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, _ address: Address
    ) -> Bool {
        let isHost = host.count == address.host.count && begins(address.host, with: host)
        guard isHost || host.contains(UInt8(ascii: "*")) else { return false }
        guard !path.isEmpty, !address.path.isEmpty else { return true }
        return begins(address.path, with: path)
    }

    /// Compared in one call: a host may have thousands of paths.
    private static func begins(_ bytes: [UInt8], with prefix: UnsafeRawBufferPointer) -> Bool {
        guard let start = prefix.baseAddress, prefix.count <= bytes.count else {
            return prefix.isEmpty
        }
        return memcmp(bytes, start, prefix.count) == 0
    }

    func encode(into bytes: inout [UInt8]) {
        let pattern = candidate.binding.pattern.address
        var body: [UInt8] = [
            candidate.binding.wireProtocol.rawValue, candidate.origin.rawValue,
            candidate.kind.rawValue, candidate.store.rawValue,
            (candidate.username == nil ? 0 : Flag.username)
                | (candidate.authtype == nil ? 0 : Flag.authtype),
        ]
        body.reserveCapacity(512)
        body.append(integer: pattern.port)
        body.append(string: pattern.host)
        body.append(string: pattern.path)
        body += candidate.id.bytes
        body.append(integer: candidate.version)
        body.append(integer: candidate.currency)
        body.append(integer: candidate.expiresAt ?? 0)
        body.append(integer: candidate.binding.suspendedUntil)
        if let place { place.encode(into: &body) } else { RecordPlace.encodeNone(into: &body) }
        body.append(string: pattern.scheme)
        body.append(string: candidate.scope.path)
        body.append(string: candidate.name.utf8)
        body.append(string: candidate.username ?? [])
        body.append(string: candidate.authtype ?? [])
        body.append(string: candidate.locator)
        bytes.append(integer: UInt32(body.count))
        bytes += body
    }
}
