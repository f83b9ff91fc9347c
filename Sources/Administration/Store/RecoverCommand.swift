import ArgumentParser
import CredentialCore
import SealedFile

/// `keyfob store recover`
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Find a way back to a store that does not open.",
        discussion: """
            Without an option, the key file is made anew if that is what is missing, and otherwise \
            the generation before the last change is looked at and put in the place of a damaged \
            file. Nothing is overwritten that still opens.

            With --from-keyring, the file is left as it is, or made anew where it does not open, \
            and what the desktop's keyring holds is entered into it.
            """)

    @Flag(help: "Take the file as it is for the newest, though a newer one was used.")
    var acceptOlder = false

    @Flag(
        name: .customLong("from-keyring"),
        help: "Take back every credential that the keyring holds and the file does not know.")
    var fromKeyring = false

    @Flag(help: "Read the passphrase from standard input.")
    var stdin = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        if fromKeyring { return try KeyringRecovery(session).run(isAgreed: yes) }
        do throws(CredentialError) {
            guard try SealedFile.open(session.location) != nil else {
                throw AdminSession.nothingStored
            }
            // With another key at hand it opens all the same, but not for those who have none.
            guard SealedFile.hasKeyFile(session.location) else {
                throw CredentialError(
                    .locked, "the key file \(session.location.stateFolder)/key is missing")
            }
            let problems = SealedFile.check(session.location)
            guard let damage = problems.first(where: { $0.code != .locked }) else {
                let secrets = problems.isEmpty ? "" : ", except its secrets, which are locked"
                Console.note(
                    "\(session.location.path) opens and is whole\(secrets); nothing was changed")
                return
            }
            throw CredentialError(
                .damaged, "\(session.location.path) is damaged (\(damage.place))")
        } catch {
            try recover(session, from: error)
        }
    }

    private func recover(
        _ session: AdminSession, from error: CredentialError
    ) throws(CredentialError) {
        switch error.code {
        case .older where SealedFile.hasOnlyPrevious(session.location):
            try goBack(session, error.problem)
        case .older where acceptOlder:
            let found = try SealedFile.acceptOlder(session.location)
            report(found, "accepted")
        case .older, .newerVersion, .unsafeFile, .system, .limit, .unreachable, .absent, .notFound:
            throw error
        case .locked, .wrongKey,
            .damaged where !SealedFile.hasKeyFile(session.location):
            try SealedFile.restoreKeyFile(session.location) { () throws(CredentialError) in
                try SecretInput.passphrase(fromStandardInput: stdin)
            }
            Console.note("made \(session.location.stateFolder)/key anew")
        default:
            if (try? SealedFile.mend(session.location, now: session.now)) == true {
                Console.note("every credential opened; \(session.location.path) is written anew")
            } else {
                try goBack(session, error.problem)
            }
        }
    }

    private func goBack(
        _ session: AdminSession, _ problem: String
    ) throws(CredentialError) {
        try Console.confirm(
            "\(problem). Go back to the generation before the last change, which is lost then?",
            isAgreed: yes)
        let path = session.location.path
        do throws(CredentialError) {
            report(try SealedFile.restorePrevious(session.location), "went back to")
        } catch  where error.code == .damaged {
            throw CredentialError(
                .damaged, "\(path).previous is damaged as well",
                remedy: "put a copy of the store at \(path) and run `keyfob store recover "
                    + "--accept-older`, or start anew with `keyfob init --force`")
        }
    }

    private func report(_ found: SealedFile.Recovered, _ what: String) {
        let credentials = found.credentialCount == 1 ? "credential" : "credentials"
        Console.note(
            "\(what) generation \(found.generation), \(found.credentialCount) \(credentials)")
    }
}
