import CredentialCore
import Testing

@testable import HostAccess

@Suite struct OAuthMarkTests {
    private func credential() throws -> Credential {
        let id = try #require(CredentialID([UInt8](repeating: 1, count: 16)))
        return Credential(
            id: id, name: "a", kind: .token, origin: .git, store: .file, createdAt: 0,
            createdBy: "tests")
    }

    @Test func aMarkComesBackFromTheSettingsBesideOthers() throws {
        var credential = try credential()
        credential.settings = [.init(name: "region", value: "eu")]
        #expect(OAuthMark(credential) == nil)
        var mark = OAuthMark(provider: "gitlab", account: "7", isBearer: true)
        mark.identity = "gid://7"
        mark.requestedName = "alice"
        mark.refusedAt = 1_700_000_000
        OAuthMark.set(mark, of: &credential)
        #expect(OAuthMark(credential) == mark)
        #expect(credential.settings.map(\.name) == credential.settings.map(\.name).sorted())
        OAuthMark.set(nil, of: &credential)
        #expect(credential.settings == [.init(name: "region", value: "eu")])
    }

    @Test func aNewMarkLeavesNothingOfTheOldOne() throws {
        var credential = try credential()
        var old = OAuthMark(provider: "github", account: "alice", isBearer: true)
        old.refusedAt = 1
        OAuthMark.set(old, of: &credential)
        let new = OAuthMark(provider: "gitea", account: nil, isBearer: false)
        OAuthMark.set(new, of: &credential)
        #expect(OAuthMark(credential) == new)
    }

    @Test(
        arguments: [
            // A new name, and a name that somebody else took.
            (("alice", "1"), ("alicia", "1"), true), (("alice", "1"), ("alice", "2"), false),
            // What is not known of both does not count.
            (("alice", nil), ("alice", "1"), true), (("alice", "1"), ("bob", nil), false),
            (("7", nil), ("alice", "7"), true), (("alice", nil), ("bob", "1"), false),
            ((nil, nil), ("bob", "1"), true), (("bob", "1"), (nil, nil), true),
        ] as [((String?, String?), (String?, String?), Bool)])
    func anOwnerIsTheSame(old: (String?, String?), new: (String?, String?), mayBe: Bool) {
        let (old, new) = (
            OAuthOwner(name: old.0, identity: old.1), OAuthOwner(name: new.0, identity: new.1)
        )
        #expect(old.mayBe(new) == mayBe)
        #expect(new.mayBe(old) == mayBe)
    }

    @Test func itIsForTheAccountAndForTheNameThatWasAskedFor() {
        var mark = OAuthMark(provider: "gitlab", account: "7", isBearer: false)
        #expect(mark.isFor(Array("7".utf8)) && !mark.isFor(Array("alice".utf8)))
        mark.requestedName = "alice"
        #expect(mark.isFor(Array("alice".utf8)) && !mark.isFor([]))
    }

    @Test(
        arguments: [
            ("alice", nil, "alice"), ("alice7", "x-access-token", "alice7"),
            ("7", "alice", "alice"),
            ("7", nil, nil), (nil, "alice", "alice"), (nil, nil, nil),
        ] as [(String?, String?, String?)])
    func aNumberIsNoName(account: String?, requested: String?, name: String?) {
        var mark = OAuthMark(provider: "gitlab", account: account, isBearer: false)
        mark.requestedName = requested
        #expect(mark.accountName == name)
    }
}
