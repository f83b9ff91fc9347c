import Configuration
import CredentialCore

/// The logins in docker's `config.json` and podman's `auth.json`, and those that the helpers named
/// there hold.
///
/// <https://docs.docker.com/reference/cli/docker/login/#credential-stores>,
/// <https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md>.
struct RegistryConfigurationSource: ImportSource {
    /// Helpers that make tokens of a few hours from something else. There is nothing to keep.
    private static let minting: Set<String> = [
        "acr-env", "acr-login", "ecr-login", "gcloud", "gcr",
    ]
    private let files: [String]
    private let program: String
    private let surroundings: Surroundings

    /// - Parameter program: `docker`, or `podman`, which knows no `credsStore`.
    init(files: [String], program: String, _ surroundings: Surroundings) {
        self.files = files
        self.program = program
        self.surroundings = surroundings
    }

    /// Where podman keeps logins, the one that counts most first.
    static func podmanFiles(_ surroundings: Surroundings) -> [String] {
        if let named = surroundings.namedPath("REGISTRY_AUTH_FILE") { return [named] }
        let runtime = surroundings.namedPath("XDG_RUNTIME_DIR").map {
            "\($0)/containers/auth.json"
        }
        return [runtime, "\(surroundings.clientsConfigurationFolder)/containers/auth.json"]
            .compactMap(\.self)
    }

    var hasSuccession: Bool { true }

    func entries() throws(CredentialError) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        for file in try SourceFile.all(files) {
            let document = try JSONDocument(file.bytes, path: file.path)
            entries += held(document, file)
            entries += RegistryAuths(document, file).entries()
        }
        return entries
    }

    /// What the helpers hold: docker asks the one of a registry before the one for all.
    private func held(_ document: JSONDocument, _ file: SourceFile) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        let ofOne = document.member(at: ["credHelpers"])?.value.members ?? []
        for (index, member) in ofOne.enumerated()
        where JSONDocument.index(of: member.name, in: ofOne, depth: 2) == index {
            guard let name = document.string(member.value) else { continue }
            entries += logins(
                of: name, file, at: member.name, besides: [])
        }
        if program == "docker", let member = document.member(at: ["credsStore"]),
            let name = document.string(member.value), !name.isEmpty
        {
            entries += logins(of: name, file, at: nil, besides: Set(ofOne.map(\.name)))
        }
        return entries
    }

    /// The logins of one helper.
    ///
    /// - Parameters:
    ///   - registry: the only one it is asked for; nil for all it has.
    ///   - others: registries that have a helper of their own.
    private func logins(
        of name: String, _ file: SourceFile, at registry: String?, besides others: Set<String>
    ) -> [ImportEntry] {
        let place = "\(file.path): \(Printable.text(name))"
        let address = registry ?? "every registry"
        if name == "keyfob" || name.hasPrefix("keyfob-") {
            return [ImportEntry(place: place, address: address, .passedOver("it is Keyfob's"))]
        }
        if Self.minting.contains(name) {
            return [
                ImportEntry(
                    place: place, address: address,
                    .passedOver("it makes tokens of a few hours, and keeps no login"))
            ]
        }
        do throws(CredentialError) {
            let helper = try CredentialHelper(name, surroundings)
            let wanted = registry.flatMap { try? Address(registry: Array($0.utf8)) }
            return try helper.list().filter { login in
                guard registry != nil else { return !others.contains(login.server) }
                let listed = try? Address(registry: Array(login.server.utf8))
                return login.server == registry || (listed != nil && listed == wanted)
            }.map { login in
                ImportEntry(
                    place: helper.program, address: login.server, username: login.username,
                    removal: removal(of: login.server, from: helper, named: name)
                ) { () throws(CredentialError) in
                    let answer = try helper.get(login.server)
                    return try ImportedCredential(
                        registry: login.server, username: answer.username, secret: answer.secret)
                }
            }
        } catch {
            return [ImportEntry(place: place, address: address, .refused(error.problem))]
        }
    }

    /// These list one account of an address, and erase all of them.
    private static let sources = ["secretservice": "docker-secretservice", "pass": "pass"]

    private func removal(
        of server: String, from helper: CredentialHelper, named name: String
    ) -> ImportRemoval {
        guard let source = Self.sources[name] else { return .helper(helper, server: server) }
        return .stays(
            "\(helper.program) would erase other accounts of \(server) as well; "
                + "use `--from \(source)`")
    }
}
