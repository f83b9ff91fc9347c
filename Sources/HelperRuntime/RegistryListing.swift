import CredentialCore
import SealedFile

/// The keys that a registry client's `list` shows, each with the user it would be answered with.
/// Docker asks for every key it is shown, and one error fails its build.
struct RegistryListing {
    /// What one store holds for registries.
    private struct Holding {
        /// The literal bindings of each host, by their paths.
        private(set) var hosts: [[UInt8]: [[UInt8]: [Candidate]]] = [:]
        private var wildcards: [Candidate] = []

        init(_ file: SealedFile) throws(CredentialError) {
            for credential in try file.credentials() {
                for binding in credential.bindings where binding.wireProtocol == .registry {
                    let candidate = Candidate(credential, binding)
                    guard !binding.pattern.isWildcard else {
                        wildcards.append(candidate)
                        continue
                    }
                    let address = binding.pattern.address
                    hosts[address.authority, default: [:]][address.path, default: []]
                        .append(candidate)
                }
            }
        }

        /// Resolves among what can fit at all: one host may have thousands of paths.
        func resolve(_ query: Query) -> Resolver.Resolution {
            var candidates = wildcards
            if let paths = hosts[query.address.authority] {
                for prefix in Self.prefixes(of: query.address.path) {
                    candidates += paths[prefix, default: []]
                }
            }
            return Resolver.resolve(query, among: candidates)
        }

        /// A path and those above it, up to the empty one.
        private static func prefixes(of path: [UInt8]) -> [[UInt8]] {
            guard !path.isEmpty else { return [[]] }
            let slash = UInt8(ascii: "/")
            return [[]] + path.indices.filter { path[$0] == slash }.map { Array(path[..<$0]) }
                + [path]
        }
    }

    /// The user names by key.
    private(set) var logins: [[UInt8]: [UInt8]] = [:]
    private let scope: Scope
    private let now: Int64
    private var holdings: [Holding] = []
    /// The addresses that a store holds something for, as far as they were looked up.
    private var held: Set<Address> = []

    /// A list without a key.
    init(scope: Scope, now: Int64) {
        self.scope = scope
        self.now = now
    }

    /// Adds what a store answers, for addresses that no store added before holds anything for.
    mutating func add(_ file: SealedFile) throws(CredentialError) {
        let holding = try Holding(file)
        for literals in holding.hosts.values.lazy.flatMap(\.values) {
            let listed = literals.filter { ChangePolicy.isListed($0, in: scope, now: now) }
            for address in Set(listed.map(\.binding.pattern.address)) {
                let query = Query(.registry, address, scope: scope, now: now)
                guard !isHeld(query), case .answer(let answer) = holding.resolve(query) else {
                    continue
                }
                held.insert(address)
                if ChangePolicy.isListed(answer, in: scope, now: now) {
                    logins[address.registryKey] = answer.answeredUsername(for: query)
                }
            }
        }
        holdings.append(holding)
    }

    /// Whether a store added before holds anything for a query.
    private func isHeld(_ query: Query) -> Bool {
        guard !holdings.isEmpty else { return false }
        return held.contains(query.address)
            || holdings.contains {
                if case .nothing = $0.resolve(query) { return false }
                return true
            }
    }
}
