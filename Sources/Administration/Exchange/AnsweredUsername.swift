import CredentialCore

extension Credential {
    /// The user name that clients are answered with for a binding's address when they ask for none
    /// in particular; nil when nobody knows one.
    func answeredUsername(for binding: Binding) -> [UInt8]? {
        let query = Query(binding.wireProtocol, binding.pattern.address, now: 0)
        return Candidate(self, binding).answeredUsername(for: query)
    }
}
