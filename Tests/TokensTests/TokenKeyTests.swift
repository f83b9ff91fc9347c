import Configuration
import CredentialCore
import Glibc
import SealedFile
import SecretJSON
import Testing
import Tokens

@Suite("What a token is found by")
struct TokenKeyTests {
    let home: TokenHome

    init() throws { home = try TokenHome() }

    @Test("every variable that AWS credentials depend on counts", arguments: AWSVariable.allCases)
    func variables(_ variable: AWSVariable) throws {
        let order = try TokenHome.order()
        let without = try home.key(order)
        let with = try home.key(order, [variable.rawValue: "x"])
        #expect(!without.description.matches(with.description))
        #expect(try home.key(order).description.matches(without.description))
    }

    @Test("a stored key depends on where it is sent, not on what the environment offers")
    func storedKeys() throws {
        let order = try TokenHome.order(
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            .credential(Draft.newID(), name: "aws", version: 1, store: .secretService))
        let without = try home.key(order).description
        #expect(try home.key(order, ["AWS_PROFILE": "x"]).description.matches(without))
        #expect(try !home.key(order, ["AWS_ENDPOINT_URL": "x"]).description.matches(without))
    }

    @Test("host, region, source, version and profile count")
    func orders() throws {
        let id = Draft.newID()
        let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
        let orders = [
            try TokenHome.order(host), try TokenHome.order(host, .ambient(profile: "build")),
            try TokenHome.order("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com"),
            try TokenHome.order("123456789012.dkr.ecr.us-east-1.amazonaws.com"),
            try TokenHome.order("123456789013.dkr.ecr.us-east-1.amazonaws.com"),
            try TokenHome.order("public.ecr.aws"),
            try TokenHome.order(host, .credential(id, name: "a", version: 1, store: .file)),
            try TokenHome.order(host, .credential(id, name: "a", version: 2, store: .file)),
            try TokenHome.order(
                host, .credential(Draft.newID(), name: "a", version: 1, store: .file)),
            try TokenHome.order(host, .machine(id, name: "a", version: 1)),
            try TokenHome.order(host, .machine(id, name: "a", version: 2)),
        ]
        let keys = try orders.map { try home.key($0).description }
        for (index, key) in keys.enumerated() {
            #expect(keys.firstIndex { $0.matches(key) } == index)
            #expect(try TokenOrder(decoding: orders[index].encoded) == orders[index])
        }
    }
}

@Suite("Whether a token is given out")
struct TokenDeskTests {
    let home: TokenHome

    init() throws { home = try TokenHome() }

    @Test(
        "only within its time",
        arguments: [
            (-86_400, false, false), (-400, false, false), (-299, true, false), (0, true, false),
            (21_599, true, false), (21_600, true, true), (43_100, true, true),
            (43_141, false, true), (43_200, false, true), (315_360_000, false, true),
        ] as [(Int64, Bool, Bool)])
    func time(_ seconds: Int64, isUsable: Bool, isDue: Bool) throws {
        let entry = TokenEntry(order: [], token: TokenHome.token())
        home.now += seconds
        let desk = try home.desk()
        #expect((desk.usable(entry) != nil) == isUsable)
        #expect(desk.isDue(entry) == isDue)
    }

    @Test("not longer than it lives, when the clock is set back meanwhile")
    func setBack() throws {
        let entry = TokenEntry(order: [], token: TokenHome.token())
        home.now += 7_200
        home.sinceBoot += 36_000
        #expect(try home.desk().usable(entry) != nil)
        #expect(try home.desk().isDue(entry), "ten hours have passed, whatever the clock says")
        home.sinceBoot += 7_200
        #expect(try home.desk().usable(entry) == nil)
        var other = TokenHome.token()
        other.obtained.boot = "another start"
        #expect(try home.desk().usable(TokenEntry(order: [], token: other)) != nil)
    }

    @Test("not in another environment, where a program that saw it decided")
    func environment() async {
        // The environment is the whole process's.
        await #expect(processExitsWith: .success) { try TokenDeskTests.checkEnvironment() }
    }

    static func checkEnvironment() throws {
        let home = try TokenHome()
        let files = WitnessedFiles()
        #expect(files.environment == nil)
        setenv("KEYFOB_TESTS_IDENTITY", "one", 1)
        files.witnessEnvironment()
        let entry = TokenEntry(
            order: [], token: TokenHome.token(), environment: files.environment)
        #expect(try home.desk().usable(entry) != nil)
        setenv("KEYFOB_TESTS_IDENTITY", "two", 1)
        #expect(try home.desk().usable(entry) == nil)
        setenv("KEYFOB_TESTS_IDENTITY", "one", 1)
        setenv("WINDOWID", "\(getpid())", 1)
        #expect(try home.desk().usable(entry) != nil, "that is another terminal's, and no more")
    }

    @Test("not once a file it depends on has changed, appeared or gone")
    func files() throws {
        let path = "\(home.folder)/witness"
        let files = WitnessedFiles()
        #expect(try files.read(path) == nil)
        let absent = TokenEntry(order: [], token: TokenHome.token(), files: files.witnesses)
        #expect(try home.desk().usable(absent) != nil)
        try write("one", to: path)
        #expect(try home.desk().usable(absent) == nil)

        _ = try files.read(path)
        let present = TokenEntry(order: [], token: TokenHome.token(), files: files.witnesses)
        #expect(files.witnesses.count == 1)
        #expect(try home.desk().usable(present) != nil)
        try write("two", to: path)
        #expect(try home.desk().usable(present) == nil)
        try write("one", to: path)
        #expect(try home.desk().usable(present) != nil)
        unlink(path)
        #expect(try home.desk().usable(present) == nil)
    }

    private func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(file >= 0 && Glibc.write(file, text, text.utf8.count) == text.utf8.count)
        close(file)
    }

    @Test("the next one is not fetched again right after a failure, unless the clock was set back")
    func backOff() throws {
        home.now += 30_000
        var entry = TokenEntry(order: [], token: TokenHome.token())
        #expect(try home.desk().isDue(entry))
        entry.failure = TokenEntry.Failure(at: home.now, error: CredentialError(.refused, "no"))
        #expect(try !home.desk().isDue(entry))
        home.now += 299
        #expect(try !home.desk().isDue(entry))
        home.now += 1
        #expect(try home.desk().isDue(entry))
        home.now -= 301
        #expect(try home.desk().isDue(entry))
    }
}

@Suite("When a stored ECR login ends")
struct LoginExpiryTests {
    @Test(
        "as the token says, else after twelve hours",
        arguments: [
            (
                #"{"payload":"x","version":"2","type":"DATA_KEY","expiration":1900000000}"#,
                1_900_000_000
            ),
            (#"{"expiration":"soon"}"#, 43_210), (#"{"payload":"x"}"#, 43_210), ("[]", 43_210),
            ("", 43_210), (#"{"expiration":1900000000"#, 43_210),
        ] as [(String, Int64)])
    func expiry(_ payload: String, _ expected: Int64) {
        var encoded: [UInt8] = []
        Array(payload.utf8).withUnsafeBytes { bytes in
            Base64.encode(bytes) { encoded.append($0) }
        }
        #expect(LoginExpiry.of(Secret(copying: encoded), now: 10) == expected)
        #expect(LoginExpiry.of(Secret(copying: Array("!".utf8)), now: 10) == 43_210)
    }
}
