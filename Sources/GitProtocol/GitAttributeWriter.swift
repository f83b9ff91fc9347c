import CredentialCore

/// Writes a reply line by line, holding every value to the rules that a request's are held to.
struct GitAttributeWriter {
    let lines = SecretBuffer(capacity: 512)

    func write(_ key: GitKey, _ value: [UInt8]?) throws(CredentialError) {
        guard let value else { return }
        try write(key, Secret(copying: value))
    }

    func write(_ key: GitKey, _ value: Bool) throws(CredentialError) {
        guard value else { return }
        try write(key, [UInt8(ascii: "1")])
    }

    func write(_ key: GitKey, _ value: Secret?) throws(CredentialError) {
        guard let value else { return }
        let name = key.rawValue
        guard name.utf8.count + value.count + 2 <= GitWire.lineLimit else {
            throw CredentialError(
                .limit,
                "git cannot be given this \(name): its line would be longer than "
                    + "\(GitWire.lineLimit) bytes")
        }
        guard value.withBytes(key.permittedBytes.contains) else {
            throw CredentialError(
                .badRequest, "git cannot be given this \(name): it holds a control byte")
        }
        lines.append(Array(name.utf8))
        lines.append(UInt8(ascii: "="))
        lines.append(value)
        lines.append(0x0A)
    }
}
