import CredentialCore
import DockerProtocol
import Testing

@Suite struct ServerURLTests {
    @Test(arguments: [
        ("registry.example", "registry.example"),
        ("registry.example\n", "registry.example"),
        ("registry.example\r\n", "registry.example"),
        (" \t\r\n registry.example \t\r\n", "registry.example"),
        ("https://index.docker.io/v1/", "https://index.docker.io/v1/"),
        ("two words", "two words"),
        ("bücher.example", "bücher.example"),
    ])
    func `white space around a server URL is dropped and nothing else`(
        input: String, expected: String
    ) throws {
        #expect(try serverURL(in: Array(input.utf8)) == Array(expected.utf8))
    }

    @Test(arguments: ["", " ", "\n", "\r\n", " \t\r\n"])
    func `an empty request is answered in the words clients know`(input: String) {
        let error = refusal(of: try serverURL(in: Array(input.utf8)))
        #expect(error?.code == .badRequest)
        #expect(error?.message == "no credentials server URL")
    }

    @Test(arguments: ["tok.\nexample", "tok.\r\nexample", "a\tb", "a\u{7F}b", "a\u{1B}[2Jb"])
    func `lines are never joined and control bytes never pass`(input: String) {
        let error = refusal(of: try serverURL(in: Array(input.utf8)))
        #expect(error?.code == .badRequest)
        #expect(error?.message == "the server URL holds a control byte")
    }

    @Test func `a server URL may have 4096 bytes and no more`() throws {
        let longest = [UInt8](repeating: UInt8(ascii: "a"), count: 4096)
        #expect(try serverURL(in: longest + [0x0A]) == longest)
        #expect(refusal(of: try serverURL(in: longest + longest.prefix(1)))?.code == .limit)
    }

    @Test func `the constants that clients match are the ones of the reference implementation`() {
        #expect(DockerWire.credentialsNotFound == "credentials not found in native keychain")
        #expect(DockerWire.missingServerURL == "no credentials server URL")
        #expect(DockerWire.missingUsername == "no credentials username")
    }
}
