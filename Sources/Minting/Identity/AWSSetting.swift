import CredentialCore

/// The value of a setting. It stays in the secret memory that its file was read into, and becomes
/// text only where it is asked for as such.
struct AWSSetting: Sendable {
    /// Where it is, for messages: `/root/.aws/config line 3`.
    let place: String
    private let file: Secret
    private var pieces: [Range<Int>]

    /// A setting whose value, or its first line, stands at `range` in the file.
    init(_ file: Secret, _ range: Range<Int>, place: String) {
        self.file = file
        self.place = place
        pieces = [range]
    }

    /// Adds a line to the value.
    mutating func append(_ range: Range<Int>) { pieces.append(range) }

    /// Whether nothing stands on the line of the setting's own name: what follows are settings of
    /// its own.
    var startsEmpty: Bool { pieces[0].isEmpty }

    /// The value, its lines joined by LF.
    var secret: Secret {
        let value = SecretBuffer()
        file.withBytes { bytes in
            for (index, piece) in pieces.enumerated() {
                if index > 0 { value.append(UInt8(ascii: "\n")) }
                value.append(UnsafeRawBufferPointer(rebasing: bytes[piece]))
            }
        }
        return Secret(value)
    }

    /// The value as text, for one that is no secret.
    var text: String {
        secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The setting of that name among those that stand indented below this one.
    func nested(_ name: String) -> String? {
        guard startsEmpty else { return nil }
        return file.withBytes { bytes in
            let settings = pieces.dropFirst().compactMap { piece in
                AWSConfigurationLine(bytes: bytes, range: piece).setting
            }
            return settings.last { $0.name.settingName == name }?.value.text
        }
    }
}
