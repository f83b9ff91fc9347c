/// Names a credential for good, whatever it is called.
public struct CredentialID: Hashable, Sendable, Comparable {
    /// 16 random bytes.
    public let bytes: [UInt8]

    /// An id from its 16 bytes; nil when there are more or fewer.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Hashes the bytes in one call.
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Whether the left id's bytes come first.
    public static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// An id from its ``text``; nil when it is none.
    public init?(text: String) {
        let digits = Array(text.utf8.filter { $0 != Byte.minus })
        guard digits.count == 32, text.utf8.count == 36 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Byte.hexValue(digits[start]),
                let low = Byte.hexValue(digits[start + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// The bytes in hexadecimal, grouped like a UUID (RFC 9562).
    public var text: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(Byte.minus) }
            text.append(Byte.hexDigit(byte >> 4))
            text.append(Byte.hexDigit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// How a credential came to be stored.
public enum Origin: UInt8, Hashable, Sendable, CaseIterable {
    /// By an administrator, with `keyfob`.
    case admin = 1
    /// By a registry client's `store`.
    case docker = 2
    /// By git's `store`.
    case git = 3
    /// By an administrator, from another program's store.
    case imported = 4

    /// The name shown in listings.
    public var name: String {
        switch self {
        case .admin: "admin"
        case .docker: "docker"
        case .git: "git"
        case .imported: "import"
        }
    }

    /// Whether a client stored it. Clients erase only what clients stored.
    public var isLogin: Bool { self == .docker || self == .git }
}

/// Where a credential's secret rests.
public enum StoreKind: UInt8, Hashable, Sendable, CaseIterable {
    /// The sealed file.
    case file = 1
    /// The desktop's Secret Service.
    case secretService = 2

    /// The name used in the configuration and in listings.
    public var name: String { self == .file ? "file" : "secret-service" }
}

/// A named set of secret fields: everything known about it except the secrets themselves.
public struct Credential: Hashable, Sendable {
    /// The id, for good.
    public var id: CredentialID
    /// Raised by one with each change of the secret.
    public var version: UInt64
    /// The unique name, see ``CredentialName``.
    public var name: String
    /// What the fields mean.
    public var kind: Kind
    /// How it came to be stored.
    public var origin: Origin
    /// Where the secret rests.
    public var store: StoreKind
    /// When it was stored first, in seconds since 1970.
    public var createdAt: Int64
    /// The user and program that stored it first.
    public var createdBy: String
    /// When it was last changed, in seconds since 1970.
    public var updatedAt: Int64
    /// The higher, the more recently stored; decides between equals.
    public var currency: UInt64
    /// The user name; nil where the kind needs none, and different from empty.
    public var username: [UInt8]?
    /// An administrator's words.
    public var description = ""
    /// Where the credential applies.
    public var scope = Scope.none
    /// When the secret stops being valid, in seconds since 1970; nil when never or unknown.
    public var expiresAt: Int64?
    /// When it should be replaced, in seconds since 1970.
    public var rotateAfter: Int64?
    /// The HTTP authentication scheme the secret is for, such as `Bearer`, when it is no password.
    public var authtype: [UInt8]?
    /// Where another store keeps the secret.
    public var locator: [UInt8] = []
    /// What a client's copy of the secret that an edit replaced is recognised by.
    public var replacedFingerprint: [UInt8] = []
    /// Settings that are not secret: a role, a region.
    public var settings: [Setting] = []
    /// What the credential is used for.
    public var bindings: [Binding] = []

    /// A named setting.
    public struct Setting: Hashable, Sendable {
        /// The setting's name.
        public var name: String
        /// Its value.
        public var value: String

        /// A setting from its parts.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A credential with what each has; the rest is set afterwards.
    public init(
        id: CredentialID, name: String, kind: Kind, origin: Origin, store: StoreKind,
        createdAt: Int64, createdBy: String
    ) {
        self.id = id
        version = 1
        self.name = name
        self.kind = kind
        self.origin = origin
        self.store = store
        self.createdAt = createdAt
        self.createdBy = createdBy
        updatedAt = createdAt
        currency = 0
    }

    /// The value of a setting, or nil.
    public func setting(_ name: String) -> String? { settings.first { $0.name == name }?.value }

    /// Sets a setting, or takes it away.
    public mutating func set(_ name: String, to value: String?) {
        settings.removeAll { $0.name == name }
        guard let value else { return }
        let place = settings.firstIndex { name < $0.name } ?? settings.endIndex
        settings.insert(Setting(name: name, value: value), at: place)
    }
}
