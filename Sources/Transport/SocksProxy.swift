import CCurl
import Glibc

/// The SOCKS proxy that the environment names for HTTPS, where libcurl looks for it
/// (libcurl-env(3)).
struct SocksProxy {
    private static let variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    private static let defaultPort = 1080

    private let host: String
    private let port: Int

    /// The proxy; nil when none is named, or one of another kind.
    init?() {
        let named = Self.variables.lazy
            .compactMap { name in getenv(name).map { String(cString: $0) } }.first { !$0.isEmpty }
        guard let named, named.lowercased().hasPrefix("socks"),
            let url = try? ParsedURL(named, flags: CURLU_NON_SUPPORT_SCHEME),
            let host = url.part(CURLUPART_HOST)
        else { return nil }
        self.host = host
        port = url.part(CURLUPART_PORT).flatMap { Int($0) } ?? Self.defaultPort
    }

    /// Whether it is what was connected to. What `no_proxy` covers is not, whatever is named.
    func stands(at address: NetworkAddress, _ port: Int) -> Bool {
        guard port == self.port else { return false }
        if let literal = NetworkAddress(host) { return literal == address }
        return NetworkAddress.resolve(host).contains(address)
    }
}
