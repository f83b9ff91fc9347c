import Configuration
import CredentialCore
import HostAccess
import Prompting

/// What git's configuration makes of a request: which helpers are asked, and with what. Unlike
/// setup this looks from where it is run, as git would: a repository may have settings of its own.
struct GitCheck {
    private struct Entry {
        let url: String?
        let name: String
        /// nil for a name alone.
        let value: String?
        let origin: String
    }

    /// What was found.
    private(set) var findings: [Diagnosis.Finding] = []
    /// Whether git tells helpers the path.
    private(set) var sendsPath = true
    /// The user that git asks for.
    private(set) var username: String?
    /// The program that git calls in place of `git-credential-keyfob`; nil for the one on PATH.
    private(set) var helperPath: String?

    private let address: Address
    private let session: AdminSession
    private let git: GitProgram
    private var entries: [Entry] = []

    /// - Parameter address: what is fetched or pushed.
    init(_ address: Address, _ session: AdminSession) {
        self.address = address
        self.session = session
        git = GitProgram(path: session.surroundings.variable("PATH") ?? "")
        do throws(CredentialError) {
            entries = try readEntries()
        } catch {
            add(.doubtful, error.problem, error.remedy)
            return
        }
        let isHTTP = address.scheme == Scheme.https || address.scheme == Scheme.http
        sendsPath = !isHTTP || isTrue("usehttppath")
        username = value("username")
        judgeHelpers()
        judgeRequest()
    }

    private mutating func add(
        _ state: Diagnosis.Finding.State, _ text: String, _ remedy: String? = nil
    ) {
        findings.append(.init("client", state, text, remedy: remedy))
    }

    /// The address as git writes it.
    var url: String {
        address.scheme == Scheme.https ? "https://\(address.text)" : address.text
    }
}

// MARK: - Reading

extension GitCheck {
    /// All that stands in sections `credential` that apply here, in git's order.
    private func readEntries() throws(CredentialError) -> [Entry] {
        let answer = try git.values([
            "config", "--null", "--includes", "--show-origin", "--get-regexp", "^credential\\.",
        ])
        var all: [Entry] = []
        for index in stride(from: 0, to: answer.count - 1, by: 2) {
            let parts = answer[index + 1].split(
                separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard let dot = parts[0].lastIndex(of: ".") else { continue }
            let key = parts[0][..<dot].dropFirst("credential".count)
            all.append(
                Entry(
                    url: key.isEmpty ? nil : String(key.dropFirst()),
                    name: parts[0][parts[0].index(after: dot)...].lowercased(),
                    value: parts.count > 1 ? String(parts[1]) : nil,
                    origin: String(answer[index].drop { $0 != ":" }.dropFirst())))
        }
        var applies: [String: Bool] = [:]
        for url in Set(all.compactMap(\.url)) { applies[url] = self.applies(url) }
        return all.filter { entry in entry.url.map { applies[$0] ?? false } ?? true }
    }

    /// Whether a section's URL is this one's: git itself is asked (gitcredentials(7), "Credential
    /// contexts").
    private func applies(_ pattern: String) -> Bool {
        let answer = try? git.values([
            "-c", "credential.\(pattern).keyfobasks=yes", "config", "--null", "--get-urlmatch",
            "credential.keyfobasks", url,
        ])
        return answer?.first == "yes"
    }

    private func value(_ name: String) -> String? { entries.last { $0.name == name }?.value }

    private func isTrue(_ name: String) -> Bool {
        guard let entry = entries.last(where: { $0.name == name }) else { return false }
        return entry.value.map { GitBoolean.value($0) == true } ?? true
    }

    /// The helpers that are asked, in their order. An empty name takes back those before it.
    private var helpers: [(name: String, origin: String)] {
        var helpers: [(name: String, origin: String)] = []
        for entry in entries where entry.name == "helper" {
            // git itself refuses a name alone.
            guard let helper = entry.value else { continue }
            if helper.isEmpty { helpers = [] } else { helpers.append((helper, entry.origin)) }
        }
        return helpers
    }
}

// MARK: - Judging

extension GitCheck {
    private mutating func judgeHelpers() {
        let helpers = helpers
        guard let own = helpers.firstIndex(where: { Self.isOwn($0.name) }) else {
            let others = helpers.map { "`\($0.name)`" }.joined(separator: ", ")
            add(
                .bad,
                helpers.isEmpty
                    ? "git asks no credential helper for \(url)"
                    : "git does not ask Keyfob for \(url), but \(others) (\(helpers[0].origin))",
                "run `keyfob setup git`")
            return
        }
        if helpers[own].name.hasPrefix("/") {
            helperPath = String(helpers[own].name.prefix { $0 != " " })
        }
        let before = helpers[..<own]
        if let first = before.first {
            let names = before.map { "`\($0.name)`" }.joined(separator: ", ")
            add(
                .bad,
                "git asks \(names) before Keyfob (\(first.origin)): what that answers is sent, "
                    + "whatever Keyfob holds",
                "run `keyfob setup git`, which makes git ask Keyfob alone, or take it out of "
                    + first.origin)
        } else {
            add(.good, "git asks Keyfob (\(helpers[own].origin))")
        }
        let after = helpers[(own + 1)...].filter { !Self.isOwn($0.name) }
        if let first = after.first {
            add(
                .doubtful, "git stores logins with `\(first.name)` as well (\(first.origin))",
                "run `keyfob setup git`, which makes git ask Keyfob alone")
        }
    }

    private mutating func judgeRequest() {
        if let username {
            add(.good, "git asks for the user \(username) (credential.username)")
        }
        if !sendsPath, !address.path.isEmpty {
            add(
                .good,
                "git names only the host to helpers, not the repository (credential.useHttpPath)")
        }
        let mode = session.configuration.prompt.mode(at: address)
        if mode == .ask {
            add(.good, "where nothing is stored, Keyfob asks for a login (mode ask)")
        } else if mode == .oauth {
            let obstacle = OAuthReadiness(address: address, session: session).obstacleToLogin()
            if let obstacle {
                add(
                    .doubtful,
                    "where nothing is stored, Keyfob cannot log in by OAuth (mode oauth): "
                        + obstacle.problem, obstacle.remedy)
            } else {
                add(.good, "where nothing is stored, Keyfob logs in by OAuth (mode oauth)")
            }
        }
        judgeAsking(AskingMeans(session.surroundings, session.configuration))
    }

    private mutating func judgeAsking(_ means: AskingMeans) {
        switch means.ban {
        case .automation: add(.good, "nobody is asked anything (CI is set)")
        case .gitConfiguration: add(.good, "nobody is asked anything (credential.interactive)")
        case nil:
            if case .askpass(_, let source)? = means.all.first {
                add(.good, "questions go to the program that \(source) names")
            }
            if means.terminalIsForbidden {
                add(.good, "nobody is asked on a terminal (GIT_TERMINAL_PROMPT)")
            }
        }
    }

    /// Whether a helper's name is ours: `keyfob`, or the program's path, with or without options.
    static func isOwn(_ name: String) -> Bool {
        let word = name.drop { $0 == "!" }.prefix { $0 != " " }
        let program = word.split(separator: "/").last ?? ""
        return word == "keyfob" || program == "git-credential-keyfob"
    }
}
