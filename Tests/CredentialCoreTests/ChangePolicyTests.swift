import CredentialCore
import Testing

/// A login, and what is or is not done to it by each of several requests.
struct ChangeRule<Request: Sendable>: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let stored: Stored
    let outcomes: KeyValuePairs<Request, Bool>

    init(_ reason: String, _ stored: Stored, _ outcomes: KeyValuePairs<Request, Bool>) {
        testDescription = reason
        self.stored = stored
        self.outcomes = outcomes
    }

    /// Whether the rule is shown both ways, as every one has to be.
    var isShownBothWays: Bool { Set(outcomes.map(\.value)).count == 2 }
}

@Suite struct ChangePolicyTests {
    @Test(
        arguments: [
            ChangeRule(
                "docker's erase removes the login of that address under all its names",
                Stored("a", "registry:reg.example", origin: .docker),
                [
                    "registry:reg.example": true, "registry:https://reg.example/v2/": true,
                    "registry:reg.example:443": true, "registry:reg.example:5000": false,
                    "registry:other.example": false,
                ]),
            ChangeRule(
                "http and https are alike to erase, since docker sends both",
                Stored("a", "registry:reg.example", origin: .docker),
                ["registry:http://reg.example": true, "registry:http://reg.example:444": false]),
            ChangeRule(
                "the port that http means is another than https's",
                Stored("a", "registry:reg.example", origin: .docker),
                [
                    "registry:http://reg.example": true, "registry:http://reg.example:80": false,
                    "registry:reg.example:80": false,
                ]),
            ChangeRule(
                "erasing a host leaves the paths under it alone",
                Stored("a", "registry:reg.example/acme", origin: .docker),
                [
                    "registry:reg.example/acme": true, "registry:reg.example": false,
                    "registry:reg.example/acme/app": false,
                ]),
            ChangeRule(
                "erasing a path leaves its host alone",
                Stored("a", "registry:reg.example", origin: .docker),
                ["registry:reg.example": true, "registry:reg.example/acme": false]),
            ChangeRule(
                "erasing Docker Hub leaves its tokens alone",
                Stored("a", "registry:docker.io/v1/access-token", origin: .docker),
                [
                    "registry:https://index.docker.io/v1/access-token": true,
                    "registry:https://index.docker.io/v1/": false,
                    "registry:https://index.docker.io/v1/refresh-token": false,
                ]),
            ChangeRule(
                "docker's erase removes in exactly the scope in effect",
                Stored("a", "registry:reg.example", origin: .docker, scope: "acme"),
                [
                    Ask("registry:reg.example", in: "acme"): true,
                    Ask("registry:reg.example", in: "acme/dev"): false,
                    "registry:reg.example": false,
                ]),
            ChangeRule(
                "docker's erase removes every user's login",
                Stored("a", "registry:reg.example", origin: .docker, username: "bob"),
                ["registry:reg.example": true, "registry:b.example": false]),
        ] as [ChangeRule<Ask>])
    func `docker erases its logins of one address`(rule: ChangeRule<Ask>) throws {
        let candidate = try rule.stored.candidate()
        for (ask, expected) in rule.outcomes {
            let isRemoved = ChangePolicy.registryErase(
                of: try Address.registryErasures(ask.bytes), in: try Scope(ask.scope.utf8),
                removes: candidate)
            #expect(isRemoved == expected, "\(ask)")
        }
        #expect(rule.isShownBothWays)
    }

    @Test(arguments: [
        (Origin.docker, "registry:h.example", true), (.admin, "registry:h.example", false),
        (.imported, "registry:h.example", false), (.git, "git:h.example", false),
    ])
    func `docker erases what docker stored and nothing else`(
        origin: Origin, binding: String, isRemoved: Bool
    ) throws {
        let candidate = try Stored("a", binding, origin: origin).candidate()
        let addresses = try Address.registryErasures(Array("h.example".utf8))
        #expect(
            ChangePolicy.registryErase(of: addresses, in: .none, removes: candidate) == isRemoved)
    }

    /// What git's erase names.
    struct GitAsk: Sendable, CustomStringConvertible {
        var scheme: String?
        var host: String
        var path: String?
        var username: String?
        var scope = ""

        init(
            _ scheme: String?, _ host: String, _ path: String? = nil, as username: String? = nil,
            in scope: String = ""
        ) {
            self.scheme = scheme
            self.host = host
            self.path = path
            self.username = username
            self.scope = scope
        }

        var description: String {
            "\(scheme ?? "*")://\(host)/\(path ?? "*") as \(username ?? "*") in \(scope)"
        }

        func concerns(_ candidate: Candidate) throws -> Bool {
            let request = ChangePolicy.GitErase(
                protocolName: scheme.map { Array($0.utf8) }, host: Array(host.utf8),
                path: path.map { Array($0.utf8) }, username: username.map { Array($0.utf8) })
            return ChangePolicy.gitErase(
                request, in: try Scope(scope.utf8), concerns: candidate)
        }
    }

    @Test(
        arguments: [
            ChangeRule(
                "a field that is absent stands for any value",
                Stored("a", "git:git.example/acme", origin: .git, username: "alice"),
                [
                    GitAsk("https", "git.example", "acme", as: "alice"): true,
                    GitAsk(nil, "git.example", "acme", as: "alice"): true,
                    GitAsk("https", "git.example", nil, as: "alice"): true,
                    GitAsk("https", "git.example", "acme"): true, GitAsk(nil, "git.example"): true,
                    GitAsk("http", "git.example"): false, GitAsk(nil, "other.example"): false,
                    GitAsk(nil, "git.example:444"): false,
                    GitAsk(nil, "git.example", "other"): false,
                    GitAsk(nil, "git.example", "acme/app"): false,
                    GitAsk(nil, "git.example", as: "bob"): false,
                ]),
            ChangeRule(
                "a login without a path is not one at a path",
                Stored("a", "git:git.example", origin: .git),
                [
                    GitAsk("https", "git.example"): true,
                    GitAsk("https", "git.example", "acme"): false,
                ]),
            ChangeRule(
                "the default port is the host itself",
                Stored("a", "git:git.example", origin: .git),
                [
                    GitAsk("https", "git.example:443"): true, GitAsk(nil, "GIT.example"): true,
                    GitAsk("http", "git.example:443"): false,
                ]),
            ChangeRule(
                "a user name that is asked for is not that of a login without one",
                Stored(
                    "a", "git:git.example", origin: .git, kind: .token, username: nil,
                    authtype: "Bearer"),
                [
                    GitAsk("https", "git.example"): true,
                    GitAsk("https", "git.example", as: "alice"): false,
                    GitAsk("https", "git.example", as: ""): false,
                ]),
            ChangeRule(
                "git's erase sees the logins that its get sees",
                Stored("a", "git:git.example", origin: .git, scope: "acme"),
                [
                    GitAsk("https", "git.example", in: "acme"): true,
                    GitAsk("https", "git.example", in: "acme/dev"): true,
                    GitAsk("https", "git.example"): false,
                    GitAsk("https", "git.example", in: "other"): false,
                ]),
            ChangeRule(
                "what names no place erases nothing",
                Stored("a", "git:git.example", origin: .git),
                [
                    GitAsk("https", "git.example"): true, GitAsk("https", "git.example."): false,
                    GitAsk("https", "me@git.example"): false, GitAsk("https", ""): false,
                    GitAsk("https", "git.example", "a/../b"): false,
                ]),
        ] as [ChangeRule<GitAsk>])
    func `git erases its logins as its own helpers do`(rule: ChangeRule<GitAsk>) throws {
        let candidate = try rule.stored.candidate()
        for (ask, expected) in rule.outcomes {
            #expect(try ask.concerns(candidate) == expected, "\(ask)")
        }
        #expect(rule.isShownBothWays)
    }

    @Test(arguments: [
        (Origin.git, "git:h.example", true), (.admin, "git:h.example", false),
        (.imported, "git:h.example", false), (.docker, "registry:h.example", false),
    ])
    func `git erases what git stored and nothing else`(
        origin: Origin, binding: String, isConcerned: Bool
    ) throws {
        let candidate = try Stored("a", binding, origin: origin).candidate()
        #expect(try GitAsk("https", "h.example").concerns(candidate) == isConcerned)
    }

    @Test(arguments: [
        (Origin.admin, "git:h.example", true), (.imported, "git:h.example", true),
        (.git, "git:h.example", false), (.docker, "registry:h.example", false),
        (.admin, "registry:h.example", false),
    ])
    func `a refusal suspends an administrator's git binding and nothing else`(
        origin: Origin, binding: String, isSuspended: Bool
    ) throws {
        let candidate = try Stored("a", binding, origin: origin).candidate()
        #expect(ChangePolicy.suspendsOnRefusal(candidate) == isSuspended)
        #expect(ChangePolicy.suspensionTime == 600)
    }
}
