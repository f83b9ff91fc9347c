import Configuration
import CredentialCore
import HostAccess
import Testing

@testable import Prompting

@Suite struct DeviceLoginTests {
    /// Cannot show anything, or keeps what it was to show.
    private final class Listener: Conversation {
        static let deaf = CredentialError(.unreachable, "nobody sees this")
        private let isDeaf: Bool
        private(set) var lines: [String] = []

        init(isDeaf: Bool) {
            self.isDeaf = isDeaf
        }

        func tell(_ line: String) throws(CredentialError) { try announce([line]) }

        func announce(_ lines: [String]) throws(CredentialError) {
            if isDeaf { throw Self.deaf }
            self.lines += lines
        }

        func ask(_ prompt: String) throws(CredentialError) -> [UInt8] { throw Self.deaf }

        func askSecret(_ prompt: String) throws(CredentialError) -> Secret { throw Self.deaf }
    }

    private func login(_ conversation: Listener) throws -> OAuthLogin {
        let address = try Address(git: Array("https://git.example.com".utf8))
        let surroundings = try Surroundings(programName: "keyfob-prompt") { name in
            name == "HOME" ? "/home/somebody" : nil
        }
        let request = LoginRequest(HostPlace(.git, address), .device)
        return OAuthLogin(request, surroundings, Configuration(), conversation)
    }

    private func code(
        _ userCode: String = "ABCD-1234", page: String = "https://git.example.com/device"
    ) -> DeviceCode {
        DeviceCode(
            deviceCode: Secret(copying: [1]), userCode: userCode, page: page, interval: 1,
            lifetime: 0)
    }

    @Test func `a code that is shown is waited for as long as it is good`() throws {
        let listener = Listener(isDeaf: false)
        let login = try login(listener)
        #expect {
            try login.tokens(by: code(), [])
        } throws: {
            ($0 as? CredentialError)?.code == .expired
        }
        #expect(listener.lines.contains { $0.contains("https://git.example.com/device") })
        #expect(listener.lines.contains { $0.contains("ABCD-1234") })
    }

    @Test func `a code that nobody can be shown is not waited for`() throws {
        let login = try login(Listener(isDeaf: true))
        #expect(throws: Listener.deaf) { try login.tokens(by: code(), []) }
    }

    @Test func `a page that no browser may be sent to is not shown`() throws {
        let listener = Listener(isDeaf: false)
        let login = try login(listener)
        #expect {
            try login.tokens(by: code(page: "http://git.example.com/device"), [])
        } throws: {
            ($0 as? CredentialError)?.code == .refused
        }
        #expect(listener.lines.isEmpty)
    }

    @Test func `a code is shown without what moves a cursor`() throws {
        let listener = Listener(isDeaf: false)
        let login = try login(listener)
        _ = try? login.tokens(by: code("A\u{1B}[2J\n" + String(repeating: "B", count: 999)), [])
        let shown = listener.lines.joined()
        #expect(shown.contains("A%1B[2J%0AB") && !shown.contains("\u{1B}"))
        #expect(shown.count < 400)
    }
}
