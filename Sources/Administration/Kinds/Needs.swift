import CredentialCore

/// The other credentials that one is used with: the database login beside the SSH key of its host.
enum Needs {
    /// The setting that names them, separated by commas.
    static let setting = "needs"

    /// Sets the names; an empty one takes them away.
    ///
    /// - Parameter stored: what there is.
    /// - Throws: `notFound` when one of them is not there, `badRequest` when it is itself.
    static func set(
        _ names: [String], of credential: inout Credential, among stored: [Credential]
    ) throws(CredentialError) {
        guard !names.isEmpty else { return }
        var kept: [String] = []
        for name in names where !name.isEmpty && !kept.contains(name) {
            guard name != credential.name else {
                throw CredentialError(
                    .badRequest, "\(name) cannot need itself", remedy: "leave out `--needs \(name)`"
                )
            }
            guard stored.contains(where: { $0.name == name }) else {
                throw AdminSession.unknown(name)
            }
            kept.append(name)
        }
        credential.set(setting, to: kept.isEmpty ? nil : kept.joined(separator: ","))
    }
}
