import CredentialCore
import SecretJSON

/// A table of credentials, as `keyfob export --format csv` or a spreadsheet writes it: all of it is
/// taken, or nothing.
struct CSVSource: ImportSource {
    private static let toldLines = 10
    private let input: ImportInput

    init(_ input: ImportInput) {
        self.input = input
    }

    var isWhole: Bool { true }

    func entries() throws(CredentialError) -> [ImportEntry] {
        do throws(CredentialError) {
            return try input.bytes.withBytes { (bytes) throws(CredentialError) in
                try entries(CSVReader(bytes))
            }
        } catch {
            throw CredentialError(
                error.code, "\(input.name), \(error.problem)",
                remedy: error.remedy ?? "nothing was imported; mend it and try again")
        }
    }

    private func entries(_ reader: CSVReader) throws(CredentialError) -> [ImportEntry] {
        var reader = reader
        guard let heading = try reader.row() else {
            throw CSVReader.refusal(1, "it is empty")
        }
        let columns = try columns(heading, reader)
        var entries: [ImportEntry] = []
        var wrong: [(line: Int, count: Int)] = []
        while let row = try reader.row() {
            guard row.cells.count == columns.count else {
                wrong.append((row.line, row.cells.count))
                continue
            }
            // A later row of the wrong length is to be told as well.
            guard wrong.isEmpty else { continue }
            let login = try login(row, columns, reader)
            entries.append(
                ImportEntry(
                    place: "\(input.name), line \(row.line)", address: login.shownAddress
                ) { () throws(CredentialError) in try login.withPublicKey() })
        }
        guard let first = wrong.first else { return entries }
        let others = wrong.dropFirst().prefix(Self.toldLines).map { String($0.line) }
        let more = wrong.count > Self.toldLines + 1 ? " and more" : ""
        let also =
            others.isEmpty
            ? "" : "; wrong, too, are lines \(others.joined(separator: ", "))\(more)"
        throw CSVReader.refusal(
            first.line,
            "it has \(first.count) columns where the heading has \(columns.count)\(also)")
    }

    private func columns(
        _ heading: CSVReader.Row, _ reader: CSVReader
    ) throws(CredentialError) -> [CSVColumn] {
        var columns: [CSVColumn] = []
        for cell in heading.cells {
            let value = reader.value(cell)
            // A table without a heading begins with what may be secret.
            guard value.count <= 255, value.isPlain, value.isOneLine else {
                throw CSVReader.refusal(heading.line, "its heading is none")
            }
            let column = CSVColumn(heading: value.plainText.trimmingSpaces)
            guard !columns.contains(column) else {
                throw CSVReader.refusal(
                    heading.line, "it has the column `\(column.heading)` twice")
            }
            columns.append(column)
        }
        let isHeading = columns.contains { column in
            if case .part(let part, _) = column { part == "name" || part == "kind" } else { false }
        }
        guard isHeading else {
            throw CredentialError(
                .badRequest, "line \(heading.line): the heading has no column `name` or `kind`",
                remedy: "name the columns in the first line, with commas between them")
        }
        return columns
    }

    private func login(
        _ row: CSVReader.Row, _ columns: [CSVColumn], _ reader: CSVReader
    ) throws(CredentialError) -> ImportedCredential {
        do throws(CredentialError) {
            return try credential(row, columns, reader)
        } catch {
            throw CSVReader.refusal(row.line, error.problem)
        }
    }

    private func credential(
        _ row: CSVReader.Row, _ columns: [CSVColumn], _ reader: CSVReader
    ) throws(CredentialError) -> ImportedCredential {
        var credential = ImportedCredential.blank(.password)
        var fields = SecretFields()
        var hasKind = false
        for (column, cell) in zip(columns, row.cells) where !cell.isAbsent {
            let value = reader.value(cell)
            switch column {
            case .part(let part, let isBase64):
                let plain = isBase64 ? try decoded(value, part) : value
                hasKind = hasKind || part == "kind"
                try PortableRules.apply(
                    part, plain.plainBytes(0..<plain.count), to: &credential)
            case .setting(let name):
                try PortableRules.add(
                    name, value.plainBytes(0..<value.count), to: &credential.settings)
            case .field(let name, let isBase64):
                try PortableRules.add(
                    name, isBase64 ? try decoded(value, name) : value, to: &fields)
            }
        }
        if !hasKind, fields["token"] != nil { credential.kind = .token }
        return ImportedCredential(credential, try PortableRules.checked(fields, credential.kind))
    }

    private func decoded(_ value: Secret, _ name: String) throws(CredentialError) -> Secret {
        guard let decoded = value.withBytes(Base64.decode) else {
            throw CredentialError(.badRequest, "its \(name) is not base64")
        }
        return decoded
    }
}

extension String {
    /// Without the spaces around it.
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
