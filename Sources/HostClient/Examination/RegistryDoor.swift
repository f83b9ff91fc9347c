import CredentialCore
import HostAccess
import Transport

/// What stands at a registry's address for whoever comes without a login.
struct RegistryDoor {
    /// Scheme, host and port of the API.
    let root: String
    /// What it answered.
    let answer: HTTPResponse
    /// The ways in that it offers; none where it stands open.
    let challenges: [Challenge]
    /// What was found.
    let findings: [Examination.Finding]

    /// Whether anybody is let in.
    var isOpen: Bool { answer.status == 200 }

    /// Whether it is a registry's beyond doubt: some hosts want a login for whatever is asked.
    var isRegistrys: Bool {
        isOpen || answer.header(Self.versionHeader) != nil
            || challenges.contains { $0.scheme == "bearer" && $0["service"] != nil }
            // {"errors":[{"code":"UNAUTHORIZED"}]}
            || AnswerFields(answer)?.text("errors.code") != nil
    }

    /// Goes to the door.
    ///
    /// - Throws: what stands there in a registry's place.
    init(_ address: Address, _ context: HostContext) throws(Obstacle) {
        var found: [Examination.Finding] = []
        (root, answer) = try Self.knock(at: address, context, &found)
        let host = Printable.text(address.authority)
        challenges = Challenge.all(
            in: answer.headers.lazy
                .filter { $0.name == "www-authenticate" }.map(\.value))
        switch answer.status {
        case 200:
            guard Self.isRegistry(answer) else { throw Self.isNone(host, answer) }
            found.append(
                .init(
                    "challenge", .good,
                    "\(host) lets anybody in: that it answers proves nothing of a login"))
        case 401:
            guard challenges.contains(where: { ["bearer", "basic"].contains($0.scheme) }) else {
                throw Obstacle(
                    .init(
                        "challenge", .bad,
                        "\(host) asks for a login and does not say of which kind",
                        remedy: "check the address: it may be no registry"))
            }
        case 429, 403, 500...:
            throw RegistryRefusal.trouble(answer, "HTTP \(answer.status)", from: host)
        default: throw Self.isNone(host, answer)
        }
        findings = found
    }

    /// Asks for the API's root. Docker falls back to plain HTTP on loopback, and so it is here.
    private static func knock(
        at address: Address, _ context: HostContext, _ findings: inout [Examination.Finding]
    ) throws(Obstacle) -> (String, HTTPResponse) {
        let root = "\(String(decoding: address.scheme, as: UTF8.self))://\(host(of: address))"
        do throws(TransportFailure) {
            let answer = try context.get("\(root)/v2/")
            findings.append(.init("connection", .good, "\(Self.shown(address)) answers"))
            return (root, answer)
        } catch {
            let plain = "http://\(host(of: address))"
            if address.isLoopback, Obstacle.isPlain(error),
                let answer = try? context.get("\(plain)/v2/")
            {
                findings.append(
                    .init(
                        "connection", .good,
                        "\(Self.shown(address)) answers, over plain HTTP, as only this machine's "
                            + "own may"))
                return (plain, answer)
            }
            throw Obstacle(error, .registry, at: address)
        }
    }

    /// What all registries but a few small ones set.
    private static let versionHeader = "docker-distribution-api-version"

    /// Docker Hub's name for logins is not that of its API.
    private static func host(of address: Address) -> String {
        let authority = String(decoding: address.authority, as: UTF8.self)
        return authority == "index.docker.io" ? "registry-1.docker.io" : authority
    }

    private static func shown(_ address: Address) -> String { Printable.text(host(of: address)) }

    /// Whether an answer looks like a registry's. The root of those without the header is JSON or
    /// nothing at all.
    private static func isRegistry(_ answer: HTTPResponse) -> Bool {
        if answer.header(versionHeader) != nil { return true }
        let type = answer.header("content-type") ?? ""
        return answer.body.isEmpty || type.hasPrefix("application/json")
    }

    private static func isNone(_ host: String, _ answer: HTTPResponse) -> Obstacle {
        let what =
            switch answer.status {
            case 200: "is a web page"
            case 300..<400:
                "redirects to \(ServiceHost.text(of: answer.header("location") ?? "")), and no "
                    + "redirect is followed"
            default: "is not there (HTTP \(answer.status))"
            }
        return Obstacle(
            .init(
                "connection", .bad, "\(host) is no registry: /v2/ \(what)",
                remedy: "check host and port; the registry may have a name of its own"))
    }
}
