import CredentialCore
import Launch

extension MessageWriter {
    func write(list texts: [String]) {
        write(count: texts.count)
        for text in texts { write(text) }
    }

    func write(optional text: String?) {
        write(text != nil)
        write(text ?? "")
    }

    func write(optional secret: Secret?) {
        write(secret != nil)
        if let secret { write(secret) }
    }

    func write(optional number: Int64?) {
        write(number != nil)
        write(number: number ?? 0)
    }

    func write(optional bytes: [UInt8]?) {
        write(optional: bytes.map { Secret(copying: $0) })
    }
}

extension MessageReader {
    mutating func byteArray() throws(CredentialError) -> [UInt8] {
        try secret().withBytes { Array($0) }
    }

    mutating func list() throws(CredentialError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try count()) { texts.append(try text()) }
        return texts
    }

    mutating func optionalText() throws(CredentialError) -> String? {
        let isThere = try flag()
        let text = try text()
        return isThere ? text : nil
    }

    mutating func optionalSecret() throws(CredentialError) -> Secret? {
        try flag() ? try secret() : nil
    }

    mutating func optionalNumber() throws(CredentialError) -> Int64? {
        let isThere = try flag()
        let number = try number()
        return isThere ? number : nil
    }

    mutating func optionalBytes() throws(CredentialError) -> [UInt8]? {
        try optionalSecret()?.withBytes { Array($0) }
    }
}
