import CDBus
import CDBusStandIns
import CredentialCore
import Glibc
import SecretService

/// A connection of our own to the message bus, with one deadline for everything done over it.
///
/// Messages are taken from libdbus' queue one by one, and never dispatched: there is nobody here
/// to be called back, and libdbus' own waiting starts its time anew with every call.
final class BusConnection {
    private let connection: OpaquePointer
    private let deadline: Deadline
    /// The number of our `Hello`, until it is answered.
    private var hello: UInt32?
    /// Replies that nobody has asked for yet. There are never more than two.
    private var kept: [Reply] = []

    /// Connects, and introduces itself to the bus.
    ///
    /// - Throws: `noConnection`, `foreignBus`, or `noAnswer` from `SecretServiceFailure`.
    init(_ bus: SessionBus, _ deadline: Deadline) throws(CredentialError) {
        self.deadline = deadline
        connection = try Self.connect(bus, deadline)
        dbus_connection_set_exit_on_disconnect(connection, 0)
        dbus_connection_set_max_message_size(connection, Self.longestMessage)
        try checkOwner()
        try introduce()
    }

    deinit {
        dbus_connection_close(connection)
        dbus_connection_unref(connection)
        mallopt(M_PERTURB, 0)
    }

    /// From now on, what libdbus frees is overwritten: its receive buffer, which is out of our
    /// reach, is about to hold a secret.
    func expectSecrets() {
        mallopt(M_PERTURB, 0xFF)
    }

    /// Sends a call.
    ///
    /// - Returns: the serial number that its reply will carry.
    func send(_ call: borrowing MethodCall) throws(CredentialError) -> UInt32 {
        var serial: UInt32 = 0
        guard dbus_connection_send(connection, call.message, &serial) != 0 else {
            throw MethodCall.outOfMemory
        }
        return serial
    }

    /// Waits for the reply to a call that was sent. Others that come meanwhile are kept.
    ///
    /// - Throws: `noAnswer` at the deadline, `ended` when the bus closes the connection.
    func reply(to serial: UInt32) throws(CredentialError) -> Reply {
        while true {
            while let message = dbus_connection_pop_message(connection) {
                let reply = Reply(message)
                guard let answered = reply.serial else { continue }
                if answered == hello { try takeName(from: reply) } else { kept.append(reply) }
            }
            if let place = kept.firstIndex(where: { $0.serial == serial }) {
                return kept.remove(at: place)
            }
            guard dbus_connection_get_is_connected(connection) != 0 else {
                throw hello == nil ? SecretServiceFailure.ended : refusedByBus
            }
            guard !deadline.hasPassed else {
                throw SecretServiceFailure.noAnswer(milliseconds: deadline.milliseconds)
            }
            _ = dbus_connection_read_write(connection, deadline.remaining)
        }
    }

    /// Sends a call and waits for its reply.
    func reply(to call: borrowing MethodCall) throws(CredentialError) -> Reply {
        try reply(to: send(call))
    }

    /// The longest message taken, in bytes: far above every item, far below the bus' own 128 MiB.
    private static let longestMessage = 16 << 20

    private static func connect(
        _ bus: SessionBus, _ deadline: Deadline
    ) throws(CredentialError) -> OpaquePointer {
        // libdbus would ignore SIGPIPE for the whole process and every program it starts. It sends
        // with MSG_NOSIGNAL, and has no need to.
        dbus_connection_set_change_sigpipe(0)
        var error = DBusError()
        dbus_error_init(&error)
        defer { dbus_error_free(&error) }
        let opened = ConnectTimer.interrupting(after: deadline) {
            dbus_connection_open_private(bus.address, &error)
        }
        if let opened { return opened }
        guard !deadline.hasPassed else {
            throw SecretServiceFailure.noAnswer(milliseconds: deadline.milliseconds)
        }
        // Some of libdbus' messages end in a line feed.
        let reason = error.message.map { String(cString: $0).split(separator: "\n").joined() }
        throw SecretServiceFailure.noConnection(Printable.text(reason ?? "no reason given"))
    }

    /// Only the user's own bus, or one that root runs, is told what we look for.
    private func checkOwner() throws(CredentialError) {
        var descriptor: Int32 = -1
        // `struct ucred` of unix(7): process, user, group.
        var credentials: (process: Int32, user: UInt32, group: UInt32) = (0, .max, .max)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard dbus_connection_get_socket(connection, &descriptor) != 0,
            getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0
        else { throw SecretServiceFailure.noConnection("its owner cannot be found out") }
        guard credentials.user == getuid() || credentials.user == 0 else {
            throw SecretServiceFailure.foreignBus(owner: credentials.user)
        }
    }

    /// The bus wants to hear `Hello` before anything else; what is said next need not wait for the
    /// answer. libdbus' own registration would, and for 25 s where the bus hangs.
    private func introduce() throws(CredentialError) {
        hello = try send(
            MethodCall(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "Hello"))
    }

    private func takeName(from reply: Reply) throws(CredentialError) {
        if let error = reply.error {
            throw SecretServiceFailure.noConnection(error.text)
        }
        guard var body = reply.body(signature: "s"), let name = body.readString(),
            dbus_bus_set_unique_name(connection, name) != 0
        else { throw SecretServiceFailure.noConnection("it gave no name to this program") }
        hello = nil
    }

    private var refusedByBus: CredentialError {
        let isAccepted = dbus_connection_get_is_authenticated(connection) != 0
        return SecretServiceFailure.noConnection(
            isAccepted ? "it closed the connection" : "it does not let this program log in")
    }
}
