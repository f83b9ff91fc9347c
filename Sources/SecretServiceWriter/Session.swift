import CSecret
import CredentialCore
import SecretService

/// A session of libsecret's, in which secrets are encrypted with a key of its own (Diffie-Hellman).
final class Session {
    /// The service's unique name.
    let owner: String
    /// The bus that it goes over, and without which it is nothing.
    let bus: Bus
    /// libsecret's view of the service.
    let service: Reference<SecretService>

    /// Opens one. It is not libsecret's shared one, which could not be dropped.
    ///
    /// - Throws: `unreachable`, also when the service would not encrypt.
    init(on bus: Bus, until deadline: Deadline) throws(CredentialError) {
        self.bus = bus
        let opened: UnsafeMutablePointer<SecretService>?
        do throws(CallFailure) {
            opened = try Operation.run(
                until: deadline,
                { cancellable, callback, data in
                    secret_service_open(
                        secret_service_get_type(), Bus.serviceName, SECRET_SERVICE_OPEN_SESSION,
                        cancellable, callback, data)
                }, finish: { secret_service_open_finish($0, $1) })
        } catch {
            throw error.error("open a session")
        }
        guard let opened else { throw SecretServiceFailure.noService }
        service = Reference(owned: opened)
        let proxy = service.as(GDBusProxy.self)
        guard let name = g_dbus_proxy_get_name_owner(proxy) else {
            throw SecretServiceFailure.noService
        }
        defer { g_free(name) }
        owner = String(cString: name)
        // libsecret makes do with a plain one where the service knows no other.
        let algorithms = secret_service_get_session_algorithms(opened).map { String(cString: $0) }
        guard let algorithms, algorithms.hasPrefix("dh-") else {
            throw SecretServiceFailure.refused(
                "carry secrets", "it does not encrypt them on the way")
        }
    }
}
