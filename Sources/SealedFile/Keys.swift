import CredentialCore

/// The key that opens the catalogue: hosts, names, user names, times.
struct CatalogueKey: Sendable {
    let bytes: Secret

    var header: Secret { subkey(1) }
    var commitment: Secret { subkey(2) }
    var sealing: Secret { subkey(3) }
    var lookup: Secret { subkey(4) }
    var anchor: Secret { subkey(5) }
    var slot: Secret { subkey(6) }
    var tokens: Secret { subkey(7) }
    var tokenLookup: Secret { subkey(8) }
    var suspensions: Secret { subkey(9) }

    private func subkey(_ number: UInt64) -> Secret {
        Sodium.subkey(of: bytes, number, context: "keyfobCK")
    }
}

/// The key that opens the secrets. The key slots wrap it.
struct StoreKey: Sendable {
    let bytes: Secret

    var commitment: Secret { subkey(1) }
    var records: Secret { subkey(2) }
    var catalogueKey: Secret { subkey(3) }
    var fingerprints: Secret { subkey(4) }
    var tokens: Secret { subkey(5) }

    private func subkey(_ number: UInt64) -> Secret {
        Sodium.subkey(of: bytes, number, context: "keyfobSK")
    }
}
