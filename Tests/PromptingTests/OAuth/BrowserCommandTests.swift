import Configuration
import Testing

@testable import Prompting

@Suite struct BrowserCommandTests {
    private static let url = "https://h/?a=%20%73&b=%s"
    private let page: BrowserPage

    init() throws {
        page = try #require(BrowserPage(Self.url))
    }

    private func all(
        configured: String? = nil, _ variables: [String: String] = [:]
    ) throws -> [BrowserCommand] {
        BrowserCommand.all(configured: configured, try surroundings(variables))
    }

    private func surroundings(_ variables: [String: String]) throws -> Surroundings {
        try Surroundings(programName: "keyfob-prompt") { name in
            name == "HOME" ? "/home/somebody" : variables[name]
        }
    }

    @Test(arguments: [
        ("w", "w", [url]), ("w --new", "w", ["--new", url]), ("w %s -x", "w", [url, "-x"]),
        ("  w   -p=%s ", "w", ["-p=\(url)"]), ("w %%s", "w", ["%s", url]),
        ("w a%cb %s", "w", ["a:b", url]), ("w %%%s", "w", ["%\(url)"]),
        ("w %x %", "w", ["%x", "%", url]),
        ("/a/w 'x $y;z'", "/a/w", ["'x", "$y;z'", url]),
    ])
    func `a command is words, and the page has its place`(
        text: String, program: String, arguments: [String]
    ) throws {
        let command = try #require(BrowserCommand(convention: text[...]))
        #expect(command.program == program)
        #expect(command.arguments(for: page) == arguments)
    }

    @Test func `what is configured is the only one`() throws {
        let commands = try all(configured: "/opt/my browser", ["BROWSER": "w", "DISPLAY": ":0"])
        #expect(commands == [BrowserCommand("/opt/my browser")])
        #expect(commands.first?.arguments(for: page) == [Self.url])
    }

    @Test func `BROWSER names several in order, and then no others are tried`() throws {
        let commands = try all(["BROWSER": "a:: :b -c %s", "DISPLAY": ":0"])
        #expect(commands.map(\.program) == ["a", "b"])
    }

    @Test(arguments: ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP"])
    func `a desktop has the usual ones`(sign: String) throws {
        let usual = ["xdg-open", "wslview", "gnome-open", "sensible-browser", "open"]
        #expect(try all([sign: "x"]).map(\.program) == usual)
        #expect(try all([sign: "x", "BROWSER": ""]).map(\.program) == usual)
        #expect(try all([sign: ""]).isEmpty)
    }

    @Test func `without a desktop there is none`() throws {
        #expect(try all().isEmpty)
        #expect(try all(["BROWSER": " : "]).isEmpty)
        #expect(!BrowserCommand.isSeen(try surroundings([:])))
        #expect(BrowserCommand.isSeen(try surroundings(["BROWSER": "w"])))
    }
}
