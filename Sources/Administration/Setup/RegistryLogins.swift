import Configuration
import CredentialCore

/// The logins that registry clients keep in other places than Keyfob.
enum RegistryLogins {
    /// A helper that is slow must not hold up a setup that does without it.
    private static let deadline = 5000

    /// The logins in a configuration file. Base64 hides nothing, and an address without a secret is
    /// only a note that a helper has one.
    static func inPlainText(
        _ document: JSONDocument, _ file: String, _ login: ClientLogin
    ) -> [UnseenLogin] {
        (document.member(at: ["auths"])?.value.members ?? []).compactMap { entry in
            let holdsSecret = (entry.value.members ?? []).contains { member in
                ["auth", "identitytoken", "registrytoken", "password"].contains(member.name)
                    && document.isFilledString(member.value)
            }
            guard holdsSecret else { return nil }
            return UnseenLogin(
                address: entry.name, place: "in plain text (base64) in \(file)",
                remedy: login.again(at: entry.name))
        }
    }

    /// The logins that another helper holds, if it says so.
    ///
    /// - Parameter registry: the only one that matters; nil for every one.
    static func held(
        by helper: String, at registry: String? = nil, _ login: ClientLogin,
        _ surroundings: Surroundings
    ) -> [UnseenLogin] {
        let program = "docker-credential-\(helper)"
        do throws(CredentialError) {
            return try CredentialHelper(helper, surroundings, deadline: deadline).list()
                .map(\.server)
                // Docker Hub's tokens come and go with the login itself.
                .filter { !$0.hasSuffix("/access-token") && !$0.hasSuffix("/refresh-token") }
                .filter { registry == nil || $0 == registry }
                .sorted().map { address in
                    UnseenLogin(
                        address: address, place: "held by \(program)",
                        remedy: login.again(at: address))
                }
        } catch {
            return [
                UnseenLogin(
                    address: registry ?? "every registry",
                    place: "held by \(program), which cannot be asked: \(error.problem)",
                    remedy: registry.map(login.again) ?? "run `\(login.words)` for each you use")
            ]
        }
    }
}

/// How a user logs in with a client.
struct ClientLogin {
    /// The command without its argument.
    let words: String
    /// The argument for Docker Hub; nil when the command means it without one.
    let hub: String?

    /// What to do about a login that is not seen any more.
    func again(at key: String) -> String {
        let argument = key == RegistryHost.hub ? hub : RegistryHost.host(of: key)
        return "run `\(words)\(argument.map { " \($0)" } ?? "")` again"
    }
}
