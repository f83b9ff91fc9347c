import Configuration
import CredentialCore
import Glibc

/// The certificates that docker, podman and their like know a registry by, beside the system's
/// (<https://docs.docker.com/engine/security/certificates/>, containers-certs.d(5)).
enum RegistryCertificates {
    /// The file for a registry; nil when there is none that can be read.
    static func file(for address: Address, _ surroundings: Surroundings) -> String? {
        let host = String(decoding: address.authority, as: UTF8.self)
        // A host holds no slash; one that is all dots is no folder of its own.
        guard !host.utf8.allSatisfy({ $0 == UInt8(ascii: ".") }) else { return nil }
        let home = surroundings.home
        let folders = [
            "\(home)/.docker/certs.d", "\(home)/.config/docker/certs.d",
            "\(home)/.config/containers/certs.d", "/etc/docker/certs.d", "/etc/containers/certs.d",
        ]
        return folders.lazy.compactMap { certificate(in: "\($0)/\(host)") }.first
    }

    /// The certificate of an authority in a folder: `ca.crt`, or the first `*.crt`.
    private static func certificate(in folder: String) -> String? {
        guard let list = opendir(folder) else { return nil }
        defer { closedir(list) }
        var names: [String] = []
        while let entry = readdir(list) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".crt") { names.append(name) }
        }
        let name = names.contains("ca.crt") ? "ca.crt" : names.min()
        return name.map { "\(folder)/\($0)" }.flatMap { access($0, R_OK) == 0 ? $0 : nil }
    }
}
