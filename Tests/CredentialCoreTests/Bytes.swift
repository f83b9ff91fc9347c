import CredentialCore

/// The address a registry client names.
func registry(_ text: String) throws -> Address { try Address(registry: Array(text.utf8)) }

/// The address a person names for git.
func git(_ text: String) throws -> Address { try Address(git: Array(text.utf8)) }

/// What `body` was refused with, if it was.
func refusal<Value>(of body: @autoclosure () throws -> Value) -> CredentialError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? CredentialError)?.code
    }
}

extension Secret {
    /// A secret made of text, which only a test may have.
    init(_ text: String) { self.init(copying: Array(text.utf8)) }

    /// A copy, which only a test may make.
    var bytes: [UInt8] { withBytes { Array($0) } }
}
