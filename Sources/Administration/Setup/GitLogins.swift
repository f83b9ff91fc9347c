import Configuration
import CredentialCore

/// The logins that git's other helpers hold.
enum GitLogins {
    /// The logins of one helper, as far as they can be known without its secrets.
    static func held(
        by helper: String, url: String?, in surroundings: Surroundings
    ) -> [UnseenLogin] {
        let words = helper.split(separator: " ").map(String.init)
        guard words.first == "store" else {
            let isScript = helper.hasPrefix("!")
            return [
                UnseenLogin(
                    address: url ?? "every host",
                    place: isScript ? "held by a script" : "held by the helper `\(helper)`",
                    remedy: "git asks once at the next fetch or push, and keeps the answer")
            ]
        }
        let files =
            namedFile(words.dropFirst(), home: surroundings.home).map { [$0] }
            ?? [
                "\(surroundings.home)/.git-credentials",
                "\(surroundings.clientsConfigurationFolder)/git/credentials",
            ]
        return files.flatMap { logins(in: $0, url: url) }
    }

    /// The logins in a file of `git credential-store`: one URL a line, with user name and password.
    private static func logins(in file: String, url: String?) -> [UnseenLogin] {
        guard let bytes = try? ClientFile(file).read() else { return [] }
        var counts: [String: Int] = [:]
        bytes.withBytes { bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let address = address(ofLine: line) else { continue }
                if let url, address != url, !url.hasPrefix("\(address)/") { continue }
                counts[address, default: 0] += 1
            }
        }
        return counts.sorted { $0.key < $1.key }.map { address, count in
            UnseenLogin(
                address: address,
                place: "\(count) in plain text in \(file)",
                remedy: "git asks once at the next fetch or push, and Keyfob keeps the answer; "
                    + "then delete the line from \(file)")
        }
    }

    /// Scheme and host of a line. What stands before the last `@` of the authority is secret.
    private static func address(ofLine line: Slice<UnsafeRawBufferPointer>) -> String? {
        guard let scheme = line.firstRange(of: Array("://".utf8)) else { return nil }
        let authority = line[scheme.upperBound...].prefix { $0 != UInt8(ascii: "/") }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let host = authority[at...].dropFirst()
        return String(decoding: line[..<scheme.upperBound], as: UTF8.self)
            + String(decoding: host, as: UTF8.self)
    }

    private static func namedFile(_ options: ArraySlice<String>, home: String) -> String? {
        var named: String?
        for (index, option) in zip(options.indices, options) {
            if option.hasPrefix("--file=") { named = String(option.dropFirst("--file=".count)) }
            if option == "--file", index + 1 < options.endIndex { named = options[index + 1] }
        }
        return named.map { $0.hasPrefix("~/") ? home + $0.dropFirst() : $0 }
    }
}
