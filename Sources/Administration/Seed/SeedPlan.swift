import Bundles
import Configuration
import CredentialCore
import SealedFile

/// What a bundle changes in a store.
struct SeedPlan {
    enum Action: String {
        case stored
        case replaced
        case unchanged
        case skipped
        case removed
    }

    /// One credential of the bundle, or one that it removes.
    struct Step {
        /// What the bundle calls it.
        let name: String
        let action: Action
        /// As it is to be.
        let credential: Credential
        /// The secret, where it is another one than before.
        var fields: SecretFields?
        /// As it is now, where it is to be replaced.
        var before: Credential?
    }

    /// How the plan is made.
    struct Terms {
        let bundle: Bundle
        let rule: SeedConflictRule
        /// Where new secrets go.
        let store: StoreKind
        let configuration: Configuration
        let now: Int64
    }

    private(set) var steps: [Step] = []
    private let terms: Terms
    private let mark: SeedMark
    private var taken: [String: Credential] = [:]

    /// Plans what becomes of each credential of a bundle.
    ///
    /// - Parameter fields: reads the secrets of a stored credential that the bundle replaces.
    /// - Throws: `conflict` when somebody else's credential has the name of one, and the rule does
    ///   not say what to do; `damaged` when one cannot be kept.
    init(
        _ entries: [ImportedCredential], besides stored: [Credential], _ terms: Terms,
        fields: (Credential) throws(CredentialError) -> SecretFields
    ) throws(CredentialError) {
        self.terms = terms
        mark = SeedMark(terms.bundle)
        var seeded: [String: Credential] = [:]
        for credential in stored {
            taken[credential.name] = credential
            if let name = mark.name(of: credential) { seeded[name] = credential }
        }
        try refuseConflicts(entries, seeded)
        for entry in entries {
            try check(entry)
            let name = entry.credential.name
            let before = seeded.removeValue(forKey: name) ?? replaceable(name)
            if let before {
                steps.append(try replacement(of: before, by: entry, fields))
            } else if terms.rule == .skip, let other = taken[name] {
                steps.append(Step(name: name, action: .skipped, credential: other))
            } else {
                steps.append(addition(of: entry))
            }
        }
        guard terms.bundle.terms.prunes else { return }
        for (name, credential) in seeded.sorted(by: { $0.key < $1.key }) {
            steps.append(Step(name: name, action: .removed, credential: credential))
        }
    }

    /// Whether anything is to be written.
    var changesStore: Bool { steps.contains { $0.action != .unchanged && $0.action != .skipped } }

    private func refuseConflicts(
        _ entries: [ImportedCredential], _ seeded: [String: Credential]
    ) throws(CredentialError) {
        guard terms.rule == .refuse || terms.rule == .replace else { return }
        let names = entries.map(\.credential.name).filter {
            seeded[$0] == nil && taken[$0] != nil
        }
        // One of this bundle's own is never in the way of another: replacing it would lose it.
        for name in names {
            guard let own = taken[name].flatMap(mark.name(of:)) else { continue }
            throw CredentialError(
                .conflict,
                "the bundle \(terms.bundle.terms.name) brings \(name), and its \(own) is called "
                    + "that here",
                remedy: "give that another name with `keyfob rename`, or add "
                    + "`--on-conflict rename`")
        }
        guard terms.rule == .refuse, let first = names.first else { return }
        let others = names.count > 1 ? " (and \(names.count - 1) more)" : ""
        throw CredentialError(
            .conflict,
            "the bundle \(terms.bundle.terms.name) brings \(first)\(others), and a "
                + "credential of that name is here that it did not bring",
            remedy: "say what to do with `--on-conflict skip`, `replace` or `rename`")
    }

    private func replaceable(_ name: String) -> Credential? {
        terms.rule == .replace ? taken[name] : nil
    }

    private mutating func addition(of entry: ImportedCredential) -> Step {
        let name = entry.credential.name
        var credential = entry.credential
        credential.id = Draft.newID()
        credential.version = 1
        credential.name = freeName(name)
        credential.store = terms.store
        credential.locator = []
        credential.replacedFingerprint = []
        credential.createdAt = terms.now
        credential.updatedAt = terms.now
        mark.mark(&credential, as: name)
        taken[credential.name] = credential
        return Step(name: name, action: .stored, credential: credential, fields: entry.fields)
    }

    private func replacement(
        of before: Credential, by entry: ImportedCredential,
        _ fields: (Credential) throws(CredentialError) -> SecretFields
    ) throws(CredentialError) -> Step {
        var credential = entry.credential
        credential.id = before.id
        credential.version = before.version
        credential.name = before.name
        credential.store = before.store
        credential.createdAt = before.createdAt
        credential.updatedAt = before.updatedAt
        credential.currency = before.currency
        credential.locator = before.locator
        credential.replacedFingerprint = before.replacedFingerprint
        mark.mark(&credential, as: entry.credential.name)
        let old = try Self.readable(
            { () throws(CredentialError) in try fields(before) }, of: before)
        let isSameSecret = old.matches(entry.fields) && before.kind == credential.kind
        let isSame = isSameSecret && credential == before
        if !isSame { credential.updatedAt = terms.now }
        return Step(
            name: entry.credential.name, action: isSame ? .unchanged : .replaced,
            credential: credential, fields: isSameSecret ? nil : entry.fields, before: before)
    }

    private func freeName(_ name: String) -> String {
        guard taken[name] != nil else { return name }
        var number = 2
        while taken["\(name.prefix(120))-\(number)"] != nil { number += 1 }
        return "\(name.prefix(120))-\(number)"
    }

    /// The rules that hold for a credential that somebody adds here hold for these as well.
    private func check(_ entry: ImportedCredential) throws(CredentialError) {
        do throws(CredentialError) {
            try BindingRules.check(entry.credential, namingUser: "")
            try AccessKeyRules.check(entry.credential, terms.configuration)
            if let secret = entry.fields.primary {
                try BindingRules.check(secret, for: entry.credential)
            }
        } catch {
            throw CredentialError(
                .damaged,
                "the bundle \(terms.bundle.terms.name) brings "
                    + "\(entry.credential.name), which cannot be kept: \(error.problem)",
                remedy: "have its administrator make it again")
        }
    }
}
