/// The secret fields of a credential, by name, in the order the kind lists them.
public struct SecretFields: Sendable {
    /// A named secret.
    public struct Field: Sendable {
        /// The field's name, such as `password`.
        public let name: String
        /// The secret.
        public let value: Secret
    }

    /// The fields in order.
    public private(set) var fields: [Field] = []

    /// No fields.
    public init() {}

    /// The one field a client is given, for kinds that have one.
    public init(_ kind: Kind, primary: Secret) {
        self.init()
        self[kind.secretFields.first ?? "secret"] = primary
    }

    /// The secret of that name. Setting nil removes the field; a new one goes to the end.
    public subscript(name: String) -> Secret? {
        get { fields.first { $0.name == name }?.value }
        set {
            let place = fields.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): fields[place] = Field(name: name, value: value)
            case (let place?, nil): fields.remove(at: place)
            case (nil, let value?): fields.append(Field(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The field a client is given: the first.
    public var primary: Secret? { fields.first?.value }

    /// Whether both hold the same fields with the same bytes.
    public func matches(_ other: SecretFields) -> Bool {
        fields.count == other.fields.count
            && fields.allSatisfy { field in other[field.name]?.matches(field.value) ?? false }
    }
}
