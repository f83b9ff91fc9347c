import CredentialCore
import Testing

@Suite struct FormTextTests {
    private func fields(_ form: String) -> [String?] {
        Array(form.utf8).withUnsafeBytes { bytes in
            FormText.fields(of: bytes[...]).map { field in
                field.map { "\(text($0.name)):\(text($0.value))" }
            }
        }
    }

    private func text(_ secret: Secret) -> String {
        secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `fields are decoded, in their order`() {
        #expect(
            fields("b=1&a=x+y%2Bz%c3%A4&&empty=&flag&c=d=e&%62=2")
                == ["b:1", "a:x y+z\u{e4}", "empty:", "flag:", "c:d=e", "b:2"])
        #expect(fields("") == [])
    }

    @Test(arguments: ["%", "%4", "%+5", "%-1", "% 5", "%4g", "%zz", "a%"])
    func `what is not well encoded is no field, and spoils no other`(value: String) {
        #expect(fields("a=1&b=\(value)&\(value)=c&d=%41") == ["a:1", nil, nil, "d:A"])
    }
}
