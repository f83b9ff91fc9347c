import CredentialCore
import SecretJSON

/// What counts of an object of a Kubernetes API, as a manifest or `kubectl get` has it.
struct KubernetesObject {
    /// Where it is, for people: `document 2`.
    var place: String
    var kind = ""
    var type = ""
    var name = ""
    var namespace = ""
    /// Annotations, and labels that no annotation is named like.
    var annotations: [String: String] = [:]
    var labels: [String: String] = [:]
    /// Keys with values in base64.
    var data: [(key: String, value: Secret)] = []
    /// Keys with values as they are, which count more than `data`.
    var stringData: [(key: String, value: Secret)] = []
    /// The keys whose values are no text.
    var broken: [String] = []
    /// The objects of a list.
    var items: [KubernetesObject] = []

    init(place: String) {
        self.place = place
    }

    /// Reads the objects of a JSON text.
    ///
    /// - Throws: `badRequest` where it is none, `limit` when it nests too deep.
    static func objects(json: UnsafeRawBufferPointer) throws(CredentialError) -> [KubernetesObject]
    {
        var reader = JSONReader(json, of: "it", expecting: "JSON")
        var object = KubernetesObject(place: "the object")
        try object.read(&reader)
        try reader.readEnd()
        return object.unfolded
    }

    /// The object itself, or what it is a list of.
    var unfolded: [KubernetesObject] {
        guard kind == "List" || kind.hasSuffix("List") else { return [self] }
        return items.enumerated().map { index, item in
            var item = item
            item.place = "item \(index + 1)"
            // `kubectl get -o json` says it of each; a typed list says it of all.
            if item.kind.isEmpty { item.kind = String(kind.dropLast("List".count)) }
            return item
        }
    }

    private mutating func read(_ reader: inout JSONReader) throws(CredentialError) {
        var object = self
        defer { self = object }
        try reader.readObject { (key, reader) throws(CredentialError) in
            try object.read(String(decoding: key.bytes, as: UTF8.self), &reader)
        }
    }

    private mutating func read(
        _ key: String, _ reader: inout JSONReader
    ) throws(CredentialError) {
        switch key {
        case "kind": kind = try Self.text(&reader) ?? ""
        case "type": type = try Self.text(&reader) ?? ""
        case "metadata":
            try members(&reader) { (object, key, reader) throws(CredentialError) in
                try object.readMetadata(key, &reader)
            }
        case "data":
            try members(&reader) { (object, key, reader) throws(CredentialError) in
                if let value = try object.value(key, &reader) { object.data.append((key, value)) }
            }
        case "stringData":
            try members(&reader) { (object, key, reader) throws(CredentialError) in
                if let value = try object.value(key, &reader) {
                    object.stringData.append((key, value))
                }
            }
        case "items":
            var found: [KubernetesObject] = []
            try reader.readArray { (reader) throws(CredentialError) in
                var item = KubernetesObject(place: "")
                try item.read(&reader)
                found.append(item)
            }
            items = found
        default: try reader.skipValue()
        }
    }

    private mutating func readMetadata(
        _ key: String, _ reader: inout JSONReader
    ) throws(CredentialError) {
        switch key {
        case "name": name = try Self.text(&reader) ?? ""
        case "namespace": namespace = try Self.text(&reader) ?? ""
        case "annotations", "labels":
            try members(&reader) { (object, name, reader) throws(CredentialError) in
                let value = try Self.text(&reader)
                if key == "labels" { object.labels[name] = value }
                if key == "annotations" || object.annotations[name] == nil {
                    object.annotations[name] = value
                }
            }
        default: try reader.skipValue()
        }
    }

    /// Reads an object's members; anything else, such as null, has none.
    private mutating func members(
        _ reader: inout JSONReader,
        _ member: (inout KubernetesObject, String, inout JSONReader) throws(CredentialError) -> Void
    ) throws(CredentialError) {
        var ahead = reader
        var object = self
        do throws(CredentialError) {
            try ahead.readObject { (key, reader) throws(CredentialError) in
                try member(&object, String(decoding: key.bytes, as: UTF8.self), &reader)
            }
        } catch {
            return try reader.skipValue()
        }
        reader = ahead
        self = object
    }

    private mutating func value(
        _ key: String, _ reader: inout JSONReader
    ) throws(CredentialError) -> Secret? {
        var ahead = reader
        guard let text = try? ahead.readString() else {
            broken.append(key)
            try reader.skipValue()
            return nil
        }
        reader = ahead
        return text.secret
    }

    private static func text(_ reader: inout JSONReader) throws(CredentialError) -> String? {
        var ahead = reader
        guard let text = try? ahead.readString() else {
            try reader.skipValue()
            return nil
        }
        reader = ahead
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
