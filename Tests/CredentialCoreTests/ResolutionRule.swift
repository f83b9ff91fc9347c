import CredentialCore
import Testing

/// A rule of resolution: what is stored, what is asked, and who answers.
struct ResolutionRule: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let stored: [Stored]
    /// What is asked, and the name of the credential that answers; nil is a miss.
    let outcomes: KeyValuePairs<Ask, String?>

    init(_ reason: String, _ stored: [Stored], _ outcomes: KeyValuePairs<Ask, String?>) {
        testDescription = reason
        self.stored = stored
        self.outcomes = outcomes
    }
}

extension ResolutionRule {
    static let places = [
        ResolutionRule(
            "a login answers for its host, scheme and port, and for nothing beside them",
            [Stored("reg", "registry:reg.example:5000", origin: .docker)],
            [
                "registry:reg.example:5000": "reg", "registry:https://REG.example:5000/v2/": "reg",
                "registry:reg.example": nil, "registry:reg.example:5001": nil,
                "registry:a.reg.example:5000": nil, "registry:reg.example.evil.example:5000": nil,
            ]),
        ResolutionRule(
            "http never receives an https secret, nor the other way round",
            [
                Stored("tls", "registry:reg.example"), Stored("web", "git:https://git.example"),
                Stored("plain", "git:http://old.example"),
            ],
            [
                "registry:reg.example": "tls", "registry:http://reg.example": nil,
                "registry:http://reg.example:443": nil, "git:https://git.example": "web",
                "git:http://git.example": nil, "git:http://git.example:443": nil,
                "git:http://old.example": "plain", "git:https://old.example": nil,
                "git:https://old.example:80": nil,
            ]),
        ResolutionRule(
            "on loopback plain HTTP is the registry itself, but not for git",
            [Stored("reg", "registry:localhost:5000"), Stored("git", "git:localhost:3000")],
            [
                "registry:http://localhost:5000": "reg", "registry:localhost:5000": "reg",
                "git:https://localhost:3000": "git", "git:http://localhost:3000": nil,
            ]),
        ResolutionRule(
            "Docker Hub's login answers under all its names, but never for its tokens",
            [Stored("hub", "registry:docker.io", origin: .docker)],
            [
                "registry:https://index.docker.io/v1/": "hub", "registry:docker.io": "hub",
                "registry:registry-1.docker.io": "hub",
                "registry:index.docker.io/library/alpine": "hub",
                "registry:https://index.docker.io/v1/access-token": nil,
                "registry:https://index.docker.io/v1/refresh-token": nil,
            ]),
        ResolutionRule(
            "Docker Hub's tokens answer for themselves, never for its login",
            [
                Stored("access", "registry:docker.io/v1/access-token", origin: .docker),
                Stored("refresh", "registry:docker.io/v1/refresh-token", origin: .docker),
            ],
            [
                "registry:https://index.docker.io/v1/access-token": "access",
                "registry:https://index.docker.io/v1/refresh-token": "refresh",
                "registry:https://index.docker.io/v1/": nil, "registry:docker.io": nil,
            ]),
        ResolutionRule(
            "the exact path comes before a longer prefix, that before a shorter one, then the host",
            [
                Stored("host", "registry:reg.example", currency: 9),
                Stored("acme", "registry:reg.example/acme", currency: 8),
                Stored("app", "registry:reg.example/acme/app", currency: 7),
            ],
            [
                "registry:reg.example/acme/app": "app", "registry:reg.example/acme/app/tag": "app",
                "registry:reg.example/acme": "acme", "registry:reg.example/acme/other": "acme",
                "registry:reg.example/other": "host", "registry:reg.example": "host",
            ]),
        ResolutionRule(
            "a path is a prefix by whole segments, and never answers for what is above it",
            [Stored("acme", "registry:reg.example/acme")],
            [
                "registry:reg.example/acme/app": "acme", "registry:reg.example/acme/": "acme",
                "registry:reg.example/acmeevil": nil, "registry:reg.example/acm": nil,
                "registry:reg.example/ACME": nil, "registry:reg.example": nil,
                "registry:reg.example/evil/acme": nil,
            ]),
        ResolutionRule(
            "an administrator's git binding falls back from a path to its host",
            [
                Stored("seed", "git:git.example"),
                Stored("brought", "git:b.example", origin: .imported),
            ],
            [
                "git:git.example/acme/app.git": "seed", "git:git.example": "seed",
                "git:b.example/acme/app.git": "brought", "git:git.example:8443/acme": nil,
            ]),
        ResolutionRule(
            "git's own login without a path answers no path",
            [Stored("login", "git:git.example", origin: .git)],
            ["git:git.example": "login", "git:git.example/acme/app.git": nil]),
        ResolutionRule(
            "git's own login with a path answers that path exactly, or a request without one",
            [Stored("login", "git:git.example/acme", origin: .git)],
            [
                "git:git.example/acme": "login", "git:git.example": "login",
                "git:git.example/acme/app.git": nil, "git:git.example/other": nil,
            ]),
        ResolutionRule(
            "a request without a path prefers a login without one",
            [
                Stored("path", "git:git.example/acme", origin: .git, currency: 9),
                Stored("host", "git:git.example", origin: .git),
            ],
            ["git:git.example": "host", "git:git.example/acme": "path"]),
        ResolutionRule(
            "an administrator's path never answers a request without one",
            [Stored("seed", "git:git.example/acme")],
            ["git:git.example/acme/app.git": "seed", "git:git.example": nil]),
    ]

    static let wildcards = [
        ResolutionRule(
            "a star stands for exactly one label",
            [Stored("star", "registry:*.reg.example")],
            [
                "registry:a.reg.example": "star", "registry:a.reg.example/acme": "star",
                "registry:reg.example": nil, "registry:a.b.reg.example": nil,
                "registry:a.reg.example.evil": nil, "registry:areg.example": nil,
                "registry:a.reg.example:5000": nil, "registry:http://a.reg.example": nil,
            ]),
        ResolutionRule(
            "a label that is not ASCII may look like any other and is under no star",
            [Stored("star", "git:*.git.example")],
            ["git:a.git.example": "star", "git:\u{430}.git.example": nil]),
        ResolutionRule(
            "a literal host comes before a wildcard, whatever their paths and scopes",
            [
                Stored("star", "registry:*.reg.example/acme", scope: "acme", currency: 9),
                Stored("host", "registry:a.reg.example"),
            ],
            [
                Ask("registry:a.reg.example/acme", in: "acme"): "host",
                Ask("registry:b.reg.example/acme", in: "acme"): "star",
                Ask("registry:b.reg.example", in: "acme"): nil,
            ]),
        ResolutionRule(
            "of two wildcards the one that spells out more labels answers",
            [
                Stored("wide", "registry:*.*.reg.example", currency: 9),
                Stored("narrow", "registry:*.eu.reg.example"),
            ],
            ["registry:a.eu.reg.example": "narrow", "registry:a.us.reg.example": "wide"]),
    ]

    static let scopes = [
        ResolutionRule(
            "the nearest enclosing scope answers",
            [
                Stored("none", "registry:reg.example", currency: 9),
                Stored("acme", "registry:reg.example", scope: "acme", currency: 8),
                Stored("prod", "registry:reg.example", scope: "acme/payments/prod"),
            ],
            [
                Ask("registry:reg.example", in: "acme/payments/prod"): "prod",
                Ask("registry:reg.example", in: "acme/payments/prod/eu"): "prod",
                Ask("registry:reg.example", in: "acme/payments"): "acme",
                Ask("registry:reg.example", in: "other"): "none",
                "registry:reg.example": "none",
            ]),
        ResolutionRule(
            "without a scope only what has none is seen, and a scope is enclosed by whole segments",
            [Stored("acme", "git:git.example", scope: "acme")],
            [
                Ask("git:git.example", in: "acme"): "acme",
                Ask("git:git.example", in: "acme/dev"): "acme", "git:git.example": nil,
                Ask("git:git.example", in: "acmes"): nil, Ask("git:git.example", in: "ac"): nil,
                Ask("git:git.example", in: "Acme"): nil, Ask("git:git.example", in: "x/acme"): nil,
            ]),
        ResolutionRule(
            "a longer path comes before a nearer scope",
            [
                Stored("near", "registry:reg.example", scope: "acme/dev"),
                Stored("long", "registry:reg.example/app"),
            ],
            [
                Ask("registry:reg.example/app", in: "acme/dev"): "long",
                Ask("registry:reg.example/other", in: "acme/dev"): "near",
            ]),
        ResolutionRule(
            "a nearer scope comes before what was stored more recently",
            [
                Stored("recent", "registry:reg.example", currency: 9),
                Stored("near", "registry:reg.example", scope: "acme"),
            ],
            [Ask("registry:reg.example", in: "acme"): "near", "registry:reg.example": "recent"]),
    ]

    static let users = [
        ResolutionRule(
            "the login stored last is current",
            [
                Stored("alice", "registry:reg.example", origin: .docker, username: "alice"),
                Stored(
                    "bob", "registry:reg.example", origin: .docker, username: "bob", currency: 2),
                Stored(
                    "bob-elsewhere", "registry:b.example", origin: .docker, username: "bob",
                    currency: 2),
                Stored(
                    "alice-elsewhere", "registry:b.example", origin: .docker, username: "alice",
                    currency: 3),
            ],
            ["registry:reg.example": "bob", "registry:b.example": "alice-elsewhere"]),
        ResolutionRule(
            "who asks as somebody is never answered as somebody else",
            [
                Stored("alice", "git:git.example", origin: .git, username: "alice"),
                Stored("bob", "git:git.example", origin: .git, username: "bob", currency: 2),
            ],
            [
                "git:git.example": "bob", Ask("git:git.example", as: "alice"): "alice",
                Ask("git:git.example", as: "bob"): "bob", Ask("git:git.example", as: "carol"): nil,
                Ask("git:git.example", as: "Alice"): nil, Ask("git:git.example", as: ""): nil,
            ]),
        ResolutionRule(
            "the empty user name is a name",
            [Stored("empty", "git:git.example", origin: .git, username: "")],
            [
                Ask("git:git.example", as: ""): "empty", "git:git.example": "empty",
                Ask("git:git.example", as: "alice"): nil,
            ]),
        ResolutionRule(
            "a token without a user answers whoever asks, and nobody where none is usual",
            [
                Stored("token", "git:git.example", kind: .token, username: nil),
                Stored("hub", "git:github.com", kind: .token, username: nil),
            ],
            [
                Ask("git:git.example", as: "alice"): "token",
                Ask("git:git.example", as: "bob"): "token", "git:git.example": nil,
                "git:github.com": "hub", Ask("git:github.com", as: "alice"): "hub",
            ]),
        ResolutionRule(
            "a ready-made header needs no user, and a login without one is nobody's",
            [
                Stored("seed", "git:a.example", kind: .token, username: nil, authtype: "Bearer"),
                Stored(
                    "login", "git:b.example", origin: .git, kind: .token, username: nil,
                    authtype: "Bearer"),
            ],
            [
                "git:a.example": "seed", Ask("git:a.example", as: "alice"): "seed",
                "git:b.example": "login", Ask("git:b.example", as: "alice"): nil,
            ]),
        ResolutionRule(
            "an identity token is a login with a user name of its own",
            [
                Stored(
                    "identity", "registry:reg.example", origin: .docker, kind: .token,
                    username: "<token>")
            ],
            ["registry:reg.example": "identity", Ask("registry:reg.example", as: "alice"): nil]),
    ]

    static let uses = [
        ResolutionRule(
            "a login of one protocol is never served to the other",
            [
                Stored("docker", "registry:both.example", origin: .docker),
                Stored("git", "git:code.example", origin: .git),
            ],
            [
                "registry:both.example": "docker", "git:both.example": nil,
                "git:code.example": "git", "registry:code.example": nil,
            ]),
        ResolutionRule(
            "a credential bound to both protocols is served to both",
            [
                Stored("seed", "registry:both.example"), Stored("seed", "git:both.example"),
                Stored("one", "git:one.example"),
            ],
            [
                "registry:both.example": "seed", "git:both.example": "seed",
                "git:one.example": "one", "registry:one.example": nil,
            ]),
        ResolutionRule(
            "only what is a password or token is served to git",
            [
                Stored("key", "registry:a.example", kind: .accessKey),
                Stored("key", "git:a.example", kind: .accessKey),
                Stored("file", "registry:b.example", kind: .serviceAccount),
                Stored("ssh", "git:c.example", kind: .sshKey),
                Stored("login", "git:c.example/d", kind: .password),
            ],
            [
                "registry:a.example": "key", "git:a.example": nil, "registry:b.example": "file",
                "git:c.example": nil, "git:c.example/d": "login",
            ]),
        ResolutionRule(
            "a suspended seed is a miss for git, never somebody else's credential",
            [
                Stored("refused", "git:git.example", currency: 9, suspendedUntil: Ask.now + 1),
                Stored("other", "git:git.example", username: "other"),
            ],
            [
                "git:git.example": "suspended refused",
                "git:git.example/acme": "suspended refused",
                Ask("git:git.example", now: Ask.now + 1): "refused",
                Ask("git:git.example", as: "other"): "other",
            ]),
        ResolutionRule(
            "a suspension is git's alone, and of one binding alone",
            [
                Stored("seed", "git:git.example", suspendedUntil: Ask.now + 1),
                Stored("seed", "git:other.example"),
                Stored("seed", "registry:git.example", suspendedUntil: Ask.now + 1),
            ],
            [
                "git:git.example": "suspended seed", "git:other.example": "seed",
                "registry:git.example": "seed",
            ]),
        ResolutionRule(
            "what has expired is still the one that answers, so that nobody else does",
            [
                Stored("expired", "git:git.example", currency: 9, expiresAt: Ask.now - 1),
                Stored("valid", "git:git.example", username: "other"),
            ],
            [
                "git:git.example": "expired", Ask("git:git.example", as: "other"): "valid",
                "git:other.example": nil,
            ]),
    ]
}
