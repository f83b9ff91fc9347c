import CSecret
import Glibc

/// Waiting, on GLib's main context, which nothing else in the program runs: every callback comes
/// while somebody waits here, and on the one thread there is.
enum EventLoop {
    /// Why a wait was over.
    enum Ending {
        /// What was waited for is there.
        case done
        /// The time was over.
        case late
        /// Whoever asked is gone: the other end of standard input is closed.
        case abandoned
    }

    /// Waits until something is done, which callbacks do.
    static func wait(until deadline: Deadline, _ isDone: () -> Bool) -> Ending {
        if isDone() { return .done }
        let timer = Watch { data in
            g_timeout_add(deadline.remaining, { Watch.raise($0) }, data)
        }
        let channel = g_io_channel_unix_new(STDIN_FILENO)
        defer { g_io_channel_unref(channel) }
        let hangup = Watch { data in
            let conditions = GIOCondition(G_IO_HUP.rawValue | G_IO_ERR.rawValue)
            return g_io_add_watch(channel, conditions, { _, _, data in Watch.raise(data) }, data)
        }
        while true {
            g_main_context_iteration(nil, gboolean(1))
            if isDone() { return .done }
            if hangup.isRaised && deadline.endsWithChannel { return .abandoned }
            if timer.isRaised { return .late }
        }
    }
}

/// A source of GLib's that fires once.
private final class Watch {
    private(set) var isRaised = false
    private var source: guint = 0

    init(_ add: (gpointer) -> guint) {
        source = add(Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        // A source that fired has removed itself.
        if !isRaised { g_source_remove(source) }
    }

    /// What the source calls with its watch. Returns that the source is not needed any more.
    static func raise(_ watch: gpointer?) -> gboolean {
        if let watch { Unmanaged<Watch>.fromOpaque(watch).takeUnretainedValue().isRaised = true }
        return 0
    }
}
