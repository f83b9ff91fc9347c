import CredentialCore
import HostAccess
import Transport

/// Looks at a registry as its clients meet it: the handshake by which they get in
/// (<https://distribution.github.io/distribution/spec/auth/token/>).
struct RegistryExamination {
    private let context: HostContext
    private let place: HostPlace

    init(_ context: HostContext, _ place: HostPlace) {
        self.context = context
        self.place = place
    }

    /// What is found from outside, and with a login from inside.
    func examine(_ login: HostLogin?) -> Examination {
        var examination = Examination()
        do throws(Obstacle) {
            let door = try RegistryDoor(place.address, context)
            examination.findings += door.findings
            examination.isOpen = door.isOpen
            if let clock = HostWords.clock(door.answer, now: context.now()) {
                examination.findings.append(clock)
            }
            let handshake = RegistryHandshake(door, place.address, context)
            try handshake.run(login, &examination)
        } catch {
            examination.findings.append(error.finding)
            if login != nil { examination.verification = error.verification }
        }
        return examination
    }
}

extension HostContext {
    /// Reads a page.
    func get(
        _ url: String, _ authorization: Secret? = nil
    ) throws(TransportFailure) -> HTTPResponse {
        try send(
            HTTPRequest(
                .get, url,
                headers: authorization.map { [HTTPHeader("Authorization", $0)] } ?? []))
    }
}
