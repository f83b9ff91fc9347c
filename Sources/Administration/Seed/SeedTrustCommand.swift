import ArgumentParser
import Bundles
import CredentialCore
import ProtectedFiles
import SealedFile

/// `keyfob seed trust`
struct SeedTrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract:
            "Pin the signing key of an administrator, whose bundles are applied from then on.",
        discussion: """
            Whoever holds the key can put credentials here, so get it from its owner in person, \
            or compare the fingerprint. With `--system` it takes root, and holds for the \
            machine's store; without, for your own.

            EXAMPLES:
              keyfob seed trust keyfob-signer1...
              sudo keyfob seed trust --system --yes keyfob-signer1...
              keyfob seed trust --list
            """)

    @Argument(help: "The key, as `keyfob keygen --signing` printed it.")
    var key: String?

    @Flag(help: "Trust the key no longer. What its bundles brought stays.")
    var remove = false

    @Flag(help: "Show the pinned keys.")
    var list = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var machine: StoreSelection

    func validate() throws {
        if list ? key != nil || remove : key == nil {
            throw ValidationError("Give a key, or `--list` alone.")
        }
    }

    func run() throws {
        let session = try AdminSession.start(machine)
        let folder = try session.keyFolder()
        guard let key else { return try show(try TrustedSigners(in: folder)) }
        let signer = try SignerKey(key)
        let isTrusted = try TrustedSigners(in: folder).contains(signer)
        guard isTrusted == remove else {
            Console.note(
                isTrusted
                    ? "the key \(signer.fingerprint) is pinned already"
                    : "the key \(signer.fingerprint) is not pinned")
            return
        }
        if !remove {
            try Console.confirm(
                "Bundles signed by the key \(signer.fingerprint) may store and replace credentials "
                    + "in \(session.location.path). Trust it?", isAgreed: yes)
        }
        try folder.withLock(Folder.seedLock) { () throws(CredentialError) in
            var trusted = try TrustedSigners(in: folder)
            trusted.remove(signer)
            if !remove { trusted.add(signer, at: session.now) }
            try trusted.write(in: folder)
        }
        Console.note("\(remove ? "no longer trusted" : "pinned"): the key \(signer.fingerprint)")
    }

    private func show(_ trusted: TrustedSigners) throws(CredentialError) {
        guard !json else { return try Console.print(json: trusted.signers) }
        var table = Table(["fingerprint", "pinned", "key"])
        table.rows = trusted.signers.map { [$0.key.fingerprint, $0.pinnedAt, $0.key.text] }
        guard !table.rows.isEmpty else { return Console.note("no key is pinned") }
        for line in table.lines() { Console.print(line) }
    }
}
