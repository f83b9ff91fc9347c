public import CredentialCore

/// A body that is a form: `application/x-www-form-urlencoded`.
public struct FormBody {
    private let buffer = SecretBuffer()

    /// An empty form.
    public init() {}

    /// Adds a field that is not secret, if there is a value.
    public func add(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        add(name, Secret(copying: Array(text.utf8)))
    }

    /// Adds a field.
    public func add(_ name: StaticString, _ value: Secret) {
        if buffer.count > 0 { buffer.append("&") }
        buffer.append(name)
        buffer.append("=")
        value.withBytes { PercentEncoding.encode($0, buffer.append) }
    }

    /// What was added.
    public var secret: Secret { Secret(buffer) }
}
