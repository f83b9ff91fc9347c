public import CredentialCore
import SealedFile

extension Bundle {
    /// Reads a bundle and checks its signature. Nothing is decrypted.
    ///
    /// - Throws: `damaged` when it is none, ends too early, goes on after its end, or was changed
    ///   since it was signed; `newerVersion`; `limit`.
    public init(_ bytes: [UInt8]) throws(CredentialError) {
        guard bytes.count <= Self.lengthLimit else { throw Self.tooLong }
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(CredentialError) in try Bundle(reading: buffer) }
        }
        self = try outcome.get()
    }

    private init(reading bytes: UnsafeRawBufferPointer) throws(CredentialError) {
        var reader = ByteReader(
            bytes, of: "bundle", "ends too early", remedy: "get another copy of it")
        guard (try? reader.array(Self.magic.count)) == Self.magic else {
            throw CredentialError(
                .damaged, "this is not a seed bundle",
                remedy: "name the file that `keyfob seed create` wrote")
        }
        let version = try reader.integer(UInt16.self)
        guard version == Self.major else {
            throw CredentialError(
                .newerVersion, "the bundle was made in format \(version)",
                remedy: "update keyfob here, or have the bundle made by this version")
        }
        let flags = try reader.integer(UInt16.self)
        let signer = SignerKey(unchecked: try reader.array(Sodium.keyLength))
        let counter = try reader.integer(UInt64.self)
        let createdAt = try reader.integer(Int64.self)
        let payloadLength = try reader.integer(UInt64.self)
        let commitment = try reader.array(Sodium.macLength)
        let stanzaCount = try reader.integer(UInt32.self)
        let nameLength = try reader.integer(UInt32.self)
        guard stanzaCount <= Self.recipientLimit else {
            throw CredentialError(
                .limit, "the bundle is for more than \(Self.recipientLimit) machines",
                remedy: "have several made")
        }
        guard payloadLength <= Self.lengthLimit else { throw Self.tooLong }
        guard nameLength <= Self.nameLimit else { throw Self.changed }
        let name = try reader.array(Int(nameLength))
        let fixedPart = Array(reader.before)
        var stanzas: [[UInt8]] = []
        for _ in 0..<stanzaCount { stanzas.append(try reader.array(Self.stanzaLength)) }
        let payloadHash = try reader.array(Sodium.macLength)
        let signed = Array(reader.before)
        let signature = try reader.array(Sodium.signatureLength)
        let payload = try reader.array(Int(payloadLength))
        guard reader.isAtEnd else {
            let count = reader.rest.count
            throw CredentialError(
                .damaged,
                "the bundle goes on after its end by \(count) byte\(count == 1 ? "" : "s")",
                remedy: "get another copy of it")
        }
        guard signer.signed(Self.signedLabel + signed, with: signature),
            payload.withUnsafeBytes({ Sodium.hash($0) }) == payloadHash
        else { throw Self.changed }
        let terms = Terms(
            name: String(decoding: name, as: UTF8.self), counter: counter, createdAt: createdAt,
            prunes: flags & Self.pruneFlag != 0)
        guard flags & ~Self.pruneFlag == 0, terms.hasName else {
            throw CredentialError(
                .damaged, "the bundle is signed, and its header does not parse",
                remedy: "have its administrator make it again")
        }
        try terms.checkCounter()
        self.init(
            terms: terms, signer: signer,
            id: signed.withUnsafeBytes { Sodium.hash($0) }.hexadecimal,
            commitment: commitment, stanzas: stanzas, fixedPart: fixedPart, payload: payload)
    }

    static let pruneFlag: UInt16 = 1
    private static let nameLimit = 128

    private static var changed: CredentialError {
        CredentialError(
            .damaged, "the bundle is forged, or was changed since it was signed",
            remedy: "get another copy of it, from the administrator who made it")
    }

    static var tooLong: CredentialError {
        CredentialError(
            .limit, "a bundle is no longer than \(lengthLimit >> 20) MiB",
            remedy: "make several bundles of it, each with a name")
    }
}
