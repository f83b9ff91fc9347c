import CredentialCore

/// The body of a request in the Query protocol: `application/x-www-form-urlencoded`.
struct FormBody {
    private let buffer = SecretBuffer()

    /// Adds a field that is not secret, if there is a value.
    func add(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        add(name, Secret(copying: Array(text.utf8)))
    }

    /// Adds a field.
    func add(_ name: StaticString, _ value: Secret) {
        if buffer.count > 0 { buffer.append("&") }
        buffer.append(name)
        buffer.append("=")
        value.withBytes { PercentEncoding.encode($0, buffer.append) }
    }

    /// What was added.
    var secret: Secret { Secret(buffer) }
}
