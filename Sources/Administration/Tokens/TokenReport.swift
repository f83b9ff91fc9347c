import CredentialCore
import SealedFile
import Tokens

/// What is known about a token, without the token.
struct TokenReport: Encodable {
    let address: String
    /// The registry behind the address.
    let registry: String
    /// What it is minted from.
    let source: String
    /// Whose token it is.
    let identity: String?
    let obtained: String?
    let expires: String?
    /// Whether clients are given it.
    let usable: Bool
    /// Why the last attempt to mint one failed.
    let failure: String?
    let failed: String?

    /// How it is, in words.
    let state: String
    /// What is wrong with it, in words.
    let attention: String?

    private enum CodingKeys: CodingKey {
        case address, registry, source, identity, obtained, expires, usable, failure, failed
    }

    init(_ order: TokenOrder, _ entry: TokenEntry?, _ session: AdminSession) {
        let token = entry?.token
        address = order.address.text
        registry = order.registry.text
        source = order.source.text
        identity = token?.identity
        obtained = token.map { Moment.text($0.obtainedAt) }
        expires = token.map { Moment.text($0.expiresAt) }
        usable = entry.flatMap(session.tokenDesk.usable) != nil
        failure = entry?.failure?.error.message
        failed = entry?.failure.map { Moment.text($0.at) }
        let since = entry?.failure.map { Moment.age(session.now - $0.at) }
        attention = failure.flatMap { failure in
            since.map { "no new token for \(order.address.text) \($0): \(failure)" }
        }
        guard let token else {
            state = "none yet" + (failure.map { "; the last attempt failed: \($0)" } ?? "")
            return
        }
        let minted = "minted \(Moment.age(session.now - token.obtainedAt))"
        if usable {
            state = "\(minted), good until \(Moment.text(token.expiresAt))"
        } else if token.isUsable(at: .now()) {
            state = "\(minted); what it depends on has changed, the next one is minted anew"
        } else {
            state = "\(minted), no longer good since \(Moment.text(token.expiresAt))"
        }
    }
}

extension ECRRegistry {
    /// The registry in words.
    var text: String {
        switch kind {
        case .registry(let account, let region): "ECR, account \(account) in \(region)"
        case .gallery: "ECR Public"
        }
    }
}

extension TokenOrder.Source {
    /// The source in words.
    var text: String {
        switch self {
        case .credential(_, let name, _, _): "the access key \(name)"
        case .machine(_, let name, _): "the machine's access key \(name)"
        case .ambient(let profile?): "the AWS profile \(profile)"
        case .ambient(nil): "the AWS credentials of this environment"
        }
    }
}
