import ArgumentParser
import CredentialCore
import Events
import SealedFile

/// `keyfob remove`
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove credentials and their secrets for good.",
        discussion: """
            A secret in a keyring that cannot be asked stays there, and so does its credential, \
            unless `--forget` is given.
            """)

    @Argument(help: "The credentials' names.")
    var names: [String]

    @Flag(help: "Remove them although the keyring cannot be asked, and leave it what it has.")
    var forget = false

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        let session = try AdminSession.start()
        try SealedFile.removeLeftover(session.location)
        var credentials: [Credential] = []
        for name in names {
            let credential = try session.open(credential: name).credential
            credentials.append(credential)
            let bindings = credential.bindings.map(\.text).joined(separator: ", ")
            let uses = bindings.isEmpty ? "answers for nothing" : "answers for \(bindings)"
            try Console.confirm("\(name) \(uses). Remove it?", isAgreed: yes)
        }
        try remove(session)
        session.forgetTokens(of: credentials)
        Console.note("removed " + names.joined(separator: ", "))
    }

    private func remove(_ session: AdminSession) throws(CredentialError) {
        do throws(CredentialError) {
            try session.update { (draft) throws(CredentialError) in
                for name in Set(names) {
                    guard let credential = draft.credential(named: name) else {
                        throw AdminSession.unknown(name)
                    }
                    try draft.remove(credential.id, evenIfKept: forget)
                }
            }
        } catch {
            guard error.code == .unreachable || error.code == .absent else { throw error }
            throw CredentialError(
                error.code, error.problem,
                remedy: "see `keyfob status`, or remove it here alone with `--forget`")
        }
    }
}
