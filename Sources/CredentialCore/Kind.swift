/// What the fields of a credential mean.
public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// A user name and a password.
    case password = 1
    /// A token, with or without a user name.
    case token = 2
    /// A cloud access key, from which registry tokens are minted.
    case accessKey = 3
    /// A service account's key file.
    case serviceAccount = 4
    /// An SSH key pair.
    case sshKey = 5
    /// A password for an SSH login.
    case sshPassword = 6
    /// OVH API keys.
    case ovh = 7
    /// A Hetzner API token.
    case hetzner = 8
    /// A Kubernetes client configuration.
    case kubeconfig = 9
    /// Any named secret fields.
    case secret = 10

    /// The name used on the command line and in listings.
    public var name: String {
        switch self {
        case .password: "password"
        case .token: "token"
        case .accessKey: "access-key"
        case .serviceAccount: "service-account"
        case .sshKey: "ssh-key"
        case .sshPassword: "ssh-password"
        case .ovh: "ovh"
        case .hetzner: "hetzner"
        case .kubeconfig: "kubeconfig"
        case .secret: "secret"
        }
    }

    /// The kind of that name, or nil.
    public init?(name: String) {
        guard let kind = Kind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    /// The names of the secret fields; the first is the one a client is given. A `secret` names its
    /// own.
    public var secretFields: [String] {
        switch self {
        case .password, .sshPassword: ["password"]
        case .token: ["token", "refreshToken"]
        case .accessKey: ["secretAccessKey", "sessionToken"]
        case .serviceAccount: ["keyFile"]
        case .sshKey: ["privateKey", "passphrase"]
        case .ovh: ["applicationSecret", "consumerKey"]
        case .hetzner: ["token"]
        case .kubeconfig: ["file"]
        case .secret: []
        }
    }

    /// Whether a client of this protocol can be answered with such a credential.
    public func answers(_ wireProtocol: WireProtocol) -> Bool {
        switch self {
        case .password, .token: true
        case .accessKey, .serviceAccount: wireProtocol == .registry
        default: false
        }
    }

    /// Whether clients are sent the stored secret itself, not a token minted from it.
    public var isSentAsStored: Bool { self != .accessKey }
}
