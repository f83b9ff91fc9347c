import CredentialCore

/// Names for what is imported.
struct ImportNames {
    /// Leaves room for a number within what a name may be long.
    private static let stemLimit = 120
    private var taken: Set<String>
    private let ofSource: Set<String>
    /// The last number given to a name that was taken: thousands of logins may be for one host.
    private var numbers: [String: Int] = [:]

    init(stored: [String], entries: [String]) {
        taken = Set(stored)
        ofSource = Set(entries)
    }

    /// Whether an entry of the source has this name.
    func isInSource(_ name: String) -> Bool { ofSource.contains(name) }

    mutating func take(_ name: String) { taken.insert(name) }

    /// What a client's login would be named if no other had the name.
    func suggested(for login: ImportedCredential) -> String {
        let isToken = login.username == ImportedCredential.tokenUsername
        return CredentialName.suggested(
            for: login.binding?.pattern.address ?? Address(scheme: [], host: [], port: 0, path: []),
            username: isToken ? Array("token".utf8) : login.username
        ) { _ in false }
    }

    /// The name itself where it is free, else with the lowest number that makes it so.
    mutating func free(_ name: String) -> String {
        guard isTaken(name) else { return name }
        let stem = String(name.prefix(Self.stemLimit))
        var number = numbers[stem] ?? 2
        while isTaken("\(stem)-\(number)") { number += 1 }
        numbers[stem] = number
        return "\(stem)-\(number)"
    }

    private func isTaken(_ name: String) -> Bool {
        taken.contains(name) || ofSource.contains(name)
    }
}
