import CredentialCore

/// An entry of the token cache as the fields of a record, see `Format.md`.
extension TokenEntry {
    func fields() -> SecretFields {
        var fields = SecretFields()
        func set(_ name: String, _ bytes: [UInt8]) { fields[name] = Secret(copying: bytes) }
        set("order", order)
        if let token {
            set("username", token.username)
            fields["token"] = token.secret
            set("identity", Array(token.identity.utf8))
            var times: [UInt8] = []
            times.append(integer: token.obtainedAt)
            times.append(integer: token.expiresAt)
            times.append(integer: token.obtained.sinceBoot)
            times.append(string: token.obtained.boot.utf8)
            set("times", times)
        }
        var witnesses: [UInt8] = []
        for file in files {
            witnesses.append(string: file.path.utf8)
            witnesses.append(string: file.digest)
        }
        set("files", witnesses)
        if let environment { set("environment", environment.digest) }
        if let failure {
            var bytes: [UInt8] = []
            bytes.append(integer: failure.at)
            bytes.append(string: failure.error.code.rawValue.utf8)
            bytes.append(string: failure.error.problem.utf8.prefix(4096))
            bytes.append(string: (failure.error.remedy ?? "").utf8.prefix(4096))
            set("failure", bytes)
        }
        return fields
    }

    init(_ fields: SecretFields) throws(CredentialError) {
        self.init(order: Self.bytes(fields["order"]))
        if let secret = fields["token"], let times = fields["times"] {
            let (obtained, expiresAt) = try Self.read(times) { (reader) throws(CredentialError) in
                let seconds = try reader.integer(Int64.self)
                let expiresAt = try reader.integer(Int64.self)
                let obtained = ClockReading(
                    seconds: seconds, sinceBoot: try reader.integer(Int64.self),
                    boot: try reader.text())
                return (obtained, expiresAt)
            }
            token = MintedToken(
                username: Self.bytes(fields["username"]), secret: secret, obtained: obtained,
                expiresAt: expiresAt,
                identity: String(decoding: Self.bytes(fields["identity"]), as: UTF8.self))
        }
        if let witnesses = fields["files"] {
            files = try Self.read(witnesses) { (reader) throws(CredentialError) in
                var files: [FileWitness] = []
                while !reader.isAtEnd {
                    files.append(
                        FileWitness(path: try reader.text(), digest: Array(try reader.string())))
                }
                return files
            }
        }
        environment = fields["environment"].map {
            EnvironmentWitness(digest: Self.bytes($0))
        }
        if let bytes = fields["failure"] {
            failure = try Self.read(bytes) { (reader) throws(CredentialError) in
                let at = try reader.integer(Int64.self)
                guard let code = CredentialError.Code(rawValue: try reader.text()) else {
                    throw reader.damage
                }
                let problem = try reader.text()
                let remedy = try reader.text()
                return Failure(
                    at: at,
                    error: CredentialError(
                        code, problem, remedy: remedy.isEmpty ? nil : remedy))
            }
        }
    }

    private static func bytes(_ secret: Secret?) -> [UInt8] {
        secret?.withBytes { Array($0) } ?? []
    }

    private static func read<Value>(
        _ field: Secret, _ body: (inout ByteReader) throws(CredentialError) -> Value
    ) throws(CredentialError) -> Value {
        try field.withBytes { (bytes) throws(CredentialError) in
            var reader = ByteReader(bytes, of: "entry")
            return try body(&reader)
        }
    }
}

extension ByteReader {
    /// A ``string()`` as text.
    mutating func text() throws(CredentialError) -> String {
        String(decoding: try string(), as: UTF8.self)
    }
}
