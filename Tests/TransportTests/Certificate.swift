import Foundation

/// A certificate that vouches for itself, made anew, and its key.
final class Certificate {
    /// The file that holds both.
    let path: String

    /// - Parameter name: the only name it is for, as OpenSSL writes it: `DNS:host`, `IP:address`.
    init(_ name: String) throws {
        path = "/tmp/keyfob-\(UUID().uuidString).pem"
        let openssl = try Child(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(name)",
                "-keyout", path, "-out", path + ".crt",
            ])
        while try openssl.read() != nil {}
        let certificate = try Data(contentsOf: URL(filePath: path + ".crt"))
        let key = try Data(contentsOf: URL(filePath: path))
        try (key + certificate).write(to: URL(filePath: path))
    }

    deinit {
        for file in [path, path + ".crt"] { try? FileManager.default.removeItem(atPath: file) }
    }
}
