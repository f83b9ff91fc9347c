import CSecret

/// A window of the service's own that asks its user for something.
final class Prompt {
    /// What it asks for.
    enum Purpose {
        /// A keyring's password.
        case unlocking
        /// A password for a new keyring.
        case creating
        /// A yes.
        case confirming
    }

    /// How it ended.
    enum Ending {
        case answered
        case dismissed
        /// Nobody answered in time.
        case unanswered
        /// Whoever asked is gone.
        case abandoned
        /// The service ended meanwhile.
        case serviceEnded
    }

    private let bus: Bus
    private let path: String
    private let purpose: Purpose
    private let owner: String
    private var subscriptions: [guint] = []
    private var ending: Ending?

    /// A prompt that the service has made, but not shown yet.
    ///
    /// - Parameter owner: the service's unique name.
    init(_ path: String, for purpose: Purpose, of owner: String, on bus: Bus) {
        self.bus = bus
        self.path = path
        self.purpose = purpose
        self.owner = owner
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

    /// Shows the window and waits for its user. A window that nobody answered is taken away, where
    /// the service survives that.
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

    /// Takes the window away. Its user may have answered in the meantime, which then counts.
    private func takeAway(_ cause: Ending) -> Ending {
        let grace = Deadline.grace()
        guard !endsService(until: grace) else { return cause }
        let call = MethodCall.secretService(path, .prompt, "Dismiss")
        // It may have been answered meanwhile, and is gone then.
        _ = try? bus.answer(to: call, until: grace)
        _ = EventLoop.wait(until: grace) { ending != nil }
        return ending == .answered ? .answered : cause
    }

    /// Whether taking the window away would be the end of the service, and lock every keyring.
    ///
    /// gnome-keyring fails an assertion when a window in which it asks for a keyring's password is
    /// dismissed by its caller (seen with 42.1; later versions have the same code). Left alone, the
    /// window still unlocks the keyring for whoever answers it, and later requests wait behind it.
    private func endsService(until deadline: Deadline) -> Bool {
        guard purpose == .unlocking else { return false }
        return (try? bus.owner(of: "org.gnome.keyring", until: deadline)) == owner
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
