/// The two families of clients that ask for credentials.
public enum WireProtocol: UInt8, Hashable, Sendable, CaseIterable {
    /// docker, podman, skopeo, helm and the like: the docker-credential-helper protocol.
    case registry = 1
    /// git and what asks like it: the git-credential protocol.
    case git = 2

    /// `registry` or `git`.
    public var name: String { self == .registry ? "registry" : "git" }
}

/// One use of a credential: which clients may get it, and for which addresses.
public struct Binding: Hashable, Sendable {
    /// The clients that may get the credential.
    public var wireProtocol: WireProtocol
    /// The addresses it is for.
    public var pattern: AddressPattern
    /// Until when git gets no answer from this binding, in seconds since 1970; 0 when it may. A 401
    /// suspends an administrator's binding, so that the user can answer meanwhile.
    public var suspendedUntil: Int64

    /// A binding for some clients and addresses.
    public init(
        _ wireProtocol: WireProtocol, _ pattern: AddressPattern, suspendedUntil: Int64 = 0
    ) {
        self.wireProtocol = wireProtocol
        self.pattern = pattern
        self.suspendedUntil = suspendedUntil
    }

    /// Reads `registry:ghcr.io` or `git:https://github.com/acme`.
    ///
    /// - Throws: `badRequest` when the protocol is missing or the rest is no address.
    public init(parsing bytes: [UInt8]) throws(CredentialError) {
        for wireProtocol in WireProtocol.allCases {
            let prefix = Array("\(wireProtocol.name):".utf8)
            if bytes.starts(with: prefix) {
                let address = Array(bytes.dropFirst(prefix.count))
                self.init(wireProtocol, try AddressPattern(address, for: wireProtocol))
                return
            }
        }
        throw CredentialError(
            .badRequest, "`\(Printable.text(bytes.prefix(300)))` names no protocol",
            remedy: "write `registry:HOST` or `git:HOST`")
    }

    /// `registry:ghcr.io`, the form ``init(parsing:)`` reads.
    public var text: String { "\(wireProtocol.name):\(pattern.text)" }
}
