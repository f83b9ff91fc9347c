import Configuration
import CredentialCore
import Testing

@Suite struct SurroundingsTests {
    private static func found(
        _ variables: [String: String], program: String = "keyfob"
    ) throws -> Surroundings {
        try Surroundings(programName: program) { variables[$0] }
    }

    @Test func `folders are where the base directory specification puts them`() throws {
        let plain = try Self.found(["HOME": "/home/me"])
        #expect(plain.dataFolder == "/home/me/.local/share/keyfob")
        #expect(plain.stateFolder == "/home/me/.local/state/keyfob")
        #expect(plain.configurationFolder == "/home/me/.config/keyfob")
        #expect(plain.configurationFile == "/home/me/.config/keyfob/config")
        let moved = try Self.found([
            "HOME": "/home/me", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s",
            "XDG_CONFIG_HOME": "/c",
        ])
        #expect(moved.dataFolder == "/d/keyfob")
        #expect(moved.stateFolder == "/s/keyfob")
        #expect(moved.configurationFile == "/c/keyfob/config")
    }

    @Test(arguments: ["", "relative", "./here", "~/x", " /space"])
    func `a base directory that is not absolute is ignored`(value: String) throws {
        let surroundings = try Self.found([
            "HOME": "/home/me", "XDG_DATA_HOME": value, "XDG_STATE_HOME": value,
            "XDG_CONFIG_HOME": value,
        ])
        #expect(surroundings.dataFolder == "/home/me/.local/share/keyfob")
        #expect(surroundings.stateFolder == "/home/me/.local/state/keyfob")
        #expect(surroundings.configurationFolder == "/home/me/.config/keyfob")
    }

    @Test(arguments: [nil, "", "home/me", "~"])
    func `without a home there is nowhere to work`(home: String?) {
        var variables: [String: String] = [:]
        variables["HOME"] = home
        #expect(refusal(of: try Self.found(variables))?.code == .configuration)
        #expect(refusal(of: try Self.found(["HOME": "/home/me"])) == nil)
    }

    @Test(arguments: [
        ("/usr/bin/keyfob", "keyfob"), ("keyfob", "keyfob"), ("./keyfob-x", "keyfob-x"), ("", ""),
        ("/", ""),
    ])
    func `a program's name is the last part of the path it was started by`(
        path: String, name: String
    ) throws {
        #expect(try Self.found(["HOME": "/"], program: path).programName == name)
    }

    @Test func `a key file is named by the environment, else handed over by a service manager`()
        throws
    {
        let folder = try TemporaryFolder()
        var variables = ["HOME": "/home/me", "CREDENTIALS_DIRECTORY": folder.path]
        #expect(try Self.found(variables).externalKeyFile == nil)
        let handedOver = try folder.write("keyfob-key", "0123456789abcdef")
        #expect(try Self.found(variables).externalKeyFile == handedOver)
        variables["KEYFOB_KEY_FILE"] = ""
        #expect(try Self.found(variables).externalKeyFile == handedOver)
        variables["KEYFOB_KEY_FILE"] = "/run/key"
        #expect(try Self.found(variables).externalKeyFile == "/run/key")
        #expect(
            try Self.found(["HOME": "/", "CREDENTIALS_DIRECTORY": "relative"]).externalKeyFile
                == nil)
    }
}
