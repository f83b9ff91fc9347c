import Testing

@testable import Prompting

@Suite struct GitSettingsTests {
    private func settings(_ entries: String...) -> GitSettings {
        GitSettings(entries.flatMap { Array($0.utf8) + [0] })
    }

    @Test func theLastValueHolds() {
        let settings = settings(
            "core.askpass\n/bin/one", "credential.helper\na\nb", "core.askpass\n/bin/two")
        #expect(settings.value("core.askpass") == "/bin/two")
        #expect(settings.value("credential.helper") == "a\nb")
        #expect(settings.value("core.editor") == nil)
        #expect(!settings.has("core.editor"))
    }

    @Test func aKeyMayHaveNoValueOrAnEmptyOne() {
        let settings = settings("core.bare", "core.askpass\n")
        #expect(settings.has("core.bare"))
        #expect(settings.value("core.bare") == nil)
        #expect(settings.value("core.askpass")?.isEmpty == true)
        #expect(!GitSettings([]).has("core.bare"))
    }

    @Test(arguments: [
        ("false", false), ("never", false), ("no", false), ("OFF", false), ("0", false),
        ("", false), ("true", true), ("always", true), ("auto", true), ("1", true),
    ])
    func whetherToAskIsInGitsWords(value: String, isInteractive: Bool) {
        #expect(settings("credential.interactive\n\(value)").isInteractive == isInteractive)
    }

    @Test func asksWhereNothingIsSaid() {
        #expect(settings().isInteractive)
        // A key alone is true.
        #expect(settings("credential.interactive").isInteractive)
        #expect(
            settings("credential.interactive\nfalse", "credential.interactive\n1").isInteractive)
    }

    @Test func remotesAreAllUrls() {
        let settings = settings(
            "remote.origin.url\nhttps://a/b", "remote.origin.fetch\n+refs/*",
            "remote.x.y.url\nhttps://c/d", "branch.url\nno")
        #expect(settings.remotes == ["https://a/b", "https://c/d"])
    }
}
