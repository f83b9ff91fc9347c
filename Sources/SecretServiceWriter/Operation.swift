import CSecret

/// Asynchronous calls of GLib's kind, waited for.
enum Operation {
    /// Starts a call, to be given what every such call takes last.
    typealias Start = (UnsafeMutablePointer<GCancellable>?, GAsyncReadyCallback?, gpointer) -> Void
    /// Where a call puts its error.
    typealias ErrorPlace = UnsafeMutablePointer<UnsafeMutablePointer<GError>?>

    /// Makes a call and finishes it.
    ///
    /// - Parameter finish: the call's own `…_finish`.
    static func run<Value>(
        until deadline: Deadline, _ start: @escaping Start,
        finish: (OpaquePointer, ErrorPlace) -> Value
    ) throws(CallFailure) -> Value {
        try run(all: [start], until: deadline)[0].finish(finish)
    }

    /// Makes several calls at once and waits for all of them.
    static func run(
        all starts: [Start], until deadline: Deadline
    ) throws(CallFailure) -> [Completion] {
        let cancellable = g_cancellable_new()
        defer { g_object_unref(cancellable) }
        let completions = starts.map { start in
            let completion = Completion()
            // The callback comes in any case, and may come after the wait was given up.
            let data = Unmanaged.passRetained(completion).toOpaque()
            start(
                cancellable,
                { _, result, data in
                    guard let result, let data else { return }
                    Unmanaged<Completion>.fromOpaque(data).takeRetainedValue().take(result)
                }, data)
            return completion
        }
        let areDone = { completions.allSatisfy(\.isDone) }
        let ending = EventLoop.wait(until: deadline, areDone)
        guard ending != .done else { return completions }
        g_cancellable_cancel(cancellable)
        // A cancelled call of GLib's says so at once.
        _ = EventLoop.wait(until: .grace(), areDone)
        throw ending == .late ? .late : .abandoned
    }

    /// The result of a call, once it is there.
    final class Completion {
        private var result: OpaquePointer?

        fileprivate init() {}

        deinit {
            if let result { g_object_unref(UnsafeMutableRawPointer(result)) }
        }

        fileprivate var isDone: Bool { result != nil }

        fileprivate func take(_ result: OpaquePointer) {
            g_object_ref(UnsafeMutableRawPointer(result))
            self.result = result
        }

        /// Asks for the value, by the call's own `…_finish`.
        func finish<Value>(
            _ finish: (OpaquePointer, ErrorPlace) -> Value
        ) throws(CallFailure) -> Value {
            guard let result else { throw .abandoned }
            var error: UnsafeMutablePointer<GError>?
            let value = finish(result, &error)
            if let error { throw .refused(CallFailure.Refusal(error)) }
            return value
        }
    }
}
