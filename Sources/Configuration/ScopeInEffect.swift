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
        return folders.isEmpty ? .none : try scopeOfWorkingDirectory()
    }

    /// The scope of the longest configured folder that the working directory lies in, links
    /// resolved on both sides.
    private func scopeOfWorkingDirectory() throws(CredentialError) -> Scope {
        guard let current = Self.resolved(".") else {
            throw CredentialError(
                .configuration, "the working directory cannot be found, and it may have a scope",
                remedy: "run this from a folder that exists, or set KEYFOB_SCOPE")
        }
        let slash = UInt8(ascii: "/")
        var longest = 0
        var scope = Scope.none
        for folder in folders {
            guard let path = Self.resolved(folder.path) else { continue }
            // On bytes: to String, different folders can be equal.
            let isInside = path == [slash] || current.starts(with: path + [slash])
            if current == path || isInside, path.count > longest {
                longest = path.count
                scope = folder.scope
            }
        }
        return scope
    }

    private static func resolved(_ path: String) -> [UInt8]? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    }
}
