import CSecret

/// A window of the service's own that asks its user for something.
final class Prompt {
    /// How it ended.
    enum Ending {
        case answered
        case dismissed
        /// Nobody answered in time; it was taken away.
        case unanswered
        /// Whoever asked is gone; it was taken away.
        case abandoned
        /// The service ended meanwhile.
        case serviceEnded
    }

    /// How long the service may take to take a window away, in milliseconds.
    private static let graceMilliseconds = 2000
    private let bus: Bus
    private let path: String
    private var subscriptions: [guint] = []
    private var ending: Ending?

    /// A prompt that the service has made, but not shown yet.
    ///
    /// - Parameter owner: the service's unique name.
    init(_ path: String, of owner: String, on bus: Bus) {
        self.bus = bus
        self.path = path
        subscribe(
            to: "Completed", of: MethodCall.Interface.prompt.rawValue, by: owner, at: path,
            about: nil
        ) { _, _, _, _, _, arguments, prompt in Prompt.complete(prompt, arguments) }
        subscribe(
            to: "NameOwnerChanged", of: "org.freedesktop.DBus", by: "org.freedesktop.DBus",
            at: "/org/freedesktop/DBus", about: owner
        ) { _, _, _, _, _, _, prompt in Prompt.end(prompt, .serviceEnded) }
    }

    deinit {
        for subscription in subscriptions {
            g_dbus_connection_signal_unsubscribe(bus.connection, subscription)
        }
    }

    /// Shows the window and waits for its user. However it ends, the window is gone afterwards, as
    /// far as the service does what it is told.
    func run(until deadline: Deadline) throws(CallFailure) -> Ending {
        let call = MethodCall.secretService(path, .prompt, "Prompt", .tuple(.text("")))
        do throws(CallFailure) {
            _ = try bus.answer(to: call, until: deadline)
        } catch .late {
            return takeAway(.unanswered)
        } catch .abandoned {
            return takeAway(.abandoned)
        }
        switch EventLoop.wait(until: deadline, { ending != nil }) {
        case .done: return ending ?? .dismissed
        case .late: return takeAway(.unanswered)
        case .abandoned: return takeAway(.abandoned)
        }
    }

    /// Takes the window away, or what would become one.
    func dismiss() {
        let call = MethodCall.secretService(path, .prompt, "Dismiss")
        // It may have been answered meanwhile, and is gone then.
        _ = try? bus.answer(to: call, until: Deadline(milliseconds: Self.graceMilliseconds))
    }

    /// Takes the window away. A person may have answered in the meantime, which then counts.
    private func takeAway(_ cause: Ending) -> Ending {
        dismiss()
        let grace = Deadline(milliseconds: Self.graceMilliseconds)
        _ = EventLoop.wait(until: grace) { ending != nil }
        return ending == .answered ? .answered : cause
    }

    private func subscribe(
        to signal: String, of interface: String, by sender: String, at path: String,
        about argument: String?, _ callback: @escaping GDBusSignalCallback
    ) {
        subscriptions.append(
            g_dbus_connection_signal_subscribe(
                bus.connection, sender, interface, signal, path, argument,
                G_DBUS_SIGNAL_FLAGS_NONE, callback, Unmanaged.passUnretained(self).toOpaque(), nil))
    }

    private static func complete(_ prompt: gpointer?, _ arguments: OpaquePointer?) {
        guard let arguments, String(cString: g_variant_get_type_string(arguments)) == "(bv)" else {
            return end(prompt, .dismissed)
        }
        let isDismissed = Variant(owned: g_variant_get_child_value(arguments, 0)).isTrue
        end(prompt, isDismissed ? .dismissed : .answered)
    }

    private static func end(_ prompt: gpointer?, _ ending: Ending) {
        guard let prompt else { return }
        let receiver = Unmanaged<Prompt>.fromOpaque(prompt).takeUnretainedValue()
        if receiver.ending == nil { receiver.ending = ending }
    }
}
