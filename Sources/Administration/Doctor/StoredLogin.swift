import Configuration
import CredentialCore
import HostAccess
import Keyring
import SealedFile
import Tokens

/// What is stored for a client's request, and the login that it makes.
struct StoredLogin {
    private(set) var findings: [Diagnosis.Finding] = []
    /// What the client would send; nil when nothing is, or it cannot be read.
    private(set) var login: HostLogin?
    /// The credential that answers.
    private(set) var credential: Credential?

    private var holdsRefreshToken = false
    private let query: Query
    private let session: AdminSession

    /// Looks a login up as the helpers do.
    ///
    /// - Throws: what opening the store throws.
    init(_ query: Query, _ session: AdminSession) throws(CredentialError) {
        self.query = query
        self.session = session
        let holding = try Holding.answering(query, try session.open(), session)
        let explanation = try Explanation(query, session, showingAll: false)
        switch holding.finding {
        case .answer(let candidate):
            credential = holding.credentials.first { $0.id == candidate.id }
            judge(candidate, explanation, holding)
        case .suspended:
            add("credential", .bad, explanation.reason, "give it a new secret with `keyfob edit`")
        case .minted(let order, let key):
            credential = key.flatMap { key in holding.credentials.first { $0.id == key.id } }
            mint(order, holding)
        case .unclear(let error):
            add("credential", .bad, error.problem, error.remedy)
        case .nothing:
            if let obstacle = lock(holding) {
                add("store", .bad, obstacle.problem, obstacle.remedy)
            }
            miss(explanation, holding)
        }
    }

    /// Whether nothing answers.
    var isMissing: Bool { credential == nil && login == nil }

    private mutating func add(
        _ topic: String, _ state: Diagnosis.Finding.State, _ text: String, _ remedy: String? = nil
    ) {
        findings.append(.init(topic, state, text, remedy: remedy))
    }

    private mutating func judge(
        _ candidate: Candidate, _ explanation: Explanation, _ holding: Holding
    ) {
        guard let credential, let file = holding.file else { return }
        let edit = file.location.command("edit \(credential.name)")
        if candidate.isExpired(at: query.now) {
            if credential.isRenewed {
                judgeRenewal(of: credential, in: file)
                return
            }
            add(
                "credential", .bad,
                "\(credential.name) has expired, \(Moment.text(candidate.expiresAt ?? 0))",
                credential.loginCommand.map { "run `\($0)`" } ?? "renew it with `\(edit)`")
            return
        }
        let username = candidate.answeredUsername(for: query)
        let user = username.map { " as \(Printable.text($0))" } ?? ""
        add("credential", .good, "\(credential.name) answers\(user): \(explanation.reason)")
        for state in CredentialStatus.states(of: credential, now: query.now)
        where state == .expiring {
            let end = credential.expiresAt ?? credential.rotateAfter ?? 0
            add(
                "expiry", .doubtful, "\(credential.name) ends or is due on \(Moment.text(end))",
                "renew it with `\(edit)`")
        }
        do throws(CredentialError) {
            let fields = try session.fieldsAtHand(of: credential, in: file)
            guard let secret = fields.primary else {
                throw CredentialError(
                    .damaged, "\(credential.name) has no secret",
                    remedy: "give it one with `\(edit)`")
            }
            holdsRefreshToken = fields["refreshToken"] != nil
            if credential.isRenewed, let end = candidate.expiresAt,
                let obstacle = renewal.obstacle(toRenewing: credential, fields)
            {
                add(
                    "renewal", .doubtful,
                    "\(credential.name) ends \(Moment.text(end)) and cannot be renewed then: "
                        + obstacle.problem, obstacle.remedy)
            }
            let place = candidate.store == .file ? file.location.path : "the keyring"
            add("store", .good, "\(place) is open")
            let isBearer = OAuthMark(credential)?.isBearer ?? false
            login = HostLogin(
                username: username, secret: secret,
                authtype: candidate.authtype ?? (isBearer ? OAuthMark.headerScheme : nil))
        } catch {
            add("store", .bad, error.problem, error.remedy)
        }
    }

    private var renewal: OAuthReadiness {
        OAuthReadiness(address: query.address, session: session)
    }

    /// An OAuth login whose token has ended: the next question renews it, if it can.
    private mutating func judgeRenewal(of credential: Credential, in file: SealedFile) {
        let fields: SecretFields
        do throws(CredentialError) {
            fields = try session.fieldsAtHand(of: credential, in: file)
        } catch {
            add("store", .bad, error.problem, error.remedy)
            return
        }
        if let obstacle = renewal.obstacle(toRenewing: credential, fields) {
            add(
                "credential", .bad,
                "\(credential.name) has ended and cannot be renewed: \(obstacle.problem)",
                obstacle.remedy)
        } else {
            add(
                "credential", .good,
                "\(credential.name) answers; its token has ended and is renewed when it is asked "
                    + "for next, so it is not tried here")
        }
    }

    /// What to do where the host refuses what is stored, beside what it says of itself.
    func remedy(forRefusal remedy: String?) -> String? {
        guard let credential, login != nil, credential.kind != .accessKey else { return remedy }
        if holdsRefreshToken, credential.isRenewed, let command = credential.loginCommand {
            return "run git again: once it was refused with it, its next request renews the login; "
                + "if that fails too, run `\(command)`"
        }
        let command =
            credential.loginCommand
            ?? (credential.origin.isLogin
                ? "keyfob login \(credential.bindings.first?.text ?? place)"
                : "keyfob edit \(credential.name)")
        return (remedy.map { "\($0); " } ?? "") + "replace what is stored with `\(command)`"
    }

    /// The token that clients are given: the one at hand, or a new one.
    private mutating func mint(_ order: TokenOrder, _ holding: Holding) {
        do throws(CredentialError) {
            let token = try session.tokenDesk.token(for: order, beside: holding.file)
            add(
                "token", .good,
                "a token minted from \(order.source.text) answers; it ends "
                    + Moment.text(token.expiresAt))
            login = HostLogin(username: token.username, secret: token.secret)
        } catch {
            let isStore = error.code.isUnavailable && error.code != .unreachable
            add(isStore ? "store" : "token", .bad, error.problem, error.remedy)
        }
    }

    /// Why nothing new could be stored here; nil when it could.
    private func lock(_ holding: Holding) -> CredentialError? {
        guard (try? session.targetStore()) == .file, let file = try? session.open() else {
            return nil
        }
        do throws(CredentialError) {
            try file.requireUnlocked()
            return nil
        } catch {
            return error
        }
    }

    private var place: String { Binding(query.wireProtocol, AddressPattern(query.address)).text }

    /// Nothing answers: what comes near, or what to do.
    private mutating func miss(_ explanation: Explanation, _ holding: Holding) {
        if let near = explanation.others.first {
            let others = explanation.others.prefix(3)
                .map { "\($0.name) (\($0.binding)): \($0.reason)" }
            let candidate = holding.candidates.first {
                $0.name == near.name && $0.binding.text == near.binding
            }
            add(
                "credential", .bad,
                "nothing answers for \(place); not " + others.joined(separator: ", not "),
                candidate.map(remedy(toUse:)) ?? "run `keyfob login \(place)`")
            return
        }
        let byOAuth =
            query.wireProtocol == .git
            && session.configuration.prompt.mode(at: query.address) == .oauth
        if byOAuth, let obstacle = renewal.obstacleToLogin() {
            add(
                "credential", .bad,
                "nothing is stored for \(place), and Keyfob cannot log in by OAuth: "
                    + obstacle.problem, obstacle.remedy)
            return
        }
        let offer = explanation.offers?.first?.command
        add(
            "credential", .bad, "nothing is stored for \(place)",
            "run `\(offer ?? "keyfob login \(place)")`")
    }

    /// What makes a candidate answer that does not.
    private func remedy(toUse candidate: Candidate) -> String {
        let login = "keyfob login \(place)"
        switch Resolver.verdict(on: candidate, for: query) {
        case .otherUser:
            let wanted = Printable.text(query.username ?? [])
            let stored = candidate.username.map { " as \(Printable.text($0))" } ?? ""
            return
                "run `\(login) --username \(wanted)`, or have git ask\(stored): in the URL, or by "
                + "credential.username"
        case .otherScope:
            return "name its scope (KEYFOB_SCOPE=\(candidate.scope.text)), or run `\(login)` for "
                + "this one"
        case .noUsername:
            return "give it a user name with `keyfob edit \(candidate.name) --username NAME`"
        case .kindNotServed: return "run `\(login)`"
        default:
            return "run `keyfob bind \(candidate.name) \(place)` if it is for this address as "
                + "well, else `\(login)`"
        }
    }

    /// Takes back that something is missing: it is there for anybody.
    mutating func excuse() {
        for index in findings.indices
        where ["store", "credential"].contains(findings[index].topic)
            && findings[index].state == .bad
        {
            findings[index].state = .doubtful
            findings[index].text += "; to read, nothing is needed"
        }
    }
}
