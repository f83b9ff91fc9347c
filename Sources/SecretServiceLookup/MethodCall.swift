import CDBus
import CredentialCore

/// A method call that is being put together.
///
/// libdbus aborts the process over a text or path that is none. What comes from outside is checked
/// with ``isText(_:)`` and ``isObjectPath(_:)`` before.
struct MethodCall: ~Copyable {
    let message: OpaquePointer

    /// A call without arguments.
    init(
        _ destination: String, _ path: String, _ interface: String, _ member: String
    ) throws(CredentialError) {
        let made = dbus_message_new_method_call(destination, path, interface, member)
        guard let made else { throw Self.outOfMemory }
        message = made
    }

    deinit {
        dbus_message_unref(message)
    }

    /// Adds arguments, in order.
    func append(_ body: (inout MessageWriter) -> Void) throws(CredentialError) {
        var writer = MessageWriter(appendingTo: message)
        body(&writer)
        guard writer.hasRoom else { throw Self.outOfMemory }
    }

    /// Whether it can be sent as a string.
    static func isText(_ text: String) -> Bool {
        !text.utf8.contains(0) && dbus_validate_utf8(text, nil) != 0
    }

    /// Whether it can be sent as an object path.
    static func isObjectPath(_ path: String) -> Bool {
        !path.utf8.contains(0) && dbus_validate_path(path, nil) != 0
    }

    static let outOfMemory = CredentialError(
        .system, "there is no memory left for a message to the session bus")
}

/// Adds arguments to a message, or elements to a container in it.
struct MessageWriter {
    private var iterator = DBusMessageIter()
    /// False once libdbus ran out of memory. The message is then of no use.
    private(set) var hasRoom = true

    init(appendingTo message: OpaquePointer) {
        dbus_message_iter_init_append(message, &iterator)
    }

    private init() {}

    mutating func append(string: String) {
        append(string, TypeCode.string)
    }

    mutating func append(objectPath: String) {
        append(objectPath, TypeCode.objectPath)
    }

    /// Adds an array, a dictionary's entry, or a variant, with what `body` adds to it.
    ///
    /// - Parameter signature: of an array's elements or a variant's content, else nil.
    mutating func append(
        _ type: Int32, of signature: String?, _ body: (inout MessageWriter) -> Void
    ) {
        guard hasRoom else { return }
        var inner = MessageWriter()
        hasRoom =
            dbus_message_iter_open_container(&iterator, type, signature, &inner.iterator) != 0
        guard hasRoom else { return }
        body(&inner)
        hasRoom = inner.hasRoom
        if hasRoom {
            hasRoom = dbus_message_iter_close_container(&iterator, &inner.iterator) != 0
        } else {
            dbus_message_iter_abandon_container(&iterator, &inner.iterator)
        }
    }

    private mutating func append(_ text: String, _ type: Int32) {
        guard hasRoom else { return }
        hasRoom =
            text.withCString { start in
                withUnsafePointer(to: start) { dbus_message_iter_append_basic(&iterator, type, $0) }
            } != 0
    }
}
