import CredentialCore

/// A credential with one binding, as a row of a table writes it.
struct Stored: Sendable {
    var name: String
    var binding: String
    var origin = Origin.admin
    var kind = Kind.password
    var username: String? = "robot"
    var authtype: String?
    var scope = ""
    var currency: UInt64 = 1
    var expiresAt: Int64?
    var suspendedUntil: Int64 = 0

    init(
        _ name: String, _ binding: String, origin: Origin = .admin, kind: Kind = .password,
        username: String? = "robot", authtype: String? = nil, scope: String = "",
        currency: UInt64 = 1, expiresAt: Int64? = nil, suspendedUntil: Int64 = 0
    ) {
        self.name = name
        self.binding = binding
        self.origin = origin
        self.kind = kind
        self.username = username
        self.authtype = authtype
        self.scope = scope
        self.currency = currency
        self.expiresAt = expiresAt
        self.suspendedUntil = suspendedUntil
    }

    func candidate() throws -> Candidate {
        var binding = try Binding(parsing: Array(binding.utf8))
        binding.suspendedUntil = suspendedUntil
        return Candidate(
            id: try id(of: name), version: 1, name: name, kind: kind, origin: origin, store: .file,
            currency: currency, username: username.map { Array($0.utf8) },
            authtype: authtype.map { Array($0.utf8) }, scope: try Scope(scope.utf8),
            expiresAt: expiresAt, locator: [], binding: binding)
    }
}

/// The id of the credential of that name.
func id(of name: String) throws -> CredentialID {
    guard let id = CredentialID(Array((Array(name.utf8) + Array(repeating: 0, count: 16))[..<16]))
    else { throw CredentialError(.badRequest, "no id for \(name)") }
    return id
}

/// What a client asks, as a row of a table writes it: `git:github.com/acme`.
struct Ask: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    static let now: Int64 = 1_800_000_000

    var text: String
    var username: String?
    var scope = ""
    var now = Self.now

    init(_ text: String, as username: String? = nil, in scope: String = "", now: Int64 = Self.now) {
        self.text = text
        self.username = username
        self.scope = scope
        self.now = now
    }

    init(stringLiteral text: String) { self.init(text) }

    var description: String {
        text + (username.map { " as \($0)" } ?? "") + (scope.isEmpty ? "" : " in \(scope)")
    }

    var wireProtocol: WireProtocol { text.hasPrefix("git:") ? .git : .registry }

    /// What a client would send.
    var bytes: [UInt8] { Array(text.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst()) }

    func address() throws -> Address {
        wireProtocol == .git ? try Address(git: bytes) : try Address(registry: bytes)
    }

    func query() throws -> Query {
        Query(
            wireProtocol, try address(), scope: try Scope(scope.utf8),
            username: username.map { Array($0.utf8) }, now: now)
    }

    /// The name of the credential that answers, `suspended` and the name when it may not, or nil.
    func winner(among candidates: [Candidate]) throws -> String? {
        switch Resolver.resolve(try query(), among: candidates) {
        case .answer(let candidate): candidate.name
        case .suspended(let candidate): "suspended \(candidate.name)"
        case .nothing: nil
        }
    }
}
