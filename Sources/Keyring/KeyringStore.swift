public import CredentialCore
import Launch
public import SecretService

/// The Secret Service as a store of credentials, reached through `keyfob-keyring`, which is started
/// at the first request.
public final class KeyringStore {
    /// The items that were found elsewhere than where the catalogue remembers them.
    public internal(set) var relocated: [SecretReference: [UInt8]] = [:]
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

    /// Has the keyring's user asked whether we may have a secret, and reads it.
    ///
    /// - Throws: `locked` when the answer is no, or there is none in time, and what reading throws.
    public func confirmedFields(
        of reference: SecretReference, promptSeconds: Int
    ) throws(CredentialError) -> SecretFields {
        let path = ItemLocator(reference).path
        _ = try ask(.confirm(path: path, promptSeconds: promptSeconds))
        return try fields(of: reference)
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

    static let unexpected = CredentialError(
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
        case .unlock(let promptSeconds, _), .confirm(_, let promptSeconds):
            (promptSeconds + 10) * 1000
        }
    }
}

extension KeyringStore: ItemSource {
    /// The item at an object path, read through `keyfob-keyring`.
    public func item(at path: String) throws(CredentialError) -> ServiceItem? {
        guard case .items(let items) = try ask(.read(path: path)) else { throw Self.unexpected }
        return items.first
    }

    /// The paths of all items that have these attributes.
    public func search(
        _ attributes: [String: String]
    ) throws(CredentialError) -> (unlocked: [String], locked: [String]) {
        let items = try items(attributes)
        return (items.filter { !$0.isLocked }.map(\.path), items.filter(\.isLocked).map(\.path))
    }

    /// The state of the keyring that new items go to.
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
