public import CredentialCore

extension Draft {
    /// Puts credentials behind all others: what answered before goes on answering. The catalogue
    /// alone changes.
    ///
    /// - Parameters:
    ///   - ids: the first is the most current of them.
    ///   - now: what has expired or is suspended by then answers nothing, and stays behind them.
    public func putBehind(_ ids: [CredentialID], now: Int64) {
        guard !ids.isEmpty else { return }
        let places = Dictionary(
            uniqueKeysWithValues: ids.enumerated().map { ($1, UInt64(ids.count - $0)) })
        let isSilent = { (credential: Credential) in
            credential.expiresAt.map { $0 <= now } ?? false
                || credential.bindings.contains { $0.suspendedUntil > now }
        }
        let floor =
            credentials.filter { isSilent($0) && places[$0.id] == nil }
            .map(\.currency).max() ?? 0
        for index in credentials.indices {
            if let place = places[credentials[index].id] {
                credentials[index].currency = floor + place
            } else if !isSilent(credentials[index]) {
                credentials[index].currency += floor + UInt64(ids.count)
            }
        }
    }
}
