public import Configuration
import CredentialCore
public import HostAccess
import Hosts

extension HostPlace {
    /// How long a host may take to say what it is, in seconds.
    private static let patience = 5

    /// The place with what the host says of itself, where nothing else tells what runs there: which
    /// page its tokens are made on and which of its pages are asked depend on it. One that does not
    /// say remains a git host like any other.
    public func recognized(_ configuration: Configuration) -> HostPlace {
        guard wireProtocol == .git, challenges.isEmpty,
            configuration.prompt.provider(at: address) == nil,
            CodeHost(at: address, provider: nil) == .generic,
            case .challenges(let challenges)? =
                try? HostDesk(seconds: Self.patience).ask(.recognize(self))
        else { return self }
        return HostPlace(wireProtocol, address, challenges: challenges)
    }
}
