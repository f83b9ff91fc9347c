/// Names and values of `application/x-www-form-urlencoded`
/// (<https://url.spec.whatwg.org/#urlencoded-parsing>), any of which may be secret.
public enum FormText {
    /// A name and its value.
    public typealias Field = (name: Secret, value: Secret)

    /// The fields of a form or query, in their order; nil in place of each that is not well
    /// encoded.
    public static func fields(of form: Slice<UnsafeRawBufferPointer>) -> [Field?] {
        form.split(separator: UInt8(ascii: "&")).map { field in
            let name = field.prefix { $0 != UInt8(ascii: "=") }
            guard let value = decoded(field.dropFirst(name.count + 1)), let name = decoded(name)
            else { return nil }
            return (name, value)
        }
    }

    private static func decoded(_ text: Slice<UnsafeRawBufferPointer>) -> Secret? {
        let decoded = SecretBuffer(capacity: text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case Byte.plus: decoded.append(UInt8(ascii: " "))
            case Byte.percent:
                guard let high = rest.popFirst().flatMap(Byte.hexValue),
                    let low = rest.popFirst().flatMap(Byte.hexValue)
                else { return nil }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return Secret(decoded)
    }
}
