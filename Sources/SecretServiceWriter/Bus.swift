import CSecret
import CredentialCore
import Glibc
import SecretService

/// The connection to the session bus.
final class Bus {
    /// The name that every Secret Service goes by.
    static let serviceName = "org.freedesktop.secrets"
    private static let ownName = "org.freedesktop.DBus"
    let connection: OpaquePointer

    /// Connects to the bus that the environment variable `DBUS_SESSION_BUS_ADDRESS` names, and
    /// checks that it is the user's own, or root's.
    init(until deadline: Deadline) throws(CredentialError) {
        let pointer: OpaquePointer?
        do throws(CallFailure) {
            pointer = try Operation.run(
                until: deadline,
                { cancellable, callback, data in
                    g_bus_get(G_BUS_TYPE_SESSION, cancellable, callback, data)
                }, finish: { g_bus_get_finish($0, $1) })
        } catch .refused(let refusal) {
            throw SecretServiceFailure.noConnection(refusal.message)
        } catch {
            throw error.error("be asked")
        }
        guard let pointer else { throw SecretServiceFailure.noConnection("no reason given") }
        connection = pointer
        // GLib would end the program when the bus goes away.
        g_dbus_connection_set_exit_on_close(connection, 0)
        guard let owner = peer() else {
            throw SecretServiceFailure.noConnection("it does not say whose it is")
        }
        guard owner == getuid() || owner == 0 else {
            throw SecretServiceFailure.foreignBus(owner: owner)
        }
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(connection))
    }

    /// Whether the bus has gone away.
    var isClosed: Bool { g_dbus_connection_is_closed(connection) != 0 }

    /// The user whom the other end runs as, by the kernel's word.
    private func peer() -> uid_t? {
        guard let stream = g_dbus_connection_get_stream(connection) else { return nil }
        let socketType = g_socket_connection_get_type()
        guard g_type_check_instance_is_a(Self.instance(stream), socketType) != 0 else { return nil }
        let socket = UnsafeMutableRawPointer(stream).assumingMemoryBound(
            to: GSocketConnection.self)
        guard
            let credentials = g_socket_get_credentials(g_socket_connection_get_socket(socket), nil)
        else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(credentials)) }
        let user = g_credentials_get_unix_user(credentials, nil)
        return user == uid_t.max ? nil : user
    }

    private static func instance(
        _ object: UnsafeMutablePointer<GIOStream>
    ) -> UnsafeMutablePointer<GTypeInstance> {
        UnsafeMutableRawPointer(object).assumingMemoryBound(to: GTypeInstance.self)
    }

    /// Who has a name, by unique name; nil when nobody does, yet.
    func owner(of name: String, until deadline: Deadline) throws(CallFailure) -> String? {
        let call = MethodCall(
            Self.ownName, "/org/freedesktop/DBus", Self.ownName, "GetNameOwner",
            .tuple(.text(name)), answer: "(s)")
        do throws(CallFailure) {
            return try answer(to: call, until: deadline).members[0].text
        } catch .refused(let refusal) where refusal.isNoOwner {
            return nil
        }
    }

    /// Makes a call and waits for its answer, a tuple.
    func answer(to call: MethodCall, until deadline: Deadline) throws(CallFailure) -> Variant {
        try answer(try Operation.run(all: [call.start(on: self)], until: deadline)[0])
    }

    /// Makes calls, some at a time, and waits for the answers to all of them, in order.
    func answers(
        to calls: [MethodCall], until deadline: Deadline
    ) throws(CallFailure) -> [Result<Variant, CallFailure>] {
        var answers: [Result<Variant, CallFailure>] = []
        // A bus limits how many answers a program may wait for.
        let atOnce = 64
        for first in stride(from: 0, to: calls.count, by: atOnce) {
            let starts = calls[first..<min(first + atOnce, calls.count)].map { $0.start(on: self) }
            for completion in try Operation.run(all: starts, until: deadline) {
                answers.append(Result { () throws(CallFailure) in try answer(completion) })
            }
        }
        return answers
    }

    private func answer(
        _ completion: Operation.Completion
    ) throws(CallFailure) -> Variant {
        let pointer = try completion.finish { g_dbus_connection_call_finish(connection, $0, $1) }
        guard let pointer else { throw .abandoned }
        return Variant(owned: pointer)
    }
}
