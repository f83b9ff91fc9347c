import CredentialCore

/// The fields of a query (`application/x-www-form-urlencoded`), one of which is secret.
struct FormFields {
    private var values: [[UInt8]: [Secret]] = [:]

    /// Reads a query.
    ///
    /// - Returns: nil when it is none.
    init?(_ query: Slice<UnsafeRawBufferPointer>) {
        for field in FormText.fields(of: query) {
            guard let field else { return nil }
            values[field.name.withBytes { Array($0) }, default: []].append(field.value)
        }
    }

    /// Whether there is a field of that name.
    func contains(_ name: String) -> Bool { values[Array(name.utf8)] != nil }

    /// The value of a field; nil when it is missing, or there more than once: nobody knows which of
    /// them another reader would take (RFC 6749, 3.1).
    func single(_ name: String) -> Secret? {
        values[Array(name.utf8)].flatMap { $0.count == 1 ? $0[0] : nil }
    }
}
