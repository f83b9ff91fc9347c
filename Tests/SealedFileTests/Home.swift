import CredentialCore
import Foundation
import SealedFile

/// A place for a store that goes with the last reference to it.
final class Home: Sendable {
    static let now: Int64 = 1_800_000_000

    let location: StoreLocation
    private let root: URL

    init(externalKeyFile: String? = nil) throws {
        root = FileManager.default.temporaryDirectory.appending(path: "keyfob-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = root.path(percentEncoded: false)
        location = StoreLocation(
            dataFolder: "\(path)/data", stateFolder: "\(path)/state",
            externalKeyFile: externalKeyFile)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    var sealed: String { location.path }
    var previous: String { location.path + ".previous" }
    var new: String { location.path + ".new" }
    var anchor: String { location.stateFolder + "/anchor" }
    var key: String { location.stateFolder + "/key" }

    /// The bytes of a file; nil when there is none.
    func bytes(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map(Array.init)
    }

    /// Puts bytes into the place of a file, or removes it.
    func put(_ bytes: [UInt8]?, at path: String) throws {
        guard let bytes else {
            try FileManager.default.removeItem(atPath: path)
            return
        }
        try Data(bytes).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    /// Writes a key file of 32 bytes, all the same, and returns its path.
    func writeKeyFile(_ byte: UInt8) throws -> String {
        let path = root.path(percentEncoded: false) + "/external-\(byte)"
        try put([UInt8](repeating: byte, count: 32), at: path)
        return path
    }

    func open() throws -> SealedFile {
        guard let file = try SealedFile.open(location) else {
            throw CredentialError(.notFound, "nothing is stored")
        }
        return file
    }

    /// Adds a login with one secret.
    @discardableResult
    func add(
        _ name: String, _ binding: String, secret: String, origin: Origin = .docker
    ) throws -> Credential {
        let credential = try login(name, binding, origin: origin)
        try SealedFile.update(location, now: Self.now) { (draft) throws(CredentialError) in
            try draft.add(credential, SecretFields(.password, primary: Secret(secret)))
            return .changed
        }
        return credential
    }

    func remove(_ credential: Credential) throws {
        try SealedFile.update(location, now: Self.now) { (draft) throws(CredentialError) in
            try draft.remove(credential.id)
            return .changed
        }
    }

    /// The secret a query of this binding's protocol and address is answered with; nil for a miss.
    func secret(for binding: String) throws -> String? {
        let binding = try Binding(parsing: Array(binding.utf8))
        let address = binding.pattern.address
        let file = try open()
        let query = Query(binding.wireProtocol, address, now: Self.now)
        let candidates = try file.candidates(for: address, asking: binding.wireProtocol)
        guard case .answer(let answer) = Resolver.resolve(query, among: candidates) else {
            return nil
        }
        return try file.fields(of: answer).primary.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}

/// A login that is not stored yet.
func login(_ name: String, _ binding: String, origin: Origin = .docker) throws -> Credential {
    var credential = Credential(
        id: Draft.newID(), name: name, kind: .password, origin: origin, store: .file,
        createdAt: Home.now, createdBy: "a test")
    credential.username = Array("robot".utf8)
    credential.bindings = [try Binding(parsing: Array(binding.utf8))]
    return credential
}

extension Secret {
    /// A secret made of text, which only a test may have.
    init(_ text: String) { self.init(copying: Array(text.utf8)) }

    /// A copy, which only a test may make.
    var bytes: [UInt8] { withBytes { Array($0) } }
}

/// What `body` was refused with, if it was.
func refusal<Value>(of body: @autoclosure () throws -> Value) -> CredentialError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? CredentialError)?.code
    }
}
