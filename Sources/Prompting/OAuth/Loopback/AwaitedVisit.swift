import CredentialCore
import Launch

/// The visit of a browser with the answer to one request.
struct AwaitedVisit {
    /// Where it comes.
    let listener: RedirectListener
    /// What it is recognised by.
    let state: Secret

    /// Waits for it; nil when it does not come in time, or `stop` becomes readable.
    func wait(until deadline: Deadline, stop: Int32 = -1) -> RedirectAnswer? {
        listener.wait(for: state, until: deadline, stop: stop)
    }

    /// Reads the URL that a browser ended at which could not come here; nil for any other.
    func answer(pasted line: Secret) -> RedirectAnswer? {
        listener.answer(pasted: line, state)
    }
}
