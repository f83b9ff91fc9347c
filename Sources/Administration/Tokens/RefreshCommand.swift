import ArgumentParser
import Configuration
import CredentialCore
import SealedFile
import Tokens

/// `keyfob refresh`
struct RefreshCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Mint registry tokens anew, now.",
        discussion: """
            With an address, the token that a client would be given there, whatever the cache \
            holds. Without one, every token that was minted before in an environment like this \
            one. `--due` leaves alone those before half of their life, unless the AWS files they \
            came from have changed, and, without an address, those that ended more than an hour \
            ago; it is quiet when there is nothing to do.

            Where a role wants the code of an MFA device, it is asked for on the terminal. `--due` \
            without one says so once, and that is no failure.
            """)

    @Argument(help: "The registry: [registry:]HOST[/PATH].")
    var address: String?

    @Option(help: "Mint for this scope, not for the one in effect here.")
    var scope: String?

    @Flag(help: "Only tokens that are past half of their life, or came from files that changed.")
    var due = false

    @Flag(help: "Print JSON.")
    var json = false

    /// For how long after its end a token is renewed though nobody asked for it, in seconds: until
    /// the timer comes again.
    private static let grace: Int64 = 3600

    func validate() throws {
        if scope != nil, address == nil { throw ValidationError("`--scope` goes with an address.") }
    }

    func run() throws {
        let session = try AdminSession.start()
        if let address {
            try refresh(address, session)
        } else {
            try refreshAll(session)
        }
    }

    private func refresh(_ text: String, _ session: AdminSession) throws {
        let address = try Self.registry(text)
        let scope = try scope.map { try Scope($0.utf8) }
        let effective =
            try scope ?? session.configuration.scopeInEffect(for: "keyfob", session.surroundings)
        let query = Query(.registry, address, scope: effective, now: session.now)
        let file = try session.open()
        let order = try Self.order(
            try session.registryAnswer(query, among: try file?.credentials() ?? []), address)
        var report = RefreshReport()
        let entry = session.cachedEntry(of: order, beside: file)
        if !due || entry?.token == nil || entry.map(session.isDue) == true {
            try mint(order, after: entry, session, &report)
        }
        try tell(report)
    }

    private func refreshAll(_ session: AdminSession) throws {
        let cached = try CachedTokens(session, beside: try session.open())
        let wanted = cached.own.filter { !due || isDue($0.entry, session) }
        var report = RefreshReport(others: cached.others)
        var isFailure = false
        for (order, entry) in wanted.map({ ($0.order, $0.entry) }) {
            do throws(CredentialError) {
                try mint(order, after: entry, session, &report)
            } catch {
                report.add(error, order)
                Console.note(error.message(for: order))
                isFailure = true
            }
        }
        try tell(report)
        if !json, !due {
            if cached.own.isEmpty { Console.note("no token was minted here yet") }
            if let others = report.othersText { Console.note(others) }
        }
        if isFailure { throw ExitCode(1) }
    }

    private func isDue(_ entry: TokenEntry, _ session: AdminSession) -> Bool {
        guard let token = entry.token, session.now < token.expiresAt + Self.grace else {
            return false
        }
        return session.isDue(entry)
    }

    /// Mints a token. Where that takes a code and `--due` finds nobody to ask, it is no failure,
    /// and told once: a timer comes every hour.
    private func mint(
        _ order: TokenOrder, after entry: TokenEntry?, _ session: AdminSession,
        _ report: inout RefreshReport
    ) throws(CredentialError) {
        do throws(CredentialError) {
            report.tokens.append(RefreshReport.Token(order, try session.mint(order)))
        } catch  where due && error.code == .codeWanted {
            report.add(error, order)
            if entry?.failure?.error.code != .codeWanted { Console.note(error.message(for: order)) }
        }
    }

    private func tell(_ report: RefreshReport) throws(CredentialError) {
        if json {
            try Console.print(json: report)
        } else {
            for token in report.tokens { Console.print(token.line) }
        }
    }

    private static func registry(_ text: String) throws(CredentialError) -> Address {
        guard !text.hasPrefix("git:") else {
            throw CredentialError(
                .badRequest,
                "tokens are minted for registries, and \(Printable.text(text)) is none",
                remedy: "write `registry:HOST`")
        }
        let prefix = "registry:"
        return try Address(
            registry: Array(text.utf8.dropFirst(text.hasPrefix(prefix) ? prefix.utf8.count : 0)))
    }

    private static func order(
        _ answer: RegistryAnswer, _ address: Address
    ) throws(CredentialError) -> TokenOrder {
        switch answer {
        case .minted(let order): return order
        case .stored(let candidate):
            throw CredentialError(
                .notFound,
                "no token is minted for \(address.text): \(candidate.name), which is stored, "
                    + "answers",
                remedy: "see `keyfob explain registry:\(address.text)`")
        case .nothing:
            throw CredentialError(
                .notFound,
                "no token is minted for \(address.text), which is no ECR registry known here",
                remedy: "bind an access key to it with `keyfob bind NAME registry:\(address.text)`")
        }
    }
}

extension CredentialError {
    /// The message, when there may be several.
    fileprivate func message(for order: TokenOrder) -> String {
        "registry:\(order.address.text): \(message)"
    }
}

extension AdminSession {
    /// Mints a token anew; asks for the code of an MFA device if one is wanted and somebody is
    /// there.
    ///
    /// - Throws: what minting throws.
    fileprivate func mint(_ order: TokenOrder) throws(CredentialError) -> MintedToken {
        do throws(CredentialError) {
            return try unlocking { () throws(CredentialError) in try tokenDesk.refresh(order) }
        } catch  where error.code == .codeWanted {
            guard Console.isInteractive else {
                throw CredentialError(
                    .codeWanted, error.problem,
                    remedy: "run `keyfob refresh \(order.address.text)` on a terminal")
            }
            Console.note(error.problem)
            return try tokenDesk.refresh(order, mfaCode: SecretInput.oneTimeCode())
        }
    }
}

extension SecretInput {
    /// The code that an MFA device shows.
    ///
    /// - Throws: `badRequest` when it is none.
    fileprivate static func oneTimeCode() throws(CredentialError) -> Secret {
        let code = try prompt("code of the device: ", otherwise: "run this on a terminal")
        guard
            code.withBytes({
                $0.count == 6 && $0.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
            })
        else {
            throw CredentialError(.badRequest, "a code is six digits", remedy: "try again")
        }
        return code
    }
}
