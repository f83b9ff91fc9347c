public import CredentialCore
public import SecretService

/// Reads the desktop's Secret Service (the Secret Service specification of freedesktop.org) over
/// libdbus, without ever showing a prompt.
///
/// Everything done with one value has one deadline together. Secrets come in a `plain` session: the
/// bus is a socket between processes of one user, any of which could ask for them as well.
public final class SecretServiceLookup: ItemSource {
    let connection: BusConnection
    private let deadline: Deadline
    private var session: Session?

    /// A session, and the connection of the service that opened it.
    private struct Session {
        let path: String
        let service: String
    }

    /// Connects to the bus.
    ///
    /// - Parameters:
    ///   - bus: the user's session bus.
    ///   - milliseconds: the time for all that is done with this value.
    /// - Throws: `unreachable` when the bus cannot be reached, belongs to another user, or does not
    ///   answer in time.
    public init(
        _ bus: SessionBus, deadline milliseconds: Int = 2000
    ) throws(CredentialError) {
        deadline = Deadline(milliseconds: milliseconds)
        connection = try BusConnection(bus, deadline)
    }

    /// The item at an object path, with its secret if it is unlocked; nil when there is no such
    /// object.
    ///
    /// - Throws: `unreachable` when the service is not there, does not answer in time, ends, or
    ///   refuses, and for an answer that is not the specification's.
    public func item(at path: String) throws(CredentialError) -> ServiceItem? {
        // No object has a path that cannot be one.
        guard MethodCall.isObjectPath(path) else { return nil }
        let session = try openedSession()
        let getAll = try MethodCall(session.service, path, Interface.properties, "GetAll")
        try getAll.append { $0.append(string: Interface.item) }
        let getSecrets = try MethodCall(
            session.service, Interface.servicePath, Interface.service, "GetSecrets")
        try getSecrets.append { arguments in
            arguments.append(TypeCode.array, of: "o") { $0.append(objectPath: path) }
            arguments.append(objectPath: session.path)
        }
        // In this order, a secret is never older than the version that the attributes tell of.
        let serials = [try connection.send(getAll), try connection.send(getSecrets)]
        let replies = try connection.replies(to: serials)

        guard let properties = try properties(replies[0]) else { return nil }
        var item = ServiceItem(
            path: path, label: properties.label, attributes: properties.attributes,
            isLocked: properties.isLocked)
        switch try secret(replies[1], of: path) {
        case .value(let secret): item.secret = secret
        case .withheld: break
        case .locked: item.isLocked = true
        case .noItem: return nil
        }
        return item
    }

    /// The session, opened when it is first needed: a service that wants no `plain` session can
    /// still be searched.
    private func openedSession() throws(CredentialError) -> Session {
        if let session { return session }
        let call = try MethodCall(
            Interface.serviceName, Interface.servicePath, Interface.service, "OpenSession")
        try call.append { arguments in
            arguments.append(string: "plain")
            arguments.append(TypeCode.variant, of: "s") { $0.append(string: "") }
        }
        let reply = try connection.reply(to: call)
        if reply.error?.saysNotSupported == true { throw SecretServiceFailure.plainRefused }
        var body = try body(of: reply, signature: "vo", "open a session")
        body.skip()
        guard let path = body.readObjectPath(), let service = reply.sender else {
            throw malformed("open a session")
        }
        // By its own name from now on: a service that was started anew does not know the session,
        // and may not know the item yet.
        let opened = Session(path: path, service: service)
        session = opened
        return opened
    }

    /// The properties of an item; nil when there is no such item.
    private func properties(_ reply: Reply) throws(CredentialError) -> ItemProperties? {
        if reply.error?.saysNoObject == true { return nil }
        let body = try body(of: reply, signature: ItemProperties.signature, Self.reading)
        guard let properties = ItemProperties(body) else { throw malformed(Self.reading) }
        return properties
    }

    private enum Finding {
        case value(Secret)
        /// The service says nothing about it.
        case withheld
        case locked
        case noItem
    }

    private func secret(_ reply: Reply, of path: String) throws(CredentialError) -> Finding {
        if let error = reply.error {
            if error.saysLocked { return .locked }
            if error.saysNoObject { return .noItem }
        }
        let body = try body(of: reply, signature: SecretsReply.signature, Self.reading)
        return SecretsReply.secret(in: body, of: path).map(Finding.value) ?? .withheld
    }

    private static let reading = "read the item"

    /// The arguments of an answer that must be of these types.
    ///
    /// - Parameter action: what was asked for, after "cannot".
    func body(
        of reply: Reply, signature: String, _ action: String
    ) throws(CredentialError) -> MessageReader {
        if let error = reply.error {
            throw error.failure(action, isAnswering: session != nil, deadline)
        }
        guard let body = reply.body(signature: signature) else { throw malformed(action) }
        return body
    }

    /// An answer of other types than the specification's, or with other content.
    func malformed(_ action: String) -> CredentialError {
        SecretServiceFailure.refused(action, "its answer is not the specification's")
    }
}
