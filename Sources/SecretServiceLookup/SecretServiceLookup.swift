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
    /// The service's own name on the bus, once it has answered. Calls go there from then on: one
    /// that was started anew does not know our session, and may not know the item yet.
    private var service: String?
    private var session: String?
    private let expectsManyItems: Bool

    /// Connects to the bus.
    ///
    /// - Parameters:
    ///   - bus: the user's session bus.
    ///   - milliseconds: the time for all that is done with this value.
    ///   - expectsManyItems: whether the keyring holds so many items that finding one takes
    ///     noticeable time. It is then done less often, at the price of a fifth call.
    /// - Throws: `unreachable` when the bus cannot be reached, belongs to another user, or does not
    ///   answer in time.
    public init(
        _ bus: SessionBus, deadline milliseconds: Int = 2000, expectsManyItems: Bool = false
    ) throws(CredentialError) {
        self.expectsManyItems = expectsManyItems
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
        return try expectsManyItems ? itemAmongMany(at: path) : itemAmongFew(at: path)
    }

    /// In four calls: `Hello`, `GetAll`, `OpenSession`, `GetSecrets`.
    private func itemAmongFew(at path: String) throws(CredentialError) -> ServiceItem? {
        // First, so that a secret is never older than what the attributes tell of it.
        guard let properties = try properties(of: path) else { return nil }
        var item = ServiceItem(
            path: path, label: properties.label, attributes: properties.attributes,
            isLocked: properties.isLocked)
        guard !item.isLocked else { return try locked(item) }
        let session = try openedSession()
        switch try secret(of: path, connection.send(getSecrets(of: path, in: session))) {
        case .value(let secret): item.secret = secret
        case .withheld: break
        case .locked: return try locked(item)
        case .noItem: return nil
        }
        return item
    }

    /// In five calls: `Hello`, one that introduces us, `OpenSession`, `GetSecrets`, and `Get` for
    /// the attributes alone. For each property gnome-keyring walks through all its items.
    private func itemAmongMany(at path: String) throws(CredentialError) -> ServiceItem? {
        let session = try openedSession()
        let get = try MethodCall(introducedService(), path, Interface.properties, "Get")
        try get.append {
            $0.append(string: Interface.item)
            $0.append(string: "Attributes")
        }
        let asked = try connection.send(get)
        let secrets = try connection.send(getSecrets(of: path, in: session))
        let reply = try connection.reply(to: asked)
        let found = try secret(of: path, secrets)
        if reply.error?.saysNoObject == true { return nil }
        let body = try body(of: reply, signature: "v", Self.reading)
        guard let attributes = ItemProperties.attributes(inVariant: body) else {
            throw malformed(Self.reading)
        }
        var item = ServiceItem(path: path, label: "", attributes: attributes, isLocked: false)
        switch found {
        case .value(let secret): item.secret = secret
        case .withheld:
            guard let properties = try properties(of: path) else { return nil }
            item.isLocked = properties.isLocked
            if item.isLocked { return try locked(item) }
        case .locked: return try locked(item)
        case .noItem: return nil
        }
        return item
    }

    private func locked(_ item: ServiceItem) throws(CredentialError) -> ServiceItem {
        var item = item
        item.isLocked = true
        let keyring = item.path[..<(item.path.lastIndex(of: "/") ?? item.path.startIndex)]
        item.wantsConfirmation = try isLocked(collection: String(keyring)) == false
        return item
    }

    /// The properties of an item; nil when there is no such item.
    ///
    /// gnome-keyring up to at least 42.1 gets to know a caller while it answers the first call, and
    /// now and then too late: then this call is answered without a single property, and is made
    /// again. Of other calls some would end the whole service, `OpenSession` among them.
    private func properties(of path: String) throws(CredentialError) -> ItemProperties? {
        for _ in 0..<Self.attempts {
            let call = try MethodCall(
                service ?? Interface.serviceName, path, Interface.properties, "GetAll")
            try call.append { $0.append(string: Interface.item) }
            let reply = try connection.reply(to: call)
            if reply.error?.saysNoObject == true {
                service = service ?? reply.sender
                return nil
            }
            let body = try body(of: reply, signature: ItemProperties.signature, Self.reading)
            service = service ?? reply.sender
            if let properties = ItemProperties(body) { return properties }
        }
        throw malformed(Self.reading)
    }

    private static let attempts = 3

    /// Where to send a call that is not about an item's properties. The first call of all is
    /// answered before, for the reason that ``item(at:)`` begins with properties.
    func introducedService() throws(CredentialError) -> String {
        if let service { return service }
        let call = try MethodCall(
            Interface.serviceName, Interface.servicePath, Interface.properties, "Get")
        try call.append {
            $0.append(string: Interface.service)
            $0.append(string: "Collections")
        }
        let reply = try connection.reply(to: call)
        _ = try body(of: reply, signature: "v", "name its keyrings")
        guard let sender = reply.sender else { throw malformed("name its keyrings") }
        service = sender
        return sender
    }

    /// The session, opened when it is first needed: a service that wants no `plain` session can
    /// still be searched.
    private func openedSession() throws(CredentialError) -> String {
        if let session { return session }
        let call = try MethodCall(
            introducedService(), Interface.servicePath, Interface.service, "OpenSession")
        try call.append { arguments in
            arguments.append(string: "plain")
            arguments.append(TypeCode.variant, of: "s") { $0.append(string: "") }
        }
        let reply = try connection.reply(to: call)
        if reply.error?.saysNotSupported == true { throw SecretServiceFailure.plainRefused }
        var body = try body(of: reply, signature: "vo", "open a session")
        body.skip()
        guard let path = body.readObjectPath() else { throw malformed("open a session") }
        session = path
        return path
    }

    private enum Finding {
        case value(Secret)
        /// The service says nothing about it.
        case withheld
        case locked
        case noItem
    }

    private func getSecrets(
        of path: String, in session: String
    ) throws(CredentialError) -> MethodCall {
        connection.expectSecrets()
        let call = try MethodCall(
            introducedService(), Interface.servicePath, Interface.service, "GetSecrets")
        try call.append { arguments in
            arguments.append(TypeCode.array, of: "o") { $0.append(objectPath: path) }
            arguments.append(objectPath: session)
        }
        return call
    }

    private func secret(of path: String, _ serial: UInt32) throws(CredentialError) -> Finding {
        let reply = try connection.reply(to: serial)
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
            throw error.failure(action, isAnswering: service != nil, deadline)
        }
        guard let body = reply.body(signature: signature) else { throw malformed(action) }
        return body
    }

    /// An answer of other types than the specification's, or with other content.
    func malformed(_ action: String) -> CredentialError {
        SecretServiceFailure.refused(action, "its answer is not the specification's")
    }
}
