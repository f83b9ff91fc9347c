import ChildProcesses
import Configuration
import CredentialCore
import SecretJSON

/// A docker credential helper of somebody else's: `docker-credential-NAME` on PATH.
///
/// Its protocol: <https://github.com/docker/docker-credential-helpers#development>.
struct CredentialHelper {
    /// A login as the helper hands it out.
    struct Answer {
        let username: [UInt8]
        let secret: Secret
    }

    /// The name of the program.
    let program: String
    private let path: String
    private let deadline: Int

    /// Finds a helper. Its name comes from a file, so it is checked before anything of that name is
    /// looked for.
    ///
    /// - Parameter deadline: after so many milliseconds a call of it is ended.
    /// - Throws: `configuration` when it is no name, `unreachable` when it is not on PATH.
    init(
        _ name: String, _ surroundings: Surroundings, deadline: Int = 10_000
    ) throws(CredentialError) {
        guard HelperName.isValid(name) else {
            throw CredentialError(
                .configuration, "the helper's name is none, and nothing was run")
        }
        program = "docker-credential-\(name)"
        let found = ChildProcess.find(program, path: surroundings.variable("PATH") ?? "")
        guard let found else { throw CredentialError(.unreachable, "\(program) is not on PATH") }
        path = found
        self.deadline = deadline
    }

    /// The addresses it has logins for, each with its user name.
    ///
    /// - Throws: `unreachable` when it fails or takes longer than its deadline, `badRequest` when
    ///   its answer is not what it should be, `limit`.
    func list() throws(CredentialError) -> [(server: String, username: [UInt8])] {
        let outcome = try run("list")
        return try outcome.withBytes {
            (bytes) throws(CredentialError) -> [(server: String, username: [UInt8])] in
            var logins: [(server: String, username: [UInt8])] = []
            var reader = JSONReader(
                bytes, of: "what \(program) lists", expecting: "a JSON object of strings")
            try reader.readObject { (name, reader) throws(CredentialError) in
                let server = String(decoding: name.bytes, as: UTF8.self)
                let username = try reader.readString().bytes
                logins.removeAll { $0.server == server }
                logins.append((server, username))
            }
            try reader.readEnd()
            return logins
        }
    }

    /// The login for an address.
    ///
    /// - Throws: as ``list()``, and `badRequest` when it answers for another address.
    func get(_ server: String) throws(CredentialError) -> Answer {
        let outcome = try run("get", server)
        return try outcome.withBytes { (bytes) throws(CredentialError) -> Answer in
            var username: [UInt8] = []
            var answered: [UInt8]?
            let secret = SecretBuffer()
            var reader = JSONReader(
                bytes, of: "what \(program) answers",
                expecting: "a JSON object with ServerURL, Username and Secret")
            try reader.readObject { (name, reader) throws(CredentialError) in
                if name.isName("ServerURL") {
                    answered = try reader.readString().bytes
                } else if name.isName("Username") {
                    username = try reader.readString().bytes
                } else if name.isName("Secret") {
                    let text = try reader.readString()
                    guard secret.count == 0 else {
                        throw CredentialError(.badRequest, "\(program) answers with two secrets")
                    }
                    text.forEachByte { secret.append($0) }
                } else {
                    try reader.skipValue()
                }
            }
            try reader.readEnd()
            if let answered, !answered.isEmpty, answered != Array(server.utf8) {
                throw CredentialError(.badRequest, "\(program) answers for another address")
            }
            return Answer(username: username, secret: Secret(secret))
        }
    }

    /// Has it forget an address.
    ///
    /// - Throws: as ``list()``.
    func erase(_ server: String) throws(CredentialError) {
        _ = try run("erase", server)
    }

    private func run(_ verb: String, _ server: String = "") throws(CredentialError) -> Secret {
        guard server.utf8.count <= 8192 else {
            throw CredentialError(.limit, "the address is longer than 8192 bytes")
        }
        let outcome = try ChildProcess.run(
            path, [verb], input: Array(server.utf8), deadline: deadline)
        guard outcome.code == 0 else {
            throw CredentialError(
                .unreachable, "`\(program) \(verb)` failed with exit code \(outcome.code)")
        }
        return outcome.output
    }
}
