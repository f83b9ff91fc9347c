import CredentialCore

/// What a setup changed, and what that means, for people and for programs.
struct SetupReport {
    let client: String
    let file: String
    /// What is said when there is nothing to change.
    let unchanged: String
    let changes: [SettingChange]
    let unseenLogins: [UnseenLogin]

    func show(_ options: SetupOptions) throws(CredentialError) {
        if options.json { return try Console.print(json: document) }
        showChanges(options)
        guard !unseenLogins.isEmpty else { return }
        Console.print()
        Console.print("\(client) does not see these logins any more:")
        for login in unseenLogins {
            Console.print(Printable.text("  \(login.address): \(login.place)"))
            Console.print(Printable.text("    \(login.remedy)"))
        }
    }

    private func showChanges(_ options: SetupOptions) {
        guard !changes.isEmpty else {
            Console.print(
                options.undo
                    ? "Nothing to undo for \(client)."
                    : Printable.text(unchanged))
            return
        }
        let verb = options.dryRun ? "Would change" : "Changed"
        var shown = ""
        for change in changes {
            if change.setting.file != shown {
                shown = change.setting.file
                Console.print(Printable.text("\(verb) \(shown):"))
            }
            for line in change.setting.lines(change.before) {
                Console.print("- " + Printable.text(line))
            }
            for line in change.setting.lines(change.after) {
                Console.print("+ " + Printable.text(line))
            }
        }
    }

    private var document: Document {
        Document(
            client: client, file: file,
            changes: changes.map { change in
                Document.Change(
                    file: change.setting.file, removed: change.setting.lines(change.before),
                    added: change.setting.lines(change.after))
            },
            unseenLogins: unseenLogins)
    }

    private struct Document: Encodable {
        struct Change: Encodable {
            let file: String
            let removed: [String]
            let added: [String]
        }

        let client: String
        let file: String
        let changes: [Change]
        let unseenLogins: [UnseenLogin]
    }
}
