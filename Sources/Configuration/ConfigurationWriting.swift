public import CredentialCore
import Glibc
import ProtectedFiles

extension Configuration {
    /// Writes `store = …` into the user's configuration; everything else in the file stays as it
    /// is.
    ///
    /// - Throws: as ``change(_:_:)``.
    public static func record(
        store: StoreKind, _ surroundings: Surroundings
    ) throws(CredentialError) {
        try change(surroundings) { (text) throws(CredentialError) in
            try text.set(ConfigurationKey("keyfob", nil, "store"), to: store.name)
        }
    }

    /// The text of the user's configuration; nil when there is none.
    ///
    /// - Throws: `configuration` when it cannot be read as one, `unsafeFile`, `system`.
    public static func text(
        _ surroundings: Surroundings
    ) throws(CredentialError) -> ConfigurationText? {
        let path = surroundings.configurationFile
        guard let file = try ProtectedFile(path: path, rule: .configuration) else { return nil }
        return try ConfigurationText(
            file.readAll(limit: ConfigurationSyntax.limit), path: path)
    }

    /// Changes the user's configuration, all of it at once or nothing.
    ///
    /// What comes out must be a configuration, or nothing is written. An empty one that was no file
    /// before is none afterwards.
    ///
    /// - Parameter removingEmpty: whether an empty file is taken away.
    /// - Throws: `configuration` when the file, or what it would become, cannot be read as one,
    ///   `system` when it cannot be written.
    public static func change(
        _ surroundings: Surroundings, removingEmpty: Bool = false,
        _ edit: (inout ConfigurationText) throws(CredentialError) -> Void
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
        var text = try ConfigurationText(old ?? [], path: path)
        try edit(&text)
        guard text.bytes != old ?? [] else { return }
        if text.bytes.isEmpty, removingEmpty { return try folder.remove(name) }
        var result = Configuration()
        try result.apply(text.bytes, path: path, home: surroundings.home)
        // Many first stores may run at once; each writes a file of its own and the last one stays.
        let temporary = "\(name).\(getpid()).new"
        try folder.write(temporary, text.bytes)
        try folder.rename(temporary, to: name)
    }

    /// Checks that a setting can be followed, before anything is written.
    ///
    /// - Parameter place: how the error calls where it comes from: `--token-url`.
    /// - Throws: `configuration` when it cannot.
    public static func check(
        _ key: ConfigurationKey, is value: String, _ surroundings: Surroundings, place: String
    ) throws(CredentialError) {
        var text = try ConfigurationText([], path: place)
        try text.set(key, to: value)
        var trial = Configuration()
        for entry in text.allEntries {
            try trial.apply(entry, place: place, home: surroundings.home)
        }
    }
}
