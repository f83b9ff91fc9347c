import CredentialCore
import SecretJSON

/// Credentials as a table (RFC 4180): a column for everything that is known of one, and one for
/// each secret field that any of them has.
///
/// Values are written as they are, whatever a spreadsheet makes of them: what is read back must be
/// the secret.
enum CSVExport {
    static func write(_ entries: [ExportedCredential]) -> Secret {
        let columns = columns(for: entries)
        let table = SecretBuffer(capacity: 1 << 16)
        append(columns.map { .text(Array($0.heading.utf8)) }, to: table)
        for entry in entries { append(columns.map { cell(of: entry, $0) }, to: table) }
        return Secret(table)
    }

    private enum Cell {
        case absent
        case text([UInt8])
        case secret(Secret)
        case base64(Secret)
    }

    private static func columns(for entries: [ExportedCredential]) -> [CSVColumn] {
        var columns = CSVColumn.metadata.map { CSVColumn.part($0, isBase64: false) }
        var seen = Set(columns)
        let add = { (column: CSVColumn) in
            if seen.insert(column).inserted { columns.append(column) }
        }
        for entry in entries {
            for setting in entry.credential.settings { add(.setting(setting.name)) }
        }
        for entry in entries {
            for part in ["username", "authtype"] where needsBase64(entry.credential, part) {
                add(.part(part, isBase64: true))
            }
            for field in entry.fields.fields {
                add(.field(field.name, isBase64: !field.value.isPlain))
            }
        }
        return columns
    }

    private static func cell(of entry: ExportedCredential, _ column: CSVColumn) -> Cell {
        let credential = entry.credential
        switch column {
        case .part(let part, let isBase64):
            guard let text = CredentialText.value(part, of: credential) else { return .absent }
            guard needsBase64(credential, part) == isBase64 else { return .absent }
            return isBase64 ? .base64(Secret(copying: text)) : .text(text)
        case .setting(let name):
            return credential.settings.first { $0.name == name }
                .map { .text(Array($0.value.utf8)) } ?? .absent
        case .field(let name, let isBase64):
            guard let value = entry.fields[name], value.isPlain != isBase64 else { return .absent }
            return isBase64 ? .base64(value) : .secret(value)
        }
    }

    private static func needsBase64(_ credential: Credential, _ part: String) -> Bool {
        guard part == "username" || part == "authtype",
            let value = CredentialText.value(part, of: credential)
        else { return false }
        return !Secret(copying: value).isPlain
    }

    private static func append(_ row: [Cell], to table: SecretBuffer) {
        for (index, cell) in row.enumerated() {
            if index > 0 { table.append(",") }
            switch cell {
            case .absent: break
            case .text(let bytes): bytes.withUnsafeBytes { append($0, to: table) }
            case .secret(let value): value.withBytes { append($0, to: table) }
            case .base64(let value):
                value.withBytes { Base64.encode($0) { table.append($0) } }
            }
        }
        table.append("\r\n")
    }

    /// Empty text is quoted, so that it can be told from none.
    private static func append(_ bytes: UnsafeRawBufferPointer, to table: SecretBuffer) {
        let quote = UInt8(ascii: "\"")
        let mustQuote =
            bytes.isEmpty || bytes.first == 0x20 || bytes.last == 0x20
            || bytes.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 10 || $0 == 13 }
        guard mustQuote else { return table.append(bytes) }
        table.append(quote)
        for byte in bytes {
            if byte == quote { table.append(quote) }
            table.append(byte)
        }
        table.append(quote)
    }
}

extension Secret {
    /// Whether it is text that programs for text take: without NUL, which ends a C string.
    var isPlain: Bool { isText && firstIndex(of: 0) == nil }
}
