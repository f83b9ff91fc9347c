import ChildProcesses
import Configuration
import CredentialCore

/// The offer to remember a chosen account, as git's own setting `credential.URL.username`: later
/// requests then carry the user name, and nobody is asked.
struct RememberedAccount {
    private static let patience = 10_000

    /// Where it can be remembered.
    struct Choice: Hashable {
        /// For people.
        let words: String
        /// git's option for the file.
        let scope: String
        /// The URL that it is for.
        let url: String
    }

    private let address: Address
    private let searchPath: String

    init(_ address: Address, _ surroundings: Surroundings) {
        self.address = address
        searchPath = surroundings.variable("PATH") ?? ""
    }

    /// Offers it. What fails here is told, and nothing else: the login is there.
    func offer(_ username: [UInt8], _ conversation: any Conversation) {
        let choices = choices(GitSettings(searchPath: searchPath))
        let text = String(decoding: username, as: UTF8.self)
        // What git's configuration would not give back as it was is not put there.
        guard !choices.isEmpty, username.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            Array(text.utf8) == username
        else { return }
        do throws(CredentialError) {
            let number = try NumberedQuestion(conversation).ask(
                "Remember \(Printable.text(username)) (1-\(choices.count + 1)): ",
                choices.map(\.words) + ["do not remember it"])
            guard number <= choices.count else { return }
            try remember(text, choices[number - 1])
        } catch  where error.code != .declined {
            try? conversation.tell(error.message)
        } catch {}
    }

    /// The places: this repository, and each owner's part of the host that its remotes show.
    func choices(_ settings: GitSettings) -> [Choice] {
        let host = Address(
            scheme: address.scheme, host: address.host, port: address.port, path: [])
        var choices: [Choice] = []
        // Every repository has this setting, and nothing else does.
        if settings.has("core.repositoryformatversion") {
            choices.append(
                Choice(words: "for this repository", scope: "--local", url: url(of: host.bytes)))
        }
        let remotes = settings.remotes.compactMap { try? Address(git: withoutUser($0)) }
        for place in [address] + remotes where place.authority == host.authority {
            let segments = place.path.split(separator: UInt8(ascii: "/"))
            guard place.scheme == host.scheme, segments.count > 1 else { continue }
            let owner = Address(
                scheme: host.scheme, host: host.host, port: host.port, path: Array(segments[0]))
            let choice = Choice(
                words: "for everything of \(owner.text)", scope: "--global",
                url: url(of: owner.bytes))
            if !choices.contains(choice) { choices.append(choice) }
        }
        return choices
    }

    private func url(of bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains("://") ? text : "https://" + text
    }

    /// A remote's URL without what stands before the `@` of its host.
    private func withoutUser(_ url: String) -> [UInt8] {
        var bytes = Array(url.utf8)
        guard
            let slashes = bytes.indices.dropLast(2).first(where: { index in
                bytes[index...(index + 2)].elementsEqual("://".utf8)
            })
        else { return bytes }
        let rest = bytes[(slashes + 3)...]
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        if let at = rest[..<end].lastIndex(of: UInt8(ascii: "@")) {
            bytes.removeSubrange((slashes + 3)...at)
        }
        return bytes
    }

    private func remember(_ username: String, _ choice: Choice) throws(CredentialError) {
        guard let git = ChildProcess.find("git", path: searchPath) else { return }
        let run = try ChildProcess.run(
            git, ["config", choice.scope, "credential.\(choice.url).username", username],
            deadline: Self.patience)
        guard run.code == 0 else {
            throw CredentialError(
                .system, "git could not remember the account",
                remedy: "run `git config \(choice.scope) credential.\(choice.url).username "
                    + "\(username)`")
        }
    }
}
