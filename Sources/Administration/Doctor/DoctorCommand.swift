import ArgumentParser
import Configuration
import CredentialCore
import HostAccess
import SealedFile

/// `keyfob doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out why a login does not work, from the client to the host.",
        discussion: """
            For an address: what is stored and which rule picks it, whether its store is open, \
            what git's or docker's and podman's own configuration says, whether the helper is \
            found, whether the host answers and whether it accepts the login, what the token may \
            do and when it ends. The most likely cause comes last, with what to do about it.

            The host is asked as its clients ask it: a registry by the whole token handshake, a \
            git host by its own check and, where the address names a repository, by reading that. \
            Redirects are not followed, and no login is sent over plain HTTP or to a token server \
            that the registry has no business to name. Nothing is changed, nobody is asked to \
            unlock anything, and no secret is shown.

            Without an address: the store, the programs, and what answers for each host. The hosts \
            themselves are asked only with --online.

            Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage.

            EXAMPLES:
              keyfob doctor ghcr.io
              keyfob doctor https://github.com/acme/app.git
              keyfob doctor registry:ghcr.io/acme/app --json
              keyfob doctor --online
            """)

    @Argument(help: "The address: [registry:|git:]HOST[/PATH].")
    var address: String?

    @Option(help: "Look for this scope, not for the one in effect here.")
    var scope: String?

    @Option(help: "Look at a request of git that names this user.")
    var username: String?

    @Flag(help: "Without an address: ask every host as well.")
    var online = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var colors: ColorOptions

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        if online, address != nil {
            throw ValidationError("`--online` goes without an address, which is always asked.")
        }
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        let scope =
            try scope.map { try Scope($0.utf8) }
            ?? session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        let diagnoses = try diagnoses(session, scope)
        if json {
            try Console.print(json: diagnoses)
        } else {
            for (index, diagnosis) in diagnoses.enumerated() {
                if index > 0 { Console.print() }
                Console.print(lines: diagnosis.lines(isColored: colors.isOn))
            }
        }
        if diagnoses.contains(where: \.isBad) { throw ExitCode(1) }
    }

    private func diagnoses(
        _ session: AdminSession, _ scope: Scope
    ) throws(CredentialError) -> [Diagnosis] {
        guard let address else {
            return [
                try GeneralDiagnosis(session: session, scope: scope, isOnline: online).diagnosis()
            ]
        }
        let named = try NamedAddress(address, username: username)
        let doctor = AddressDiagnosis(session: session, scope: scope, username: named.username)
        var diagnoses: [Diagnosis] = []
        for place in try Self.places(named, session) {
            diagnoses.append(try doctor.diagnosis(of: place))
        }
        return diagnoses
    }

    /// The places that an address means: where it does not name the protocol, those that something
    /// is stored for, else what the host is.
    private static func places(
        _ named: NamedAddress, _ session: AdminSession
    ) throws(CredentialError) -> [LoginPlace] {
        if let place = try LoginPlace.named(named) { return [place] }
        let all = [
            try LoginPlace(.registry, named.text), try LoginPlace(.git, named.text),
        ]
        let credentials = try session.open()?.credentials() ?? []
        let known = all.filter { place in
            credentials.contains { credential in
                credential.bindings.contains { binding in
                    binding.wireProtocol == place.wireProtocol
                        && binding.pattern.address.port == place.address.port
                        && binding.pattern.matches(host: place.address.host)
                }
            }
        }
        guard known.isEmpty else { return known }
        do throws(CredentialError) {
            return [try LoginPlace.guessed(named.text, session)]
        } catch  where error.code == .unreachable {
            // It does not answer: that is what is to be said.
            return [all[1]]
        }
    }
}
