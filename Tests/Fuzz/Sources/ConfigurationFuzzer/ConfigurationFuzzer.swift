import Configuration
import CredentialCore
import Fuzzing

/// Configuration files.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = Array(input(start, count))
    guard let entries = try? ConfigurationSyntax.entries(in: bytes, path: "/config") else {
        return 0
    }
    checkLines(of: entries, in: bytes)
    checkRoundTrip(of: entries)
    checkConcatenation(of: entries, bytes)
    checkMeaning(of: entries)
    return 0
}

/// An error or a warning names a line that is there.
private func checkLines(of entries: [ConfigurationSyntax.Entry], in bytes: [UInt8]) {
    let last = 1 + bytes.count(where: { $0 == 0x0A })
    var line = 1
    for entry in entries {
        law("entries come in order", entry.line >= line && entry.line <= last)
        line = entry.line
        let key = Array(entry.key.utf8)
        law("a key is a word", !key.isEmpty && !key.contains { 0x41...0x5A ~= $0 || $0 <= 0x20 })
    }
}

/// What was read can be written, and is read again.
private func checkRoundTrip(of entries: [ConfigurationSyntax.Entry]) {
    var written = ""
    for entry in entries {
        let subsection = entry.subsection.map { " \"\(quoted($0, escapes: "\"\\"))\"" } ?? ""
        written += "[\(entry.section)\(subsection)]\n"
        written += "\(entry.key) = \"\(quoted(entry.value, escapes: "\"\\\n\t"))\"\n"
    }
    let again = lawful(
        "what was read can be written",
        try ConfigurationSyntax.entries(in: Array(written.utf8), path: "/config"))
    law("all entries survive", again.count == entries.count)
    for (one, other) in zip(entries, again) {
        law("sections survive", equal(one.section, other.section))
        law("subsections survive", equal(one.subsection ?? "-", other.subsection ?? "-"))
        law("keys survive", equal(one.key, other.key))
        law("values survive", equal(one.value, other.value))
    }
}

/// A file read twice in a row says the same twice, unless its last line goes on in the next file or
/// it begins with a mark that only a file can begin with.
private func checkConcatenation(of entries: [ConfigurationSyntax.Entry], _ bytes: [UInt8]) {
    guard bytes.last != UInt8(ascii: "\\"), !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    let twice = lawful(
        "files can follow each other",
        try ConfigurationSyntax.entries(in: bytes + [0x0A] + bytes, path: "/config"))
    law("nothing reaches into the next file", twice.count == 2 * entries.count)
    for (one, other) in zip(entries, twice.suffix(entries.count)) {
        law("the next file means the same", equal(one.value, other.value) && one.key == other.key)
    }
}

private func checkMeaning(of entries: [ConfigurationSyntax.Entry]) {
    var configuration = Configuration()
    for entry in entries { try? configuration.apply(entry, path: "/config", home: "/home/user") }
    law("folders are absolute", configuration.folders.allSatisfy { $0.path.hasPrefix("/") })
    for scope in configuration.links.values {
        law("scopes of links are scopes", try Scope(scope.path) == scope)
    }
}

private func quoted(_ text: String, escapes: String) -> String {
    var quoted = ""
    for scalar in text.unicodeScalars {
        if escapes.unicodeScalars.contains(scalar) { quoted += "\\" }
        switch scalar {
        case "\n" where escapes.unicodeScalars.contains(scalar): quoted += "n"
        case "\t" where escapes.unicodeScalars.contains(scalar): quoted += "t"
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted
}

/// Byte for byte: equal texts of different bytes would hide a loss.
private func equal(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
