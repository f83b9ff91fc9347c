import ArgumentParser
import Configuration
import CredentialCore
import Events
import Keyring
import SealedFile
import SecretService

/// `keyfob reset`
struct ResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Remove every credential, the store and its keys for good.",
        discussion: """
            What goes: the encrypted file with its older copies, its key file and anchor, tokens \
            minted from it, and all that Keyfob keeps in the desktop's keyring. What stays: the \
            configuration, what `keyfob setup` told clients, the record of events, and the keys \
            of `keyfob keygen` and `keyfob seed trust`: a bundle that was applied can be applied \
            again. A copy that somebody made of the file and its key still opens.

            There is no way back, so on a terminal you type the word. If it is killed half-way, \
            run it again.
            """)

    @Flag(help: "Do not ask. There is no shorter way to say it.")
    var yesDeleteEverything = false

    @Flag(help: "Go on although the keyring cannot be asked, and leave it what it has.")
    var forget = false

    @OptionGroup var machine: StoreSelection

    func run() throws {
        let session = try AdminSession.start(machine)
        try session.location.requireWriter()
        // A store that does not open is no reason to keep it.
        let credentials = try? session.open()?.credentials() ?? []
        let items = try keyringItems(session, credentials)
        try confirm(credentials, items, session)
        // The keyring first: as long as the catalogue is there, so is the question whether the
        // keyring holds anything.
        for item in items { _ = try session.keyring.ask(.delete(path: item.path)) }
        let wasThere = try SealedFile.removeStore(session.location)
        for credential in credentials ?? [] {
            session.events.append(.removed, credential.id.text, now: session.now)
        }
        Console.note(
            wasThere || !items.isEmpty ? "everything is removed" : "nothing was stored")
        Console.note(
            "left as they are: \(session.configurationFile), the record of events, the keys of "
                + "`keyfob keygen` and `keyfob seed trust`, and what `keyfob setup` told clients, "
                + "which `--undo` takes back")
    }

    /// What of the keyring goes.
    ///
    /// - Throws: `unreachable` or `locked` when it holds secrets and cannot be asked.
    private func keyringItems(
        _ session: AdminSession, _ credentials: [Credential]?
    ) throws(CredentialError) -> [ServiceItem] {
        // A catalogue that cannot be read may name some.
        let isInUse =
            session.configuration.store == .secretService
            || credentials?.contains { $0.store == .secretService } ?? true
        guard isInUse, !session.location.isMachines else { return [] }
        do throws(CredentialError) {
            return try session.unlocking { () throws(CredentialError) in
                try session.keyring.checkWritable()
                return try session.keyring.items([
                    CredentialItem.schemaAttribute: CredentialItem.schema
                ])
            }
        } catch  where error.code.isUnavailable {
            // Where no keyring ever was, nothing is left behind in one.
            let isKnownToBe = credentials?.contains { $0.store == .secretService } ?? false
            if forget || (error.code == .absent && !isKnownToBe) { return [] }
            throw CredentialError(
                error.code,
                "the keyring cannot be asked, and nothing was removed: \(error.problem)",
                remedy: "see `keyfob status`, or leave it what it has with `--forget`")
        }
    }

    private func confirm(
        _ credentials: [Credential]?, _ items: [ServiceItem], _ session: AdminSession
    ) throws(CredentialError) {
        if yesDeleteEverything { return }
        let count = credentials.map { $0.count == 1 ? "1 credential" : "\($0.count) credentials" }
        var what = "\(count ?? "whatever is") in \(session.location.path)"
        if !items.isEmpty {
            what +=
                items.count == 1
                ? ", 1 item in the keyring" : ", \(items.count) items in the keyring"
        }
        guard Console.isInteractive else {
            throw CredentialError(
                .badRequest, "this removes \(what), and nobody is there to confirm it",
                remedy: "add `--yes-delete-everything`")
        }
        let answer = Console.ask("This removes \(what) for good. Type `reset` to go on: ")
        guard answer == "reset" else {
            throw CredentialError(.declined, "nothing was done")
        }
    }
}
