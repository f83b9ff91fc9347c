import CredentialCore

@testable import Bundles

extension Secret {
    /// Text that a test uses as a secret.
    init(text: String) { self.init(copying: Array(text.utf8)) }

    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension [UInt8] {
    /// The bytes with one of them changed.
    func flipped(at place: Int) -> [UInt8] {
        var bytes = self
        bytes[place] ^= 1
        return bytes
    }

    /// The bytes with others in the place of some.
    func replaced(at place: Int, by others: [UInt8]) -> [UInt8] {
        var bytes = self
        bytes.replaceSubrange(place..<(place + others.count), with: others)
        return bytes
    }
}

/// The code of the error that `body` throws; nil when it throws none.
func refusal<Value>(of body: @autoclosure () throws -> Value) -> CredentialError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? CredentialError)?.code
    }
}
