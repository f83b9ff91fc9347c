import CCurl
import Glibc

/// Looks at the address that was connected to, before anything is sent there. A name is resolved by
/// whoever owns it, as often as it is asked for: only what is connected to tells where it leads.
final class AddressGuard {
    private let handle: UnsafeMutableRawPointer
    /// The address that was refused.
    private(set) var refused: NetworkAddress?

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    /// The address that was connected to; nil when a proxy stands there in place of the host.
    static func address(_ handle: UnsafeMutableRawPointer) -> NetworkAddress? {
        var text: UnsafeMutablePointer<CChar>?
        guard ccurl_get_text(handle, CURLINFO_PRIMARY_IP, &text) == CURLE_OK, let text,
            let address = NetworkAddress(String(cString: text)),
            !isProxied(handle, address, ccurl_get_number(handle, CURLINFO_PRIMARY_PORT))
        else { return nil }
        return address
    }

    /// Judges the address (CURLOPT_PREREQFUNCTION(3)).
    static let judge: curl_prereq_callback = { this, address, _, port, _ in
        guard let this, let address else { return CURL_PREREQFUNC_ABORT }
        let own = Unmanaged<AddressGuard>.fromOpaque(this).takeUnretainedValue()
        guard let address = NetworkAddress(String(cString: address)), !address.isPublic,
            !isProxied(own.handle, address, Int(port))
        else { return CURL_PREREQFUNC_OK }
        own.refused = address
        return CURL_PREREQFUNC_ABORT
    }

    /// Only HTTPS goes over a proxy, so one of HTTP's was asked for a tunnel; one of SOCKS leaves
    /// no other trace than that it is what was connected to.
    private static func isProxied(
        _ handle: UnsafeMutableRawPointer, _ address: NetworkAddress, _ port: Int
    ) -> Bool {
        ccurl_get_number(handle, CURLINFO_HTTP_CONNECTCODE) != 0
            || SocksProxy()?.stands(at: address, port) ?? false
    }
}
