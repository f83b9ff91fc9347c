import CredentialCore

/// One way to the store key: the key wrapped by something the user has or knows.
struct KeySlot {
    static let countLimit = 8
    static let wrappedLength = Sodium.nonceLength + Sodium.keyLength + Sodium.tagLength

    /// 1 key file, 2 passphrase, 3 external key; others are kept and never tried.
    let kind: UInt8
    let parameters: [UInt8]
    /// Nonce and sealed store key.
    let wrapped: [UInt8]

    enum KindCode {
        static let keyFile: UInt8 = 1
        static let passphrase: UInt8 = 2
        static let externalKey: UInt8 = 3
    }

    /// Checks what can be checked without a key.
    func check() throws(CredentialError) {
        switch kind {
        case KindCode.keyFile, KindCode.externalKey:
            guard parameters.isEmpty else {
                throw CredentialError(.damaged, "a key slot of the sealed file does not parse")
            }
        case KindCode.passphrase:
            guard try passphraseCost().cost.isAllowed else {
                throw CredentialError(
                    .limit, "a key slot of the sealed file asks for more work than is allowed",
                    remedy: "put a copy of the file back that you trust")
            }
        default: break
        }
    }

    func passphraseCost() throws(CredentialError) -> (cost: PassphraseCost, salt: [UInt8]) {
        guard parameters.count == 8 + PassphraseCost.saltLength else {
            throw CredentialError(.damaged, "a key slot of the sealed file does not parse")
        }
        let outcome = parameters.withUnsafeBytes { bytes in
            Result { () throws(CredentialError) in
                var reader = ByteReader(bytes, of: "key slot")
                let cost = PassphraseCost(
                    passes: Int(try reader.integer(UInt32.self)),
                    kibibytes: Int(try reader.integer(UInt32.self)))
                return (cost, try reader.array(PassphraseCost.saltLength))
            }
        }
        return try outcome.get()
    }

    /// The store key, or nil when this is not the key that wrapped it.
    func unwrap(with wrappingKey: Secret, fileID: [UInt8]) -> StoreKey? {
        let nonce = Array(wrapped.prefix(Sodium.nonceLength))
        let sealed = Array(wrapped.dropFirst(Sodium.nonceLength))
        let ad = Self.associatedData(fileID: fileID, kind: kind, parameters: parameters)
        return Sodium.openSecret(sealed, key: wrappingKey, nonce: nonce, ad: ad)
            .map(StoreKey.init(bytes:))
    }

    init(kind: UInt8, parameters: [UInt8], wrapped: [UInt8]) {
        self.kind = kind
        self.parameters = parameters
        self.wrapped = wrapped
    }

    /// Wraps a store key.
    init(
        kind: UInt8, parameters: [UInt8], wrapping key: StoreKey, with wrappingKey: Secret,
        fileID: [UInt8]
    ) {
        let nonce = Sodium.randomBytes(Sodium.nonceLength)
        let ad = Self.associatedData(fileID: fileID, kind: kind, parameters: parameters)
        let sealed = key.bytes.withBytes {
            Sodium.seal($0, key: wrappingKey, nonce: nonce, ad: ad)
        }
        self.init(kind: kind, parameters: parameters, wrapped: nonce + sealed)
    }

    private static func associatedData(
        fileID: [UInt8], kind: UInt8, parameters: [UInt8]
    ) -> [UInt8] {
        var ad = Header.magic
        ad.append(integer: Header.major)
        return ad + fileID + [kind] + parameters
    }
}
