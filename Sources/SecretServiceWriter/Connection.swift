import CSecret
import CredentialCore
import SecretService

/// The way to the Secret Service: the bus, and a session to carry secrets in. Both are made when
/// they are first needed, and made anew when they have gone.
final class Connection {
    private let bus: SessionBus?
    private var connected: Bus?
    private var session: Session?

    /// - Parameter bus: the bus to use; nil where there is none.
    init(_ bus: SessionBus?) {
        self.bus = bus
    }

    /// The bus, connected.
    ///
    /// - Throws: `unreachable`.
    func connectedBus(until deadline: Deadline) throws(CredentialError) -> Bus {
        guard bus != nil else { throw SecretServiceFailure.noBus }
        if let connected, !connected.isClosed { return connected }
        // GLib hands out the closed connection for as long as anybody holds it.
        session = nil
        connected = nil
        let bus = try Bus(until: deadline)
        connected = bus
        greet(on: bus, until: deadline)
        return bus
    }

    /// Makes the service know this program before anything is asked of it. gnome-keyring up to at
    /// least 42.1 gets to know a caller while it answers the first call, and sometimes too late:
    /// it then answers wrongly, or is ended by a failed assertion, unless that call is this one.
    private func greet(on bus: Bus, until deadline: Deadline) {
        let call = MethodCall.secretService(
            "/org/freedesktop/secrets", .properties, "Get",
            .tuple(.text(MethodCall.Interface.service.rawValue), .text("Collections")),
            answer: "(v)")
        // Whatever is wrong, the next call will say.
        _ = try? bus.answer(to: call, until: deadline)
    }

    /// A session with the service that runs now. One that has been restarted knows nothing of the
    /// sessions it had.
    ///
    /// - Throws: `unreachable`.
    func currentSession(until deadline: Deadline) throws(CredentialError) -> Session {
        let bus = try connectedBus(until: deadline)
        do throws(CallFailure) {
            let owner = try bus.owner(of: Bus.serviceName, until: deadline)
            if let session, session.owner == owner { return session }
        } catch {
            throw error.error("be asked")
        }
        session = nil
        let session = try Session(on: bus, until: deadline)
        self.session = session
        return session
    }

    /// Makes a call and waits for its answer.
    func answer(to call: MethodCall, until deadline: Deadline) throws(CredentialError)
        -> Result<Variant, CallFailure>
    {
        let bus = try connectedBus(until: deadline)
        return Result { () throws(CallFailure) in try bus.answer(to: call, until: deadline) }
    }

    /// Makes a call and waits for its answer, whose absence is a failure.
    ///
    /// - Parameter action: what is asked for, after "cannot".
    func answer(
        to call: MethodCall, _ action: String, until deadline: Deadline
    ) throws(CredentialError) -> Variant {
        try answer(to: call, until: deadline).mapError { $0.error(action) }.get()
    }
}
