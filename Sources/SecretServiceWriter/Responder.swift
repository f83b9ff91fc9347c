import CSecret
import CredentialCore
import Keyring

/// Answers requests, one after the other.
struct Responder {
    private let connection: Connection

    /// A responder that asks the service over this connection.
    init(_ connection: Connection) {
        self.connection = connection
    }

    /// The answer to a request. Whatever fails, the next request finds everything in order.
    func answer(_ request: KeyringRequest) -> KeyringReply {
        do throws(CredentialError) {
            try check(request)
            return try answered(request)
        } catch {
            return .failure(error)
        }
    }

    private func answered(_ request: KeyringRequest) throws(CredentialError) -> KeyringReply {
        switch request {
        case .status:
            let keyring = try Collection.byDefault(connection, until: Deadline())
            return .status(
                KeyringStatus(label: keyring?.label, isLocked: keyring?.isLocked ?? false))
        case .unlock(let promptSeconds, let creating):
            try Unlocking(connection: connection).unlock(
                promptSeconds: promptSeconds, creating: creating)
            return .done
        case .confirm(let path, let promptSeconds):
            try Unlocking(connection: connection).confirm(path, promptSeconds: promptSeconds)
            return .done
        case .lock:
            try Unlocking(connection: connection).lock()
            return .done
        case .create(let label, let attributes, let secret):
            let secrets = Secrets(connection)
            return .path(try secrets.create(label: label, attributes: attributes, secret))
        case .read(let path):
            return .items(try Secrets(connection).read(path).map { [$0] } ?? [])
        case .search(let attributes):
            return .items(try Items(connection: connection).search(attributes))
        case .annotate(let path, let label, let attributes):
            try Items(connection: connection).annotate(
                path, label: label, attributes: attributes)
            return .done
        case .delete(let path):
            try Items(connection: connection).delete(path)
            return .done
        }
    }

    /// Refuses what D-Bus cannot carry, which libraries would cut short or abort at.
    private func check(_ request: KeyringRequest) throws(CredentialError) {
        switch request {
        case .status, .unlock, .lock: break
        case .create(let label, let attributes, _): try check(label, attributes)
        case .search(let attributes): try check("", attributes)
        case .read(let path), .delete(let path), .confirm(let path, _): try check(path: path)
        case .annotate(let path, let label, let attributes):
            try check(path: path)
            try check(label, attributes)
        }
    }

    private func check(
        _ label: String, _ attributes: [String: String]
    ) throws(CredentialError) {
        let texts = [label] + attributes.keys + attributes.values
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw CredentialError(.badRequest, "a keyring's item cannot hold NUL in its texts")
        }
    }

    private func check(path: String) throws(CredentialError) {
        guard !path.utf8.contains(0), g_variant_is_object_path(path) != 0 else {
            throw CredentialError(.badRequest, "\(Printable.text(path)) is no item of a keyring")
        }
    }
}
