import ChildProcesses
import Configuration
import CredentialCore
import HostAccess

/// What in git's configuration goes before any credential helper: a header that is sent as it
/// stands, an address that is put in another's place (git-config(1), `http.extraHeader` and
/// `url.<base>.insteadOf`). Both may hold a login, so only what is none leaves secret memory.
struct GitOverrides {
    private static let patience = 10_000

    /// What was found.
    private(set) var findings: [Diagnosis.Finding] = []

    private let url: String
    private let git: GitProgram
    private var header: (name: String, file: String)?
    private var base: Base?

    /// What stands in an address's place.
    private struct Base {
        let prefix: String
        let url: MaskedURL
        let file: String
    }

    /// - Parameter url: what is fetched or pushed.
    init(_ url: String, _ session: AdminSession) {
        self.url = url
        let path = session.surroundings.variable("PATH") ?? ""
        git = GitProgram(path: path)
        guard let program = ChildProcess.find("git", path: path),
            let run = try? ChildProcess.run(
                program,
                [
                    "config", "--null", "--includes", "--show-origin", "--get-regexp",
                    #"^(http\.(.*\.)?extraheader|url\..*\.insteadof)$"#,
                ], deadline: Self.patience), run.code == 0
        else { return }
        run.output.withBytes { bytes in
            let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
            for index in stride(from: 0, to: parts.count - 1, by: 2) {
                let entry = parts[index + 1].split(
                    separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
                let file = parts[index].drop { $0 != UInt8(ascii: ":") }.dropFirst()
                read(
                    entry[0], entry.count > 1 ? entry[1] : parts[index].prefix(0),
                    Printable.text(file))
            }
        }
        judge()
    }

    private mutating func read(
        _ key: Slice<UnsafeRawBufferPointer>, _ value: Slice<UnsafeRawBufferPointer>,
        _ file: String
    ) {
        guard key.starts(with: "http.".utf8) else {
            readBase(key.dropFirst("url.".count).dropLast(".insteadof".count), value, file)
            return
        }
        let pattern = key.dropFirst("http.".count).dropLast("extraheader".count).dropLast()
        let section = pattern.isEmpty ? "" : MaskedURL(pattern).text
        guard section.isEmpty || applies(section) else { return }
        if value.isEmpty {
            // An empty one takes back those before it.
            header = nil
        } else if Self.isAuthorization(value) {
            header = ("http.\(section.isEmpty ? "" : section + ".")extraHeader", file)
        }
    }

    private static func isAuthorization(_ header: Slice<UnsafeRawBufferPointer>) -> Bool {
        header.prefix { $0 != UInt8(ascii: ":") }.map { $0 | 0x20 }
            .elementsEqual("authorization".utf8)
    }

    /// The longest beginning that fits is the one that counts.
    private mutating func readBase(
        _ replacement: Slice<UnsafeRawBufferPointer>, _ value: Slice<UnsafeRawBufferPointer>,
        _ file: String
    ) {
        guard !value.isEmpty, url.utf8.starts(with: value) else { return }
        let prefix = String(decoding: value, as: UTF8.self)
        guard prefix.utf8.count > base?.prefix.utf8.count ?? 0 else { return }
        base = Base(prefix: prefix, url: MaskedURL(replacement), file: file)
    }

    /// Whether a section's URL is this one's, which git itself decides.
    private func applies(_ pattern: String) -> Bool {
        let answer = try? git.values([
            "-c", "http.\(pattern).keyfobasks=yes", "config", "--null", "--get-urlmatch",
            "http.keyfobasks", url,
        ])
        return answer?.first == "yes"
    }

    private mutating func judge() {
        if let header {
            findings.append(
                .init(
                    "client", .bad,
                    "git sends a login of its own to \(url), which stands as a header in "
                        + "\(header.file) (\(header.name)), and takes Keyfob's for wrong where "
                        + "that one is",
                    remedy: "take \(header.name) out of \(header.file); actions/checkout leaves "
                        + "none with `persist-credentials: false`"))
        }
        guard let base else { return }
        let target = base.url.text + url.dropFirst(base.prefix.count)
        if base.url.holdsPassword {
            findings.append(
                .init(
                    "client", .bad,
                    "git sends a login of its own to \(target), which stands in plain text in "
                        + "\(base.file) (url.….insteadOf)",
                    remedy: "take that section out of \(base.file), and revoke the token"))
        } else if target != url {
            let isAsked = target.hasPrefix("https://") || target.hasPrefix("http://")
            findings.append(
                .init(
                    "client", .doubtful,
                    "git goes to \(target) in place of \(url) (url.….insteadOf in \(base.file))",
                    remedy: isAsked
                        ? "look at that one: `keyfob doctor git:\(target)`"
                        : "no credential helper is asked there; take it out of \(base.file) if "
                            + "that is not meant"))
        }
    }
}

/// A URL without the login that it may hold.
private struct MaskedURL {
    let text: String
    let holdsPassword: Bool

    init(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let scheme = bytes.prefix { $0 != UInt8(ascii: "/") }
        let rest = bytes[scheme.endIndex...].dropFirst(2)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        guard scheme.last == UInt8(ascii: ":"),
            let end = authority.lastIndex(of: UInt8(ascii: "@"))
        else {
            text = Printable.text(bytes)
            holdsPassword = false
            return
        }
        holdsPassword = authority[..<end].contains(UInt8(ascii: ":"))
        text =
            Printable.text(scheme) + "//" + Printable.text(bytes[bytes.index(after: end)...])
    }
}
