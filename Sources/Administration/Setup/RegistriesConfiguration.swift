import Configuration
import CredentialCore
import Glibc
import ProtectedFiles

/// Where podman and its kin look for credential helpers and logins: containers-registries.conf(5),
/// containers-registries.conf.d(5) and containers-auth.json(5).
struct RegistriesConfiguration {
    /// The helper's name that stands for the clients' own files.
    static let ownStore = "containers-auth.json"

    /// A file that names helpers.
    struct Source {
        let file: String
        let helpers: [String]
    }

    private let surroundings: Surroundings

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// The user's drop-ins.
    var userFolder: String { "\(surroundings.home)/.config/containers/registries.conf.d" }

    /// The files that name helpers, in the order they are read: the last one wins. A file that
    /// cannot be read names none.
    func sources(except excluded: String?) -> [Source] {
        let userFile = "\(surroundings.home)/.config/containers/registries.conf"
        let files =
            [
                surroundings.namedPath("CONTAINERS_REGISTRIES_CONF")
                    ?? (access(userFile, F_OK) == 0 ? userFile : "/etc/containers/registries.conf")
            ] + Self.dropIns("/etc/containers/registries.conf.d") + Self.dropIns(userFolder)
        var sources: [Source] = []
        for file in files where file != excluded {
            guard let bytes = try? ClientFile(file).read(),
                let helpers = Self.helpers(in: bytes.plainText)
            else { continue }
            sources.append(Source(file: file, helpers: helpers))
        }
        return sources
    }

    /// The files that the clients keep logins in.
    var authenticationFiles: [String] {
        if let file = surroundings.namedPath("REGISTRY_AUTH_FILE") { return [file] }
        let runtime = surroundings.namedPath("XDG_RUNTIME_DIR").map { "\($0)/containers" }
        return [
            "\(runtime ?? "/run/containers/\(geteuid())")/auth.json",
            "\(surroundings.clientsConfigurationFolder)/containers/auth.json",
            surroundings.dockerConfigurationFile,
        ]
    }

    /// The value of `credential-helpers`, which stands before the first table of TOML.
    static func helpers(in text: String) -> [String]? {
        var rest = text.split(whereSeparator: \.isNewline).drop { line in
            let line = line.drop { $0 == " " || $0 == "\t" }
            return !line.hasPrefix("credential-helpers") && !line.hasPrefix("[")
        }
        guard let first = rest.first, first.contains("credential-helpers"),
            let open = first.firstIndex(of: "[")
        else { return nil }
        rest[rest.startIndex] = first[open...].dropFirst()
        var names: [String] = []
        for line in rest {
            var quote: Character?
            var name = ""
            for character in line {
                if let open = quote {
                    if character == open {
                        names.append(name)
                        quote = nil
                        name = ""
                    } else {
                        name.append(character)
                    }
                } else if character == "\"" || character == "'" {
                    quote = character
                } else if character == "]" {
                    return names
                } else if character == "#" {
                    break
                }
            }
        }
        return nil
    }

    private static func dropIns(_ folder: String) -> [String] {
        ClientFile.files(in: folder).filter { $0.hasSuffix(".conf") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
