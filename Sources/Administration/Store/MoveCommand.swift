import ArgumentParser
import CredentialCore
import Glibc
import Keyring
import SealedFile
import SecretService

/// `keyfob move`
struct MoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Move secrets between the encrypted file and the desktop's keyring.",
        discussion: """
            Each secret is copied, read back and compared; then the catalogue is changed, and only \
            then is the old copy removed. Whenever that ends, every credential answers as before.

            EXAMPLES:
              keyfob move --to file
              keyfob move --to secret-service ghcr work
            """)

    @Option(help: "Where to: file or secret-service.")
    var to: StoreArgument

    @Argument(help: "The credentials' names; without one, all of them.")
    var names: [String] = []

    /// How many move with one write of the catalogue: few enough that it is not locked for long.
    private static let batchSize = 50

    func run() throws {
        let session = try AdminSession.start()
        guard let file = try session.open() else { throw AdminSession.nothingStored }
        let all = try file.credentials()
        for name in names where !all.contains(where: { $0.name == name }) {
            throw AdminSession.unknown(name)
        }
        let moving = all.filter { credential in
            credential.store != to.kind && (names.isEmpty || names.contains(credential.name))
        }.map(\.name).sorted()
        guard !moving.isEmpty else {
            try finishFormerMove(session)
            Console.note("nothing is to be moved: all of it is in \(to.rawValue) already")
            return
        }
        if to.kind == .file { try file.requireUnlocked() }
        try session.unlocking { () throws(CredentialError) in
            try session.keyring.checkWritable()
        }
        try finishFormerMove(session)
        var moved = 0
        var left: [String] = []
        for start in stride(from: 0, to: moving.count, by: Self.batchSize) {
            let batch = moving[start..<min(start + Self.batchSize, moving.count)]
            do throws(CredentialError) {
                left += try move(batch, session)
            } catch {
                if moved > 0 { Console.note("\(moved) of \(moving.count) were moved before this") }
                throw error
            }
            moved = start + batch.count - left.count
            if moving.count > Self.batchSize { Console.note("moved \(moved) of \(moving.count)") }
            // Whoever waits for the lock gets it now.
            usleep(10_000)
        }
        let what = moving.count == 1 && moved == 1 ? moving[0] : "\(moved) credentials"
        if moved > 0 { Console.note("moved \(what) to \(to.rawValue)") }
        guard left.isEmpty else {
            throw CredentialError(
                .damaged, "of \(left.joined(separator: ", ")) there is no secret to move",
                remedy: "see why with `keyfob store fsck`")
        }
    }

    /// Removes what a move that was killed had not removed yet.
    private func finishFormerMove(_ session: AdminSession) throws(CredentialError) {
        try SealedFile.removeLeftover(session.location)
        guard to.kind == .file else { return }
        _ = try SealedFile.update(session.location, now: session.now) {
            (draft) throws(CredentialError) in
            let moved = Set(draft.credentials.filter { $0.store == .file }.map(\.id.text))
            // Without a keyring there is nothing left in it.
            let orphans = try? KeyringOrphans.find(session.keyring, besides: draft.credentials)
            for item in orphans ?? []
            where item.attributes[CredentialItem.idAttribute].map(moved.contains) == true {
                _ = try session.keyring.ask(.delete(path: item.path))
            }
            return .unchanged
        }
    }

    /// - Returns: the names of those whose secret is gone or damaged, which stay as they are.
    private func move(
        _ batch: ArraySlice<String>, _ session: AdminSession
    ) throws(CredentialError) -> [String] {
        var left: [String] = []
        // Where one is told to move is no choice for what comes later.
        try session.update(recordsChoice: false) { (draft) throws(CredentialError) in
            left = []
            for name in batch {
                // Somebody may have removed it, or moved it, meanwhile.
                guard var credential = draft.credential(named: name), credential.store != to.kind
                else { continue }
                let fields: SecretFields
                do throws(CredentialError) {
                    fields = try draft.fields(of: credential)
                } catch  where error.code == .damaged {
                    left.append(name)
                    continue
                }
                credential.store = to.kind
                try draft.update(credential, fields)
            }
        }
        return left
    }
}
