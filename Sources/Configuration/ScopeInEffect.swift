public import CredentialCore
import Glibc

extension Configuration {
    /// The scope a program runs in: what its link's name stands for, else `KEYFOB_SCOPE`, else the
    /// scope of the working directory, else none.
    ///
    /// - Parameter program: the program's own name, as in `docker-credential-keyfob`.
    /// - Throws: `configuration` for a link that the configuration does not know: a login that was
    ///   meant for one account must not end in another.
    public func scopeInEffect(
        for program: String, _ surroundings: Surroundings
    ) throws(CredentialError) -> Scope {
        if let link = surroundings.link(of: program) {
            guard let scope = links[link] else {
                throw CredentialError(
                    .configuration, "the link \(program)-\(link) has no scope",
                    remedy: "add `[link \"\(link)\"]` with `scope = …` to "
                        + surroundings.configurationFile)
            }
            return scope
        }
        if let named = surroundings.variable("KEYFOB_SCOPE") {
            do throws(CredentialError) {
                return try Scope(named.utf8)
            } catch {
                throw CredentialError(
                    .configuration, "KEYFOB_SCOPE: \(error.problem)", remedy: error.remedy)
            }
        }
        return folders.isEmpty ? .none : scopeOfWorkingDirectory()
    }

    /// The scope of the longest configured folder that the working directory lies in, links
    /// resolved on both sides.
    private func scopeOfWorkingDirectory() -> Scope {
        guard let current = Self.resolved(".") else { return .none }
        var longest = 0
        var scope = Scope.none
        for folder in folders {
            guard let path = Self.resolved(folder.path) else { continue }
            let isInside = current == path || path == "/" || current.hasPrefix(path + "/")
            if isInside, path.utf8.count > longest {
                longest = path.utf8.count
                scope = folder.scope
            }
        }
        return scope
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
