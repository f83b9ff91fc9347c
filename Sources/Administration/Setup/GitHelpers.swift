import CredentialCore

/// The helpers in git's configuration as it is in effect, whatever file they stand in.
struct GitHelpers {
    /// A helper that git asks.
    struct Helper: Hashable {
        let name: String
        /// The file that names it.
        let origin: String
    }

    private var entries: [(url: String?, helper: Helper)] = []

    /// Asks git, outside of any repository: one repository's helpers are not the user's.
    init(_ git: GitProgram) throws(CredentialError) {
        let answer = try git.values([
            "-C", "/", "config", "--null", "--includes", "--show-origin", "--get-regexp",
            "^credential\\.(.*\\.)?helper$",
        ])
        for index in stride(from: 0, to: answer.count - 1, by: 2) {
            let parts = answer[index + 1].split(
                separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let key = parts[0].dropFirst("credential.".count).dropLast("helper".count)
            let origin = answer[index].hasPrefix("file:") ? answer[index].dropFirst(5) : "git"
            entries.append(
                (
                    url: key.isEmpty ? nil : String(key.dropLast()),
                    helper: Helper(
                        name: parts.count > 1 ? String(parts[1]) : "", origin: String(origin))
                ))
        }
    }

    /// The URLs that have helpers of their own.
    var urls: [String] {
        var seen: Set<String> = []
        return entries.compactMap(\.url).filter { seen.insert($0).inserted }
    }

    /// The helpers that git asks for a URL, or for one that nothing is said about. An empty name
    /// takes back every one before it.
    func asked(by url: String?) -> [Helper] {
        entries.filter { $0.url == nil || $0.url == url }.map(\.helper)
            .reduce(into: []) { asked, helper in
                if helper.name.isEmpty { asked.removeAll() } else { asked.append(helper) }
            }
    }
}
