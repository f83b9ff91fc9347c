public import CredentialCore
import Launch
public import SecretService

/// The Secret Service as a store of credentials, reached through `keyfob-keyring`, which is started
/// at the first request.
public final class KeyringStore {
    /// The items that were found elsewhere than where the catalogue remembers them.
    public private(set) var relocated: [CredentialID: [UInt8]] = [:]
    private let bus: SessionBus?
    private var program: LibexecProgram?

    /// A store on a bus; nil where there is none, which is told at the first request.
    public init(bus: SessionBus?) {
        self.bus = bus
    }

    /// Asks `keyfob-keyring`.
    ///
    /// - Returns: the reply, which is no `failure`.
    /// - Throws: the failure it replied, `unreachable` when it does not answer in time or ends.
    public func ask(_ request: KeyringRequest) throws(CredentialError) -> KeyringReply {
        guard bus != nil else { throw SecretServiceFailure.noBus }
        let program = try started()
        let reply: Secret
        do throws(MessageChannel.Failure) {
            try program.channel.send(request.encoded())
            reply = try program.channel.receive(within: request.deadline)
        } catch {
            program.kill()
            self.program = nil
            throw error == .late
                ? SecretServiceFailure.noAnswer(milliseconds: request.deadline)
                : CredentialError(
                    .unreachable, "keyfob-keyring ended while it was asked", remedy: "try again")
        }
        let answer = try KeyringReply(decoding: reply)
        if case .failure(let error) = answer { throw error }
        return answer
    }

    private func started() throws(CredentialError) -> LibexecProgram {
        if let program { return program }
        let started = try LibexecProgram("keyfob-keyring")
        program = started
        return started
    }

    /// The default keyring.
    ///
    /// - Throws: `unreachable`.
    public func status() throws(CredentialError) -> KeyringStatus {
        guard case .status(let status) = try ask(.status) else { throw Self.unexpected }
        return status
    }

    private static let unexpected = CredentialError(
        .system, "keyfob-keyring answered something else than it was asked",
        remedy: "install all programs of one version together")
}

extension KeyringRequest {
    /// How long an answer may take, in milliseconds. A prompt has the time its user is given.
    fileprivate var deadline: Int {
        switch self {
        case .status, .read: 2000
        case .create, .annotate, .delete, .lock: 10_000
        case .search: 30_000
        case .unlock(let promptSeconds, _): (promptSeconds + 10) * 1000
        }
    }
}

extension KeyringStore: ItemSource {
    public func item(at path: String) throws(CredentialError) -> ServiceItem? {
        guard case .items(let items) = try ask(.read(path: path)) else { throw Self.unexpected }
        return items.first
    }

    public func search(
        _ attributes: [String: String]
    ) throws(CredentialError) -> (unlocked: [String], locked: [String]) {
        let items = try items(attributes)
        return (items.filter { !$0.isLocked }.map(\.path), items.filter(\.isLocked).map(\.path))
    }

    public func defaultCollection() throws(CredentialError) -> DefaultCollection {
        let status = try status()
        guard status.label != nil else { return .absent }
        return status.isLocked ? .locked : .unlocked
    }

    /// All items that have these attributes, without their secrets.
    ///
    /// - Throws: `unreachable`.
    public func items(
        _ attributes: [String: String]
    ) throws(CredentialError) -> [ServiceItem] {
        guard case .items(let items) = try ask(.search(attributes: attributes)) else {
            throw Self.unexpected
        }
        return items
    }
}

extension KeyringStore: CredentialStore {
    public func fields(of reference: SecretReference) throws(CredentialError) -> SecretFields {
        let found: (fields: SecretFields, path: String) = try fields(of: reference)
        let locator = Array(found.path.utf8)
        if locator != reference.locator { relocated[reference.id] = locator }
        return found.fields
    }

    public func save(
        _ credential: Credential, _ fields: SecretFields
    ) throws(CredentialError) -> [UInt8] {
        guard let first = fields.primary, !first.isEmpty else {
            throw CredentialError(
                .badRequest, "\(credential.name) has no secret, and the keyring keeps nothing else")
        }
        let item = CredentialItem(credential, fieldNames: fields.fields.map(\.name))
        let request = KeyringRequest.create(
            label: item.label, attributes: item.attributes, secret: CredentialItem.secret(fields))
        guard case .path(let path) = try ask(request) else { throw Self.unexpected }
        let kept = try self.item(at: path).map {
            CredentialItem.find(SecretReference(credential), in: $0)
        }
        guard case .fields(let found)? = kept, found.matches(fields) else {
            _ = try? ask(.delete(path: path))
            throw CredentialError(
                .damaged, "the keyring did not give back what it was given for \(credential.name)",
                remedy: "nothing was changed; see `keyfob status`")
        }
        return Array(path.utf8)
    }

    public func annotate(_ credential: Credential) throws(CredentialError) {
        let found: (fields: SecretFields, path: String) = try fields(
            of: SecretReference(credential))
        let item = CredentialItem(credential, fieldNames: found.fields.fields.map(\.name))
        _ = try ask(
            .annotate(path: found.path, label: item.label, attributes: item.attributes))
    }

    public func checkWritable() throws(CredentialError) {
        switch try defaultCollection() {
        case .absent: throw SecretServiceFailure.noDefaultCollection
        case .locked: throw SecretServiceFailure.locked
        case .unlocked: break
        }
    }

    public func remove(_ reference: SecretReference) throws(CredentialError) {
        if try remove(reference, at: String(decoding: reference.locator, as: UTF8.self)) { return }
        let found = try search(CredentialItem.search(for: reference.id))
        for path in found.unlocked + found.locked {
            if try remove(reference, at: path) { return }
        }
    }

    /// Whether the item at a path was the one meant; it is gone now. A path may be another item's.
    private func remove(
        _ reference: SecretReference, at path: String
    ) throws(CredentialError) -> Bool {
        guard !path.isEmpty, let item = try item(at: path) else { return false }
        if item.isLocked { throw SecretServiceFailure.locked }
        if case .another = CredentialItem.find(reference, in: item) { return false }
        _ = try ask(.delete(path: path))
        return true
    }
}
