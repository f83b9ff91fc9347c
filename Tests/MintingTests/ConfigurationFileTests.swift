import CredentialCore
import Testing

@testable import Minting

@Suite struct ConfigurationFileTests {
    typealias Profiles = [String: [String: String]]

    /// What the two files say, and what profiles come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var config = ""
        var credentials = ""
        let profiles: Profiles

        init(
            _ title: String, _ config: String = "", credentials: String = "", _ profiles: Profiles
        ) {
            testDescription = title
            self.config = config
            self.credentials = credentials
            self.profiles = profiles
        }
    }

    // What follows holds every rule that AWS's own parsers are tested for.
    private static let cases: [Case] = [
        Case("an empty file has no profile", "", [:]),
        Case("a profile may be empty", "[profile a]", ["a": [:]]),
        Case(
            "names are made of letters, digits and these signs",
            "[profile x-y:z/1_2%3.four@five+]\n[profile x!y]", ["x-y:z/1_2%3.four@five+": [:]]),
        Case(
            "every letter and digit may be in a name",
            "[profile ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_]",
            ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_": [:]]),
        Case("blanks around a name are none of it", "[profile \ta \t]", ["a": [:]]),
        Case("blanks around all of it neither", "[  profile a  ]\nk = v", ["a": ["k": "v"]]),
        Case("a tab parts the words", "[profile\ta]", ["a": [:]]),
        Case("no blank, no profile", "[profilea]\nk = v\n[profile b]", ["b": [:]]),
        Case("a profile has settings", "[profile a]\nk = v", ["a": ["k": "v"]]),
        Case("lines may end as on Windows", "[profile a]\r\nk = v\r\n", ["a": ["k": "v"]]),
        Case("a value may hold `=`", "[profile a]\nk = v=w=", ["a": ["k": "v=w="]]),
        Case("a value may be in any script", "[profile a]\nk = 🗝é", ["a": ["k": "🗝é"]]),
        Case("two settings", "[profile a]\nk = v\nl = w", ["a": ["k": "v", "l": "w"]]),
        Case("blanks around both are trimmed", "[profile a]\nk \t=  \tv w \t", ["a": ["k": "v w"]]),
        Case("a value may be empty", "[profile a]\nk =", ["a": ["k": ""]]),
        Case("two empty profiles", "[profile a]\n[profile b]", ["a": [:], "b": [:]]),
        Case(
            "two profiles with settings", "[profile a]\nk = v\n[profile b]\nl = w",
            ["a": ["k": "v"], "b": ["l": "w"]]),
        Case(
            "empty lines mean nothing", "\t \n[profile a]\n\t\n \nk = v\n\t \n[profile b]\n \t",
            ["a": ["k": "v"], "b": [:]]),
        Case(
            "`#` begins a comment", "# c\n[profile a] # c\nk = v # c with # in it",
            ["a": ["k": "v"]]),
        Case(
            "`;` begins a comment", "; c\n[profile a] ; c\nk = v ; c with ; in it",
            ["a": ["k": "v"]]),
        Case("both in one", "# c\n[profile a] ; c\nk = v # c with ; in it", ["a": ["k": "v"]]),
        Case("a comment may be empty", ";\n[profile a];\nk = v ;\n", ["a": ["k": "v"]]),
        Case(
            "a comment may touch the bracket", "[profile a]; c\n[profile b]# c",
            ["a": [:], "b": [:]]),
        Case(
            "what touches a value is no comment", "[profile a]\nk = v; no\nl = w# no",
            ["a": ["k": "v; no", "l": "w# no"]]),
        Case("a value may be a comment alone", "[profile a]\nk = # c", ["a": ["k": ""]]),
        Case("a value goes on", "[profile a]\nk = v\n -w", ["a": ["k": "v\n-w"]]),
        Case("and on", "[profile a]\nk = v\n -w\n\t-x", ["a": ["k": "v\n-w\n-x"]]),
        Case("trimmed", "[profile a]\nk = v\n \t -w \t ", ["a": ["k": "v\n-w"]]),
        Case(
            "with what looks like a comment", "[profile a]\nk = v\n -w # c",
            ["a": ["k": "v\n-w # c"]]),
        Case("of either kind", "[profile a]\nk = v\n -w ; c", ["a": ["k": "v\n-w ; c"]]),
        Case(
            "an indented comment is one", "[profile a]\n  # c\nk = v\n  ; c\nl = w",
            ["a": ["k": "v", "l": "w"]]),
        Case(
            "a profile that comes twice is one", "[profile a]\nk = v\n[profile a]\nl = w",
            ["a": ["k": "v", "l": "w"]]),
        Case("the last value counts", "[profile a]\nk = v\nk = w", ["a": ["k": "w"]]),
        Case(
            "in the second section too", "[profile a]\nk = v\n[profile a]\nk = w",
            ["a": ["k": "w"]]),
        Case(
            "whatever the case of the name", "[profile a]\nKey = v\n[profile a]\nkEY = w",
            ["a": ["key": "w"]]),
        Case(
            "but profiles have a case", "[profile a]\nk = v\n[profile A]\nk = w",
            ["a": ["k": "v"], "A": ["k": "w"]]),
        Case("`default` needs no prefix", "[default]\nk = v", ["default": ["k": "v"]]),
        Case(
            "with one it hides the other", "[profile default]\nk = v\n[default]\nl = w",
            ["default": ["k": "v"]]),
        Case(
            "wherever it stands", "[default]\nl = w\n[profile default]\nk = v",
            ["default": ["k": "v"]]),
        Case(
            "and however often",
            "[profile default]\nk = v\n[default]\nl = w\n[profile default]\nm = x",
            ["default": ["k": "v", "m": "x"]]),
        Case(
            "what `credentials` says comes on top",
            "[profile default]\nk = v\n[default]\nl = w", credentials: "[default]\nsecret=s",
            ["default": ["k": "v", "secret": "s"]]),
        Case(
            "a name of three words is none", "[profile a b]\nk = v", credentials: "[a b c]\nk = v",
            [:]),
        Case(
            "and what is below it belongs to nobody",
            "[profile a]\nk = v\n[profile a b]\nk = w\n x\n[profile b]\nl = w",
            ["a": ["k": "v"], "b": ["l": "w"]]),
        Case(
            "a setting's name with a blank is passed over", "[profile a]\nk k = v\n w\nl = w",
            ["a": ["l": "w"]]),
        Case(
            "every letter and digit may be in a setting's name",
            "[profile a]\nABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ = v",
            [
                "a": [
                    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789-_": "v"
                ]
            ]),
        Case("settings may nest", "[profile a]\ns3 =\n k = v", ["a": ["s3": "\nk = v"]]),
        Case("a nested one may be empty", "[profile a]\ns3 =\n k =", ["a": ["s3": "\nk ="]]),
        Case(
            "or have a name that is none", "[profile a]\ns3 =\n k k = v",
            ["a": ["s3": "\nk k = v"]]),
        Case(
            "with empty lines between", "[profile a]\ns3 =\n k = v\n\t \n l = w",
            ["a": ["s3": "\nk = v\nl = w"]]),
        Case(
            "both files make a profile", "[profile a]\nk = v", credentials: "[a]\nl = w",
            ["a": ["k": "v", "l": "w"]]),
        Case(
            "`credentials` counts where both say something", "[profile a]\nk = v",
            credentials: "[a]\nk = w", ["a": ["k": "w"]]),
        Case("in `config` a profile needs its prefix", "[a]\nk = v", [:]),
        Case("in `credentials` it has none", credentials: "[profile a]\nk = v", [:]),
        Case(
            "and blanks around it do no harm",
            credentials: "[   a    ]\nk = v\n[profile b]", ["a": ["k": "v"]]),
        Case(
            "a session is no profile", "[sso-session a]\nk = v\n[profile b]", ["b": [:]]),
        Case(
            "nor are services", "[services a]\necr =\n endpoint_url = x\n[profile b]", ["b": [:]]),
        Case(
            "but a name may begin like one", credentials: "[sso-sessiona]\nk = v\n[b]",
            ["sso-sessiona": ["k": "v"], "b": [:]]),
    ]

    @Test(arguments: cases) func `a file says`(_ example: Case) throws {
        let bed = try AWSBed(config: example.config, credentials: example.credentials)
        let configuration = try bed.configuration()
        let named = [example.config, example.credentials].flatMap { text in
            text.split { "[] \t\r\n;#".contains($0) }.map { String($0) }
        }
        var profiles: Profiles = [:]
        for name in Set(named + ["default"]) {
            profiles[name] = configuration.profile(name)?.settings.mapValues(\.text)
        }
        #expect(profiles == example.profiles)
    }

    /// A file that breaks a rule: on which line, and what it is told.
    private static let mistakes: [(text: String, line: Int, problem: String)] = [
        ("[profile a", 1, "without `]`"),
        ("[default]\n\n[profile a # ]", 3, "without `]`"),
        ("[profile a] b", 1, "without `]`"),
        ("k = v", 1, "before the first section"),
        ("# c\n -w", 2, "before the first section"),
        ("[profile a]\n= v", 2, "no name"),
        ("[profile a]\nk : v", 2, "no `=`"),
        ("[profile a]\nk # = v", 2, "no `=`"),
        ("[profile a]\n -w", 2, "no setting stands above"),
        ("[profile a]\nk = v\n[profile a]\n -w", 4, "no setting stands above"),
        ("[profile a]\r\ns3 =\r\n w\r\n", 3, "no `=`"),
        ("[profile a]\ns3 =\n = v", 3, "no name"),
        ("[what ever this]\nk", 2, "no `=`"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is named by its line`(text: String, line: Int, problem: String) throws {
        let bed = try AWSBed(config: text)
        let error = try #require(throws: CredentialError.self) { try bed.configuration() }
        #expect(error.code == .configuration)
        #expect(error.problem.hasPrefix("\(bed.path(".aws/config")) line \(line) "))
        #expect(error.problem.contains(problem))
    }

    @Test func `a mistake does not show what stands there`() throws {
        let bed = try AWSBed(credentials: "[default]\naws_secret_access_key: hunter2\n")
        let error = try #require(throws: CredentialError.self) { try bed.configuration() }
        #expect(error.problem.contains(".aws/credentials line 2"))
        #expect(!error.message.contains("hunter2"))
    }

    @Test func `every end that a file may have is read to the same settings`() throws {
        let whole = "[default]\nk = value\ns3 =\n  l = w\n"
        for length in 0...whole.utf8.count {
            let text = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
            let bed = try AWSBed(config: text)
            let value = (try? bed.configuration())?.profile("default")?["k"]
            #expect(value == nil || "value".hasPrefix(value ?? "?"))
        }
        let bed = try AWSBed(config: whole)
        #expect(try bed.configuration().profile("default")?.nested("l", in: "s3") == "w")
    }

    @Test func `whatever stands in a file, it is read or a line of it is named`() {
        let pieces = [
            "[", "]", "=", "#", ";", " ", "\t", "\r", "\n", "\n", "profile", "a", "é", "\0",
        ]
        var state: UInt32 = 1
        var outcomes: Set<Bool> = []
        for _ in 0..<5000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 1_664_525 &+ 1_013_904_223
                text += pieces[Int(state >> 16) % pieces.count]
            }
            do throws(CredentialError) {
                _ = try AWSConfigurationFile(Secret(copying: Array(text.utf8)), path: "f")
                outcomes.insert(true)
            } catch {
                #expect(error.code == .configuration && error.problem.hasPrefix("f line "))
                outcomes.insert(false)
            }
        }
        #expect(outcomes.count == 2)
    }
}
