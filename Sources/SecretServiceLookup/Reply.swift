import CDBus
import Glibc

/// A message from the bus. Secrets in it are wiped when it goes.
final class Reply {
    private let message: OpaquePointer

    /// Takes over a message.
    init(_ message: OpaquePointer) {
        self.message = message
    }

    deinit {
        wipeSecrets()
        dbus_message_unref(message)
    }

    /// The number of the call that this answers; nil when it answers none.
    var serial: UInt32? {
        let type = dbus_message_get_type(message)
        guard type == DBUS_MESSAGE_TYPE_METHOD_RETURN || type == DBUS_MESSAGE_TYPE_ERROR else {
            return nil
        }
        return dbus_message_get_reply_serial(message)
    }

    /// Who answered: the unique name of a connection to the bus.
    var sender: String? {
        dbus_message_get_sender(message).map { String(cString: $0) }
    }

    /// The refusal that this is; nil when it is none.
    var error: ErrorReply? {
        guard dbus_message_get_type(message) == DBUS_MESSAGE_TYPE_ERROR,
            let name = dbus_message_get_error_name(message)
        else { return nil }
        var body = MessageReader(message, of: self)
        return ErrorReply(name: String(cString: name), message: body?.readString())
    }

    /// The arguments, if they are of exactly these types; else nil. libdbus has checked that the
    /// message is what its signature says, so that only a variant can still hold a surprise.
    func body(signature: String) -> MessageReader? {
        isAnswer(signature) ? MessageReader(message, of: self) : nil
    }

    private func isAnswer(_ signature: String) -> Bool {
        dbus_message_get_type(message) == DBUS_MESSAGE_TYPE_METHOD_RETURN
            && dbus_message_has_signature(message, signature) != 0
    }

    /// libdbus keeps messages in ordinary memory, and reuses it as it is.
    private func wipeSecrets() {
        guard isAnswer(SecretsReply.signature), let body = MessageReader(message, of: nil) else {
            return
        }
        SecretsReply.forEachSecret(in: body) { _, value in
            guard let start = value.baseAddress else { return }
            explicit_bzero(UnsafeMutableRawPointer(mutating: start), value.count)
        }
    }
}
