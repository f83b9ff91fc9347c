import CSecret
import CredentialCore
import SecretService

/// Why a call brought no answer.
enum CallFailure: Error {
    /// Its time was over.
    case late
    /// Whoever asked is gone.
    case abandoned
    /// It was refused, by the service, the bus or libsecret.
    case refused(Refusal)

    /// An error of GLib's.
    struct Refusal {
        /// The error's D-Bus name, such as `org.freedesktop.DBus.Error.NoReply`.
        private let name: String?
        private let domain: GQuark
        private let code: UInt32
        /// What it says, without the D-Bus name that GLib puts before it, and printable.
        let message: String

        /// Takes over an error.
        init(_ error: UnsafeMutablePointer<GError>) {
            let remote = g_dbus_error_get_remote_error(error)
            defer { g_free(remote) }
            name = remote.map { String(cString: $0) }
            g_dbus_error_strip_remote_error(error)
            domain = error.pointee.domain
            code = UInt32(bitPattern: error.pointee.code)
            message = Printable.text(String(String(cString: error.pointee.message).prefix(300)))
            g_error_free(error)
        }

        /// Whether nobody has the name asked about.
        var isNoOwner: Bool { isDBus(G_DBUS_ERROR_NAME_HAS_NO_OWNER) }

        fileprivate func isDBus(_ codes: GDBusError...) -> Bool {
            domain == g_dbus_error_quark() && codes.contains { $0.rawValue == code }
        }

        fileprivate func isIO(_ codes: GIOErrorEnum...) -> Bool {
            domain == g_io_error_quark() && codes.contains { $0.rawValue == code }
        }

        /// The service's own errors come by name, or from libsecret, which then keeps no name.
        fileprivate func isSecret(_ error: SecretError, _ errorName: String) -> Bool {
            name == "org.freedesktop.Secret.Error.\(errorName)"
                || (domain == secret_error_get_quark() && code == error.rawValue)
        }
    }

    /// Whether there is no such object, and only that. Services differ in how they say it.
    var isNoSuchObject: Bool {
        guard case .refused(let refusal) = self else { return false }
        return refusal.isSecret(SECRET_ERROR_NO_SUCH_OBJECT, "NoSuchObject")
            || refusal.isDBus(
                G_DBUS_ERROR_UNKNOWN_OBJECT, G_DBUS_ERROR_UNKNOWN_METHOD,
                G_DBUS_ERROR_UNKNOWN_INTERFACE)
    }

    /// What the user is told.
    ///
    /// - Parameter action: what was asked for, after "cannot".
    func error(_ action: String) -> CredentialError {
        switch self {
        case .late:
            return SecretServiceFailure.noAnswer(milliseconds: Deadline.answerMilliseconds)
        case .abandoned:
            return SecretServiceFailure.refused(action, "nobody waits for it any more")
        case .refused(let refusal):
            return Self.error(action, refusal)
        }
    }

    private static func error(_ action: String, _ refusal: Refusal) -> CredentialError {
        if refusal.isSecret(SECRET_ERROR_IS_LOCKED, "IsLocked") {
            return SecretServiceFailure.locked
        }
        if refusal.isDBus(
            G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER,
            G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND)
        {
            return SecretServiceFailure.noService
        }
        // `NoReply` is the bus' word for a callee that left; GLib has another for one that is slow.
        if refusal.isDBus(G_DBUS_ERROR_NO_REPLY, G_DBUS_ERROR_DISCONNECTED)
            || refusal.isIO(G_IO_ERROR_CLOSED, G_IO_ERROR_BROKEN_PIPE)
        {
            return SecretServiceFailure.ended
        }
        if refusal.isIO(G_IO_ERROR_TIMED_OUT)
            || refusal.isDBus(G_DBUS_ERROR_TIMEOUT, G_DBUS_ERROR_TIMED_OUT)
        {
            return CallFailure.late.error(action)
        }
        return SecretServiceFailure.refused(action, refusal.message)
    }
}
