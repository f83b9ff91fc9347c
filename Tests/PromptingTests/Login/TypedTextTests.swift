import CredentialCore
import Testing

@testable import Prompting

@Suite struct TypedTextTests {
    private func isTaken(_ username: String, _ secret: [UInt8]) -> Bool {
        do throws(CredentialError) {
            try TypedText.check(username: Array(username.utf8))
            try TypedText.check(Secret(copying: secret))
            return true
        } catch {
            return false
        }
    }

    @Test func whatOneLineOfGitsProtocolHoldsIsTaken() {
        #expect(isTaken("alice@example.com", Array("pass wörd 100%".utf8)))
        #expect(isTaken(String(repeating: "a", count: 1024), [UInt8](repeating: 65, count: 65_000)))
        #expect(!isTaken(String(repeating: "a", count: 1025), [65]))
        #expect(!isTaken("alice", [UInt8](repeating: 65, count: 65_001)))
        for byte: UInt8 in [0, 9, 10, 13, 27, 127] {
            #expect(!isTaken("alice", [65, byte]))
            #expect(!isTaken("al" + String(decoding: [byte], as: UTF8.self), [65]))
        }
    }

    @Test(arguments: [
        ("alice", true), ("al-ice_1@x", true), ("", false), ("al ice", false), ("al:ice", false),
        ("al\nice", false), ("alïce", false), (String(repeating: "a", count: 1025), false),
    ])
    func aHostsWordForAnAccountMayDoAsAName(text: String, isName: Bool) {
        #expect((TypedText.accountName(text) != nil) == isName)
    }
}
