import Configuration
import CredentialCore
import Glibc
import Launch
import Tokens
import Transport

@testable import Minting

/// A home with AWS's files in it, an environment, and somebody who answers for AWS.
final class AWSBed {
    /// 2027-01-15T08:00:00Z
    static let now: Int64 = 1_800_000_000

    let home: String
    let files = WitnessedFiles()
    let aws = PlayedAWS()
    var variables: [AWSVariable: String] = [:]
    var metadata = MetadataUse.never
    var runsProcesses = true
    var mfaCode: String?
    var milliseconds = 5000
    var clock: () -> Int64 = { AWSBed.now }

    init(config: String? = nil, credentials: String? = nil) throws {
        var template = Array("/tmp/keyfob-aws-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CredentialError(.system, "no folder") }
        home = template.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
        if let config { try write(".aws/config", config) }
        if let credentials { try write(".aws/credentials", credentials) }
    }

    deinit {
        var pending = [home]
        var folders: [String] = []
        while let path = pending.popLast() {
            guard let folder = opendir(path) else {
                unlink(path)
                continue
            }
            folders.append(path)
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { pending.append("\(path)/\(name)") }
            }
            closedir(folder)
        }
        for path in folders.reversed() { rmdir(path) }
    }

    func path(_ name: String) -> String { "\(home)/\(name)" }

    /// Writes a file, making the folders above it.
    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        var folder = home
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o700)
        }
        guard let file = fopen(path(name), "w") else { throw CredentialError(.system, name) }
        fputs(text, file)
        fclose(file)
        chmod(path(name), mode)
        return path(name)
    }

    func read(_ name: String) -> String? {
        (try? WitnessedFiles().read(path(name)))?.map(plain)
    }

    var surroundings: AWSSurroundings {
        let variables = variables
        return AWSSurroundings(
            variable: { variables[$0] }, home: home, stateFolder: path("state"),
            system: path("sys"), files: files, http: aws,
            deadline: Deadline(milliseconds: milliseconds), now: clock,
            runsProcesses: runsProcesses, metadata: metadata,
            mfaCode: mfaCode.map { Secret(copying: Array($0.utf8)) })
    }

    func configuration() throws(CredentialError) -> AWSConfiguration {
        try AWSConfiguration(surroundings)
    }

    func credentials(profile: String? = nil) throws(CredentialError) -> AWSCredentials {
        let surroundings = surroundings
        return try CredentialChain(
            surroundings, AWSConfiguration(surroundings), profile: profile, region: "eu-west-1"
        ).credentials()
    }

    /// Why there are none.
    func failure(profile: String? = nil) -> CredentialError? {
        do throws(CredentialError) {
            _ = try credentials(profile: profile)
            return nil
        } catch {
            return error
        }
    }
}

/// The bytes of a secret, which is a test's and none.
func plain(_ secret: Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}
