import ChildProcesses
import Configuration
import CredentialCore
import Glibc
import HostAccess

/// What the configurations of docker, podman and the like make of a request for a registry.
struct RegistryCheck {
    /// What was found.
    private(set) var findings: [Diagnosis.Finding] = []
    /// The helpers that clients call, by what follows `docker-credential-`.
    private(set) var helpers: Set<String> = []

    private let address: Address?
    private let session: AdminSession
    /// The clients that do not ask Keyfob.
    private var others: [Diagnosis.Finding] = []
    /// The texts of those that nobody told whom to ask.
    private var unset: Set<String> = []

    /// - Parameter address: the registry; nil for what is so for registries in general.
    init(_ address: Address?, _ session: AdminSession) {
        self.address = address
        self.session = session
        judgeDocker()
        judgePodman()
        if helpers.isEmpty, others.isEmpty, findings.isEmpty {
            findings.append(
                .init(
                    "client", address == nil ? .good : .doubtful,
                    "neither docker nor podman, skopeo or buildah is here, nor a configuration of "
                        + "theirs"))
        }
        // Who uses one of them need not have set up the other.
        for var other in others {
            if !helpers.isEmpty { other.state = unset.contains(other.text) ? .good : .doubtful }
            findings.append(other)
        }
    }

    private var host: String { address.map { Printable.text($0.authority) } ?? "registries" }

    private func isInstalled(_ programs: String...) -> Bool {
        let path = session.surroundings.variable("PATH") ?? ""
        return programs.contains { ChildProcess.find($0, path: path) != nil }
    }

    /// Whether a client's name for a registry is this one.
    private func isNamed(by key: String) -> Bool {
        guard let address, let other = try? Address(registry: Array(key.utf8)) else {
            return false
        }
        return other.host == address.host && other.port == address.port
            && !other.answersOnlyExactly
    }

    private func member(of object: String, _ document: JSONDocument) -> JSONNode? {
        document.member(at: [object])?.value.members?.last { isNamed(by: $0.name) }?.value
    }

    private func holdsSecret(_ document: JSONDocument) -> Bool {
        (member(of: "auths", document)?.members ?? []).contains { member in
            ["auth", "identitytoken", "registrytoken", "password"].contains(member.name)
                && document.isFilledString(member.value)
        }
    }

    private func document(_ file: String) throws(CredentialError) -> JSONDocument? {
        guard let bytes = try ClientFile(file).read() else { return nil }
        return try JSONDocument(bytes, path: file)
    }

    private mutating func note(_ helper: String, _ client: String, _ file: String) {
        helpers.insert(helper)
        findings.append(
            .init("client", .good, "\(client) asks docker-credential-\(helper) (\(file))"))
    }

    /// A client that is here and that nobody uses for anything yet: whether it is to be set up is
    /// of interest where a registry is.
    private mutating func noteUnused(_ client: String) -> Bool {
        guard address == nil else { return false }
        findings.append(
            .init("client", .good, "\(client) is here, and has neither logins nor a configuration"))
        return true
    }

    private static func isOwn(_ helper: String) -> Bool {
        helper == "keyfob" || helper.hasPrefix("keyfob-")
    }
}

// MARK: - docker

extension RegistryCheck {
    private mutating func judgeDocker() {
        let file = session.surroundings.dockerConfigurationFile
        do throws(CredentialError) {
            let document = try document(file)
            guard document != nil || isInstalled("docker") else { return }
            if document == nil, noteUnused("docker") { return }
            judgeDocker(file, document)
        } catch {
            others.append(.init("client", .bad, error.problem, remedy: error.remedy))
        }
    }

    private mutating func judgeDocker(_ file: String, _ document: JSONDocument?) {
        let helper = document.flatMap { document in
            (member(of: "credHelpers", document) ?? document.member(at: ["credsStore"])?.value)
                .flatMap(document.string)
        }.flatMap { $0.isEmpty ? nil : $0 }
        let isInClear = document.map(holdsSecret) ?? false
        switch helper {
        case let helper? where Self.isOwn(helper): note(helper, "docker", file)
        case let helper?:
            others.append(
                .init(
                    "client", .bad,
                    "docker asks docker-credential-\(helper) for \(host), not Keyfob (\(file))",
                    remedy: "run `keyfob setup docker`, or with `--registry \(host)` for it alone"))
        case nil where isInClear:
            others.append(
                .init(
                    "client", .bad,
                    "docker sends the login for \(host) that stands in plain text in \(file), and "
                        + "never asks Keyfob",
                    remedy: "run `keyfob import docker --remove` and `keyfob setup docker`"))
        case nil:
            let text = "docker asks no credential helper for \(host) (\(file))"
            unset.insert(text)
            others.append(.init("client", .bad, text, remedy: "run `keyfob setup docker`"))
        }
        if helper != nil, isInClear {
            findings.append(
                .init(
                    "client", .doubtful,
                    "a login for \(host) is left in plain text in \(file), where docker no longer "
                        + "reads it",
                    remedy: "take it away with `docker logout \(host)`, and revoke the token"))
        }
        if session.surroundings.nonEmpty("DOCKER_AUTH_CONFIG") != nil {
            findings.append(
                .init(
                    "client", .doubtful,
                    "docker takes logins from DOCKER_AUTH_CONFIG before it asks Keyfob",
                    remedy: "unset DOCKER_AUTH_CONFIG"))
        }
    }
}

// MARK: - podman

extension RegistryCheck {
    private mutating func judgePodman() {
        let registries = RegistriesConfiguration(session.surroundings)
        let source = registries.sources(except: nil).last
        guard source != nil || isInstalled("podman", "skopeo", "buildah") else { return }
        if source == nil, !registries.authenticationFiles.contains(where: isOfPodmanAlone),
            noteUnused("podman, skopeo or buildah")
        {
            return
        }
        let (helpers, file) = (source?.helpers ?? [RegistriesConfiguration.ownStore], source?.file)
        guard let first = helpers.first(where: Self.isOwn) else {
            let text =
                "podman, skopeo and buildah are not set up to ask Keyfob"
                + (file.map { ", but \(helpers.joined(separator: ", ")) (\($0))" } ?? "")
            if source == nil { unset.insert(text) }
            others.append(.init("client", .bad, text, remedy: "run `keyfob setup podman`"))
            return
        }
        note(first, "podman", file ?? "")
        judgeOwnFiles(
            registries.authenticationFiles,
            isRead: helpers.contains(RegistriesConfiguration.ownStore))
    }

    /// Whether a file is there in which podman keeps logins, and docker does not.
    private func isOfPodmanAlone(_ file: String) -> Bool {
        file != session.surroundings.dockerConfigurationFile && access(file, F_OK) == 0
    }

    /// The logins in the clients' own files, docker's apart.
    private mutating func judgeOwnFiles(_ files: [String], isRead: Bool) {
        for file in files where file != session.surroundings.dockerConfigurationFile {
            guard let document = try? document(file) else { continue }
            let helper = member(of: "credHelpers", document).flatMap(document.string)
            if let helper, !Self.isOwn(helper) {
                findings.append(
                    .init(
                        "client", .doubtful,
                        "podman asks docker-credential-\(helper) for \(host) (\(file))",
                        remedy: "take \(host) out of its credHelpers"))
            }
            guard holdsSecret(document) else { continue }
            findings.append(
                .init(
                    "client", .doubtful,
                    "a login for \(host) stands in plain text in \(file)"
                        + (isRead ? ", and podman reads it" : ""),
                    remedy: "take it away with `podman logout \(host)`"))
        }
    }
}
