import CredentialCore
import HostAccess
import Transport

/// Looks at a git host as git meets it (gitprotocol-http(5)).
struct GitExamination {
    private let context: HostContext
    private let place: HostPlace

    init(_ context: HostContext, _ place: HostPlace) {
        self.context = context
        self.place = place
    }

    private var host: String { Printable.text(place.address.authority) }

    /// What is found from outside, and with a login from inside.
    func examine(_ login: HostLogin?) -> Examination {
        var examination = Examination()
        do throws(Obstacle) {
            let door = try knock(&examination)
            guard let login else { return examination }
            var place = place
            if place.challenges.isEmpty { place.challenges = Self.challenges(of: door) }
            try check(login, LoginCheck(context, place).verify(login), door, &examination)
        } catch {
            examination.findings.append(error.finding)
            if login != nil, examination.verification == nil {
                examination.verification = error.verification
            }
        }
        return examination
    }

    private static func challenges(of answer: HTTPResponse) -> [String] {
        answer.headers.filter { $0.name == "www-authenticate" }.map(\.value)
    }
}

// MARK: - From outside

extension GitExamination {
    /// What git asks for: to read, or to push.
    private enum Service: String {
        case reading = "git-upload-pack"
        case pushing = "git-receive-pack"
    }

    /// The address as git asks for it: the repository's, or the host's where none is named.
    private func url(for service: Service) -> String {
        let base =
            "\(String(decoding: place.address.scheme, as: UTF8.self))://"
            + String(decoding: place.address.authority, as: UTF8.self)
        guard !place.address.path.isEmpty else { return base + "/" }
        let path = place.address.path.split(separator: UInt8(ascii: "/"))
            .map { PercentEncoding.text($0) }.joined(separator: "/")
        return "\(base)/\(path)/info/refs?service=\(service.rawValue)"
    }

    private var path: String? {
        place.address.path.isEmpty ? nil : Printable.text(place.address.path)
    }

    /// Asks without a login.
    private func knock(_ examination: inout Examination) throws(Obstacle) -> HTTPResponse {
        let answer = try ask(nil)
        examination.findings.append(.init("connection", .good, "\(host) answers"))
        if let clock = HostWords.clock(answer, now: context.now()) {
            examination.findings.append(clock)
        }
        guard let path else {
            // A host's front page may be anything, and may well be somewhere else.
            if answer.status == 429 || answer.status >= 500 { throw trouble(answer) }
            return answer
        }
        switch answer.status {
        case 200 where Self.isGit(answer):
            examination.isOpen = true
            examination.findings.append(
                .init(
                    "repository", .good,
                    "\(path) can be read by anybody: that it can be read proves nothing of a login")
            )
        case 401:
            let schemes = Challenge.all(in: Self.challenges(of: answer)).map(\.scheme)
            guard !schemes.isEmpty else {
                throw Obstacle(
                    .init(
                        "challenge", .bad,
                        "\(host) asks for a login and does not say of which kind: git sends none",
                        remedy: "check the address, and any proxy before the host"))
            }
            examination.findings.append(
                .init(
                    "challenge", .good,
                    "\(host) asks for a login (\(Printable.text(schemes.joined(separator: ", "))))")
            )
        case 200:
            throw Obstacle(
                .init(
                    "connection", .bad, "\(host) is no git host: \(path) is a web page",
                    remedy: "check the repository's address"))
        case 403, 404, 410:
            examination.findings.append(
                .init(
                    "repository", .doubtful,
                    "\(host) shows \(path) to nobody without a login: HTTP \(answer.status)",
                    remedy: "check its name: git asks for a login only after HTTP 401"))
        default: throw trouble(answer)
        }
        return answer
    }

    private func trouble(_ answer: HTTPResponse) -> Obstacle {
        var obstacle = RegistryRefusal.trouble(answer, "HTTP \(answer.status)", from: host)
        if [404, 405].contains(answer.status) {
            obstacle.finding.remedy = "check the repository's address"
        }
        return obstacle
    }

    private static func isGit(_ answer: HTTPResponse, _ service: Service = .reading) -> Bool {
        answer.mediaType == "application/x-\(service.rawValue)-advertisement"
    }

    private func ask(
        _ header: Secret?, for service: Service = .reading
    ) throws(Obstacle) -> HTTPResponse {
        do throws(TransportFailure) {
            return try context.get(url(for: service), header)
        } catch {
            throw Obstacle(error, .git, at: place.address)
        }
    }
}

// MARK: - With a login

extension GitExamination {
    /// What the service's own check and the repository say of a login. Either may know what the
    /// other does not: a token may be good and have no right here, or be good for git alone.
    private func check(
        _ login: HostLogin, _ verification: Verification, _ door: HTTPResponse,
        _ examination: inout Examination
    ) throws(Obstacle) {
        var verification = verification
        defer { examination.verification = verification }
        if verification.outcome == .refused {
            throw Obstacle(
                .init(
                    "login", .bad, verification.problem?.problem ?? "\(host) refuses the login",
                    remedy: verification.problem?.remedy), .refused)
        }
        guard let path else {
            examination.findings.append(finding(verification))
            appendLimit(of: verification, &examination)
            return
        }
        let answer = try ask(login.header)
        let said = HostWords.reason(answer, without: login)
        switch answer.status {
        case 200 where Self.isGit(answer):
            // To list what could be pushed to changes nothing.
            let push = try? ask(login.header, for: .pushing)
            let mayPush = push.map { $0.status == 200 && Self.isGit($0, .pushing) } ?? false
            if door.status != 200 || mayPush { verification.outcome = .accepted }
            examination.findings.append(finding(verification))
            examination.findings.append(right(to: path, mayPush: mayPush, push, login))
            appendLimit(of: verification, &examination)
        case 401:
            let problem = CredentialError(
                .refused, "\(host) refuses the login for \(path): HTTP 401\(said)",
                remedy: "check user name and token; it may have expired or been revoked")
            verification = Verification(.refused, problem)
            throw Obstacle(
                .init("login", .bad, problem.problem, remedy: problem.remedy), .refused)
        case 403, 404:
            examination.findings.append(finding(verification))
            throw Obstacle(
                .init("repository", .bad, denied(answer, said, path), remedy: remedy(answer)))
        default: throw trouble(answer)
        }
    }

    /// What a login that may read a repository may do there.
    private func right(
        to path: String, mayPush: Bool, _ push: HTTPResponse?, _ login: HostLogin
    ) -> Examination.Finding {
        if mayPush { return .init("repository", .good, "git may read \(path) and push to it") }
        guard let push, [401, 403, 404].contains(push.status) else {
            return .init("repository", .good, "git may read \(path) with it")
        }
        return .init(
            "repository", .doubtful,
            "git may read \(path), and may not push to it: HTTP \(push.status)"
                + HostWords.reason(push, without: login),
            remedy: "for pushing, give the token the right to write this repository's contents, or "
                + "use another account")
    }

    /// What a login that is good may not do.
    private func appendLimit(of verification: Verification, _ examination: inout Examination) {
        guard verification.outcome == .accepted, let problem = verification.problem else { return }
        examination.findings.append(
            .init("permissions", .doubtful, problem.problem, remedy: problem.remedy))
    }

    private func finding(_ verification: Verification) -> Examination.Finding {
        guard verification.outcome == .accepted else {
            return .init(
                "login", .doubtful,
                verification.problem?.problem ?? "nobody can say whether \(host) accepts the login",
                remedy: verification.problem?.remedy
                    ?? "name a repository that is not public: git:\(host)/OWNER/NAME.git")
        }
        let account = verification.account.map { ", of \(Printable.text($0))" } ?? ""
        return .init("login", .good, "\(host) accepts the login\(account)")
    }

    private func denied(_ answer: HTTPResponse, _ said: String, _ path: String) -> String {
        if answer.header("x-github-sso") != nil {
            return "the token is not authorised for the single sign-on of \(path)'s organisation: "
                + "HTTP \(answer.status)\(said)"
        }
        return "\(path) is denied to this login: HTTP \(answer.status)\(said)"
    }

    private func remedy(_ answer: HTTPResponse) -> String {
        if answer.header("x-github-sso") != nil {
            return "authorise it under Settings, Developer settings, Personal access tokens, "
                + "Configure SSO"
        }
        return answer.status == 404
            ? "check the name; to who may not see it, a repository is not there"
            : "give the token the right to read this repository's contents, or use another account"
    }
}
