import CredentialCore
import Hosts

/// A credential as listings show it: everything but its secrets. An object, since ten thousand are
/// sorted faster by reference.
final class CredentialSummary {
    let credential: Credential
    /// How it is doing, the worst first.
    let states: [CredentialStatus]

    init(_ credential: Credential, _ review: CredentialReview) {
        self.credential = credential
        states = review.states(of: credential)
    }

    /// The name of what it follows: `database`, for a password that is one's.
    var kind: String { credential.setting(KindTemplate.marker) ?? credential.kind.name }

    /// Where it comes from: what was named, else what is known of its hosts.
    var provider: String? {
        if let named = credential.setting(ProviderGuide.marker) { return named }
        for binding in credential.bindings {
            let host = binding.pattern.address.host
            if let family = RegistryFamily.family(ofHost: host) { return family.name }
        }
        return nil
    }

    /// When it should be replaced, where that is why it is ``CredentialStatus/expiring``: before it
    /// ends.
    var due: Int64? {
        guard states.contains(.expiring), let day = credential.rotateAfter else { return nil }
        return credential.expiresAt.map { day < $0 } ?? true ? day : nil
    }

    private var username: String? {
        credential.username.map { String(decoding: $0, as: UTF8.self) }
    }

    private var scope: String? { credential.scope.isNone ? nil : credential.scope.text }

    /// Writes it as a JSON object.
    func write(to output: inout JSONOutput) {
        output.object { output in
            output.member("bindings", credential.bindings.map(\.line))
            output.member("created", Moment.text(credential.createdAt))
            output.member("createdBy", credential.createdBy)
            output.member("description", credential.description.nonEmpty)
            output.member("expires", credential.expiresAt.map(Moment.text))
            output.member("id", credential.id.text)
            output.member("kind", kind)
            output.member("name", credential.name)
            output.member("origin", credential.origin.name)
            output.member("rotateAfter", credential.rotateAfter.map(Moment.text))
            output.member("scope", scope)
            if !credential.settings.isEmpty {
                output.member("settings") { output in
                    output.object { output in
                        for setting in credential.settings.sorted(by: { $0.name < $1.name }) {
                            output.member(setting.name, setting.value)
                        }
                    }
                }
            }
            output.member("states", states.map(\.rawValue))
            output.member("status", states[0].rawValue)
            output.member("store", credential.store.name)
            output.member("updated", Moment.text(credential.updatedAt))
            output.member("username", username)
            output.member("version", credential.version)
        }
    }

    /// Label and value for each thing there is to say.
    var lines: [(label: String, value: String)] {
        let template = KindTemplate.of(credential)
        let user = template?.username.map { $0.name == "username" ? $0.name : $0.label }
        let settings = credential.settings
            .filter { $0.name != KindTemplate.marker && $0 != Credential.accountPasswordMark }
            .filter { !OAuthStanding.holds($0, of: credential) }
            .sorted { $0.name < $1.name }
            .map { setting -> (String, String?) in
                let rule = template?.fields.first { $0.name == setting.name }
                return (rule?.label ?? setting.name.replacing("-", with: " "), setting.value)
            }
        let all: [(String, String?)] =
            [("name", credential.name), ("kind", kind), (user ?? "username", username)] + settings
            + [
                ("oauth", OAuthStanding(credential)?.words),
                ("scope", scope),
                ("status", states.map(\.rawValue).joined(separator: ", ")),
                ("bindings", credential.bindings.map(\.text).joined(separator: ", ")),
                ("store", credential.store.name),
                ("origin", credential.origin.name), ("description", credential.description),
                ("created", "\(Moment.text(credential.createdAt)) by \(credential.createdBy)"),
                ("updated", Moment.text(credential.updatedAt)),
                ("expires", credential.expiresAt.map(Moment.text)),
                ("rotate after", credential.rotateAfter.map(Moment.text)),
                ("id", credential.id.text),
            ]
        return all.compactMap { label, value in
            value.flatMap { $0.isEmpty ? nil : (label, Printable.text($0)) }
        }
    }
}

extension String {
    /// Nil for the empty text.
    var nonEmpty: String? { isEmpty ? nil : self }
}

extension Binding {
    /// Like ``text``, faster.
    var line: String {
        Printable.line(Array(wireProtocol.name.utf8) + [UInt8(ascii: ":")] + pattern.address.bytes)
    }
}
