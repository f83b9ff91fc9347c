/// The bytes that a part of a line may hold.
enum GitByteSet {
    /// Whatever can stand in a line. A carriage return cannot: readers elsewhere end a line
    /// there, and would find an attribute that nobody wrote (CVE-2024-52006).
    case line
    /// No control byte at all: what is compared, and shown to people (CVE-2024-50349).
    case printable

    /// Whether every byte is in the set.
    func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .line: bytes.allSatisfy { $0 != 0x00 && $0 != 0x0A && $0 != 0x0D }
        case .printable: bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
    }
}
