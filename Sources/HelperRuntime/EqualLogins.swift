import CredentialCore
import HostAccess
import SealedFile

/// Whose logins answer a request that names no user just as well as the most recent one does.
struct EqualLogins {
    /// One login of each, the most recent first.
    private(set) var candidates: [Candidate] = []
    /// The same, as a person is shown them.
    private(set) var accounts: [LoginRequest.Account] = []

    /// Those that an answer stands for: git's logins at that very address.
    ///
    /// - Throws: what reading the catalogue throws.
    init(
        _ answer: Candidate, among others: [Candidate], in file: SealedFile, _ query: Query
    ) throws(CredentialError) {
        let equals = others.filter { other in
            guard other.origin == .git, other.binding == answer.binding,
                other.scope == answer.scope, other.username != nil,
                case .fits = Resolver.verdict(on: other, for: query)
            else { return false }
            return true
        }
        guard equals.count > 1, equals.contains(answer) else { return }
        let credentials = try file.credentials()
        var sorted: [Candidate] = []
        for candidate in equals {
            let place = sorted.firstIndex { $0.currency < candidate.currency }
            sorted.insert(candidate, at: place ?? sorted.endIndex)
        }
        for candidate in sorted {
            let mark = credentials.first { $0.id == candidate.id }.flatMap { OAuthMark($0) }
            let name = Self.account(of: mark, as: candidate.username ?? [])
            guard !accounts.contains(where: { $0.username == name }) else { continue }
            candidates.append(candidate)
            accounts.append(LoginRequest.Account(username: name, words: candidate.name))
        }
    }

    /// Whose a login is, as a person says it.
    static func account(of mark: OAuthMark?, as username: [UInt8]) -> [UInt8] {
        (mark?.requestedName ?? mark?.account).map { Array($0.utf8) } ?? username
    }

    /// The login of an account; nil where there is none.
    func login(of account: [UInt8]) -> Candidate? {
        accounts.firstIndex { $0.username == account }.map { candidates[$0] }
    }
}
