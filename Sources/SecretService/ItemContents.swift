import CredentialCore
import SecretJSON

/// The part of an item's metadata that every `get` reads: what tells the item from all others, and
/// what its secret consists of. The rest is for whoever rebuilds a catalogue.
struct ItemContents {
    let mark: String
    let fieldNames: [String]

    init(mark: String, fieldNames: [String]) {
        self.mark = mark
        self.fieldNames = fieldNames
    }

    /// Reads the value of an item's `keyfob` attribute; nil when it is something else.
    init?(json: String) {
        var json = json
        let read: ItemContents?? = try? json.withUTF8 { text throws(CredentialError) in
            var reader = JSONReader(
                UnsafeRawBufferPointer(text), of: "the metadata", expecting: "a JSON object")
            var mark: String?
            var fieldNames: [String] = []
            try reader.readObject { name, reader throws(CredentialError) in
                if name.isName("mark") {
                    mark = String(decoding: try reader.readString().bytes, as: UTF8.self)
                } else if name.isName("fields") {
                    try reader.readArray { reader throws(CredentialError) in
                        let name = try reader.readString().bytes
                        fieldNames.append(String(decoding: name, as: UTF8.self))
                    }
                } else {
                    try reader.skipValue()
                }
            }
            try reader.readEnd()
            return mark.map { ItemContents(mark: $0, fieldNames: fieldNames) }
        }
        guard let contents = read ?? nil else { return nil }
        self = contents
    }
}
