public import CredentialCore
import Glibc
import ProtectedFiles

extension Configuration {
    /// Writes `store = …` into the user's configuration; everything else in the file stays as it
    /// is.
    ///
    /// - Throws: `configuration` when the file cannot be read as one, `system` when it cannot be
    ///   written.
    public static func record(
        store: StoreKind, _ surroundings: Surroundings
    ) throws(CredentialError) {
        // A linked configuration, as dotfile managers make it, is written where the link leads.
        let path =
            realpath(surroundings.configurationFile, nil).map { resolved in
                defer { free(resolved) }
                return String(cString: resolved)
            } ?? surroundings.configurationFile
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = try Folder(making: String(path[..<slash]))
        let name = String(path[slash...].dropFirst())
        let old = try folder.file(name, rule: .configuration)?
            .readAll(limit: ConfigurationSyntax.limit)
        let entries = try ConfigurationSyntax.entries(in: old ?? [], path: path)
        let replaced = entries.last {
            $0.section == "keyfob" && $0.subsection == nil && $0.key == "store"
        }
        var lines = (old ?? []).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map(Array.init)
        let setting = Array("\tstore = \(store.name)".utf8)
        if let replaced {
            // The setting may share its line with the section's header.
            let sharesLine = lines[replaced.line - 1].contains(UInt8(ascii: "["))
            lines.replaceSubrange(
                (replaced.line - 1)..<replaced.lastLine,
                with: sharesLine ? [Array("[keyfob]".utf8), setting] : [setting])
        } else {
            if lines.last == [] { lines.removeLast() }
            lines += [Array("[keyfob]".utf8), setting, []]
        }
        // Many first stores may run at once; each writes a file of its own and the last one stays.
        let temporary = "\(name).\(getpid()).new"
        try folder.write(temporary, Array(lines.joined(separator: [UInt8(ascii: "\n")])))
        try folder.rename(temporary, to: name)
    }
}
