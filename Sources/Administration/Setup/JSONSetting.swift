import CredentialCore

/// A setting in a JSON file such as docker's config.json. Its value is the JSON text of a string.
struct JSONSetting: ClientSetting {
    let file: String
    let path: [String]

    func read() throws(CredentialError) -> SettingState {
        guard let bytes = try ClientFile(file).read() else {
            return SettingState(values: [], existing: 0)
        }
        let document = try JSONDocument(bytes, path: file)
        for depth in 1..<max(path.count, 1) {
            let prefix = Array(path.prefix(depth))
            guard let container = document.member(at: prefix)?.value else {
                return SettingState(values: [], existing: depth)
            }
            if container.members == nil {
                guard document.text(of: container) == "null" else {
                    throw refusal(prefix, "object")
                }
                return SettingState(values: [], existing: depth + 1)
            }
        }
        guard let value = document.member(at: path)?.value else {
            return SettingState(values: [], existing: path.count)
        }
        let text = document.text(of: value)
        guard text.utf8.first == UInt8(ascii: "\"") || text == "null" else {
            throw refusal(path, "string")
        }
        return SettingState(values: [text], existing: path.count + 1)
    }

    func write(_ values: [String], existing: Int) throws(CredentialError) {
        try ClientFile(file).change { (old) throws(CredentialError) in
            var document = try JSONDocument(old, path: file)
            if let value = values.first {
                return document.setting(path, to: value)
            }
            document = try JSONDocument(document.removing(path), path: file)
            for depth in stride(from: path.count - 1, to: 0, by: -1) where existing <= depth {
                let container = Array(path.prefix(depth))
                guard document.member(at: container)?.value.members?.isEmpty == true else { break }
                document = try JSONDocument(document.removing(container), path: file)
            }
            let isEmpty = document.root.members?.isEmpty == true
            return existing == 0 && isEmpty ? nil : document.bytes
        }
    }

    func lines(_ values: [String]) -> [String] {
        values.map { value in
            path.dropLast().reversed().reduce(
                "\(JSONDocument.quoted(path.last ?? "")): \(value)"
            ) { "\(JSONDocument.quoted($1)): { \($0) }" }
        }
    }

    private func refusal(_ path: [String], _ kind: String) -> CredentialError {
        CredentialError(
            .configuration, "\(path.joined(separator: " ")) in \(file) is not a JSON \(kind)",
            remedy: "nothing was changed; mend the file and try again")
    }
}
