public import CredentialCore
import SealedFile

extension Bundle {
    /// Seals a content for machines, and signs it.
    ///
    /// - Throws: `badRequest` for a name that is none, no recipient, or one that is no usable key;
    ///   `limit`.
    public static func make(
        of content: Secret, for recipients: [RecipientKey], signedBy key: SigningKey, _ terms: Terms
    ) throws(CredentialError) -> [UInt8] {
        try CredentialName.check(terms.name)
        try terms.checkCounter()
        let machines = Set(recipients)
        guard !machines.isEmpty else {
            throw CredentialError(
                .badRequest, "a bundle is for somebody", remedy: "name a machine with `--to`")
        }
        guard machines.count <= recipientLimit else {
            throw CredentialError(
                .limit, "a bundle is for no more than \(recipientLimit) machines",
                remedy: "make several bundles, each for some of them")
        }
        let payloadLength =
            Sodium.nonceLength + SizeClass.length(of: content) + Sodium.tagLength
        let contentKey = ContentKey(Sodium.randomKey())
        var header = magic
        header.append(integer: major)
        header.append(integer: terms.prunes ? pruneFlag : 0)
        header += key.signer.bytes
        header.append(integer: terms.counter)
        header.append(integer: terms.createdAt)
        header.append(integer: UInt64(payloadLength))
        header += contentKey.commitment(to: key.signer)
        header.append(integer: UInt32(machines.count))
        header.append(integer: UInt32(terms.name.utf8.count))
        header += Array(terms.name.utf8)

        let stanzas = try stanzas(of: contentKey, for: machines)
        guard header.count + stanzas.count + payloadLength <= lengthLimit - 96 else {
            throw tooLong
        }
        let nonce = Sodium.randomBytes(Sodium.nonceLength)
        let payload =
            nonce
            + SizeClass.padded(content).withBytes {
                Sodium.seal($0, key: contentKey.sealing, nonce: nonce, ad: header)
            }
        let signed = header + stanzas + payload.withUnsafeBytes { Sodium.hash($0) }
        return signed + key.signature(of: signedLabel + signed) + payload
    }

    /// The content's key for each machine. A set's order says nothing of whom they are for.
    private static func stanzas(
        of key: ContentKey, for machines: Set<RecipientKey>
    ) throws(CredentialError) -> [UInt8] {
        var stanzas: [UInt8] = []
        for machine in machines {
            guard let stanza = Sodium.boxSeal(key.bytes, for: machine.bytes) else {
                throw CredentialError(
                    .badRequest, "\(machine.text) is a recipient that nothing can be sealed for",
                    remedy: "run `keyfob keygen` on that machine")
            }
            stanzas += stanza
        }
        return stanzas
    }
}
