import CredentialCore
import SealedFile
import Tokens

/// What one store holds, and what that makes of a query.
struct Holding {
    /// How the machine's store is called where stores are named.
    static let machine = "machine"

    let file: SealedFile?
    let credentials: [Credential]
    private(set) var candidates: [Candidate]
    private(set) var finding: Finding

    /// What answers a query: the user's own store, or where that holds nothing, the machine's.
    ///
    /// - Parameter own: the store that the session is about.
    static func answering(
        _ query: Query, _ own: SealedFile?, _ session: AdminSession
    ) throws(CredentialError) -> Holding {
        let mine = try Holding(query, own, session)
        guard !session.location.isMachines, mine.finding.holdsNothing,
            let file = try SealedFile.openMachines()
        else { return mine }
        var machines = try Holding(query, file, session)
        guard !machines.finding.holdsNothing else { return mine }
        machines.candidates += mine.candidates
        return machines
    }

    private init(
        _ query: Query, _ file: SealedFile?, _ session: AdminSession
    ) throws(CredentialError) {
        self.file = file
        credentials = (try file?.credentials() ?? []).sorted { $0.name < $1.name }
        candidates = credentials.flatMap { credential in
            credential.bindings.map { Candidate(credential, $0) }
        }
        let isFallback = file?.location.isMachines == true && !session.location.isMachines
        if isFallback, query.wireProtocol == .git, let file {
            candidates = Suspensions(session.location, of: file)
                .applied(to: candidates, now: session.now)
        }
        finding = try Finding(query, credentials, candidates, session)
        if isFallback, case .minted(var order, let key?) = finding {
            order.source = .machine(key.id, name: key.name, version: key.version)
            finding = .minted(order, key)
        }
    }
}

extension Finding {
    /// Whether no stored credential has a part in the answer.
    var holdsNothing: Bool {
        switch self {
        case .nothing, .minted(_, nil): true
        case .answer, .suspended, .minted, .unclear: false
        }
    }
}
