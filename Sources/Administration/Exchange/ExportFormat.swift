import ArgumentParser
import CredentialCore

/// A credential with the secrets that go out with it.
typealias ExportedCredential = (credential: Credential, fields: SecretFields)

/// What an export is written as.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case json
    case csv
    case kubernetes
    case dockerconfig
    case env
    case netrc

    /// Writes credentials, those first that answer first.
    ///
    /// - Parameter losses: told what the format cannot carry.
    func write(
        _ entries: [ExportedCredential], namespace: String?, _ losses: inout ExportLosses
    ) -> Secret {
        switch self {
        // Of these, an import takes the last for the one that counts; clients of the others take
        // the first.
        case .json: CredentialArchive.encode(entries.reversed())
        case .csv: CSVExport.write(entries.reversed())
        case .kubernetes:
            KubernetesExport(namespace: namespace).write(entries.reversed(), &losses)
        case .dockerconfig: DockerConfigExport.write(entries, &losses)
        case .env: EnvironmentExport.write(entries, &losses)
        case .netrc: NetrcExport.write(entries, &losses)
        }
    }

    /// What each carries, for the help.
    static let losses = """
        WHAT EACH CARRIES: none has the id, the version and the store.

        json, csv: everything else.

        kubernetes: everything but when it was stored and where it came from; no field whose name \
        is no key of a Secret, and nothing above 1 MiB. Other programs see the login, the key or \
        the fields.

        dockerconfig: address, user name and secret of what registry clients are sent as it is; \
        one for each address, and no wildcard.

        env: secrets and user names, as NAME_FIELD=value; those of the kind secret under their \
        own names; no NUL. A value that needs quotes has the shell's, which docker's --env-file \
        would take as a part of it.

        netrc: host, user name and secret of what is for git, for addresses without port and \
        path; nothing above 2000 bytes, and no NUL.
        """
}

/// What an export could not carry, told at its end.
struct ExportLosses {
    private(set) var missing: [(name: String, why: String)] = []
    private var parts: [(part: String, names: [String])] = []
    private var places: [String: Int] = [:]

    /// A credential is not in the export at all.
    mutating func add(_ credential: Credential, _ why: String) {
        missing.append((credential.name, why))
    }

    /// A part of a credential is not in the export.
    mutating func add(_ credential: Credential, part: String) {
        add(credential.name, part: part)
    }

    /// A binding of a credential is not in the export.
    mutating func add(_ credential: Credential, _ binding: Binding) {
        add("\(credential.name) (\(binding.text))", part: "a binding")
    }

    private mutating func add(_ name: String, part: String) {
        if let place = places[part] {
            parts[place].names.append(name)
        } else {
            places[part] = parts.count
            parts.append((part, [name]))
        }
    }

    /// The parts of a credential that only Keyfob's own formats have room for.
    mutating func addMetadata(of credential: Credential) {
        let described: [(Bool, String)] = [
            (!credential.description.isEmpty, "description"),
            (!credential.scope.isNone, "scope"),
            (credential.expiresAt != nil, "expiresAt"),
            (credential.rotateAfter != nil, "rotateAfter"),
            (credential.authtype != nil, "authtype"),
        ]
        for (isThere, part) in described where isThere { add(credential, part: part) }
        for setting in credential.settings { add(credential, part: setting.name) }
    }

    /// Says what is missing.
    ///
    /// - Parameter count: how many there were to write.
    func tell(of count: Int) {
        if !missing.isEmpty {
            let list = Self.shortened(missing.map { "\($0.name) (\($0.why))" })
            let verb = missing.count == 1 ? "is" : "are"
            Console.note(
                Printable.text(
                    "\(missing.count) of \(count) credentials \(verb) not in this: \(list)"))
        }
        for (part, names) in parts {
            Console.note(
                Printable.text("not carried: \(part) of \(Self.shortened(names))"))
        }
    }

    private static func shortened(_ words: [String]) -> String {
        let shown = words.prefix(5).joined(separator: ", ")
        return words.count > 5 ? "\(shown) and \(words.count - 5) more" : shown
    }
}
