import CSecret

/// One call of a D-Bus method.
struct MethodCall {
    private let destination: String
    private let path: String
    private let interface: String
    private let member: String
    private let arguments: Variant
    private let answer: String

    /// A call with arguments, a tuple, whose answer has the type `answer`, a tuple as well.
    init(
        _ destination: String, _ path: String, _ interface: String, _ member: String,
        _ arguments: Variant, answer: String
    ) {
        self.destination = destination
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
        self.answer = answer
    }

    /// A call of a method that the Secret Service specification names, or the standard one for
    /// properties.
    static func secretService(
        _ path: String, _ interface: Interface, _ member: String, _ arguments: Variant = .tuple(),
        answer: String = "()"
    ) -> MethodCall {
        MethodCall(
            Bus.serviceName, path, interface.rawValue, member, arguments, answer: answer)
    }

    /// Reads all properties of an object, as `a{sv}`.
    static func properties(of path: String, _ interface: Interface) -> MethodCall {
        secretService(
            path, .properties, "GetAll", .tuple(.text(interface.rawValue)), answer: "(a{sv})")
    }

    /// The interfaces of a Secret Service.
    enum Interface: String {
        case service = "org.freedesktop.Secret.Service"
        case collection = "org.freedesktop.Secret.Collection"
        case item = "org.freedesktop.Secret.Item"
        case prompt = "org.freedesktop.Secret.Prompt"
        case properties = "org.freedesktop.DBus.Properties"
    }

    /// The call, to be made by ``Operation``. It starts the service where the session can.
    func start(on bus: Bus) -> Operation.Start {
        { cancellable, callback, data in
            let type = g_variant_type_new(answer)
            defer { g_variant_type_free(type) }
            // Our own deadline comes first; without one here, GLib's would be 25 s.
            g_dbus_connection_call(
                bus.connection, destination, path, interface, member, arguments.pointer, type,
                G_DBUS_CALL_FLAGS_NONE, gint.max, cancellable, callback, data)
        }
    }
}
