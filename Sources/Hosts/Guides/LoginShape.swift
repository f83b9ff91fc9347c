public import CredentialCore

/// A login whose shape a guide looks at. Its questions are about bytes, and no answer quotes any.
struct LoginShape {
    let username: [UInt8]?
    let secret: Secret

    /// Whether the user name is this one.
    func isUser(_ name: String) -> Bool { username?.elementsEqual(name.utf8) ?? false }

    /// Whether the user name begins so.
    func userStarts(with text: String) -> Bool { username?.starts(with: text.utf8) ?? false }

    /// Whether the user name is an address of electronic mail.
    var userIsMail: Bool { username?.contains(UInt8(ascii: "@")) ?? false }

    /// Whether the secret begins so.
    func starts(with text: String) -> Bool { secret.withBytes { $0.starts(with: text.utf8) } }

    /// How often a byte stands in the secret.
    func count(of text: Unicode.Scalar) -> Int {
        secret.withBytes { bytes in bytes.count { $0 == UInt8(ascii: text) } }
    }

    /// Whether the secret is written like a UUID (RFC 9562).
    var isUUID: Bool {
        secret.withBytes { bytes in
            bytes.count == 36
                && bytes.enumerated().allSatisfy { index, byte in
                    [8, 13, 18, 23].contains(index)
                        ? byte == UInt8(ascii: "-") : Self.isHexadecimal(byte)
                }
        }
    }

    /// Whether the secret is the JSON of a key file.
    var isJSON: Bool {
        secret.withBytes { bytes in bytes.first { $0 > 0x20 } == UInt8(ascii: "{") }
    }

    /// Whether the user name is one of these.
    func isUser(of names: [String]) -> Bool { names.contains(where: isUser) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        Byte.isDigit(byte) || "abcdefABCDEF".utf8.contains(byte)
    }
}

/// What is wrong with the shape of a login.
public struct LoginProblem {
    /// What is wrong, and what to give instead.
    public let error: CredentialError
    /// Whether another user name may mend it.
    public var isOfUser = false
}

extension ProviderGuide {
    /// What a guide says of a secret's shape that is wrong.
    static func wrong(_ problem: String, give remedy: String) -> LoginProblem {
        LoginProblem(error: CredentialError(.badRequest, problem, remedy: remedy))
    }

    /// What a guide says of a user name that is wrong, or does not go with the secret.
    static func wrongUser(_ problem: String, give remedy: String) -> LoginProblem {
        LoginProblem(
            error: CredentialError(.badRequest, problem, remedy: remedy), isOfUser: true)
    }

    /// What is wrong with the secret for any provider: it is another one's token, or no login at
    /// all.
    static func misplaced(_ login: LoginShape, at family: String) -> LoginProblem? {
        if login.starts(with: "-----BEGIN") {
            return wrong(
                "this is a key or certificate, not what \(title(of: family)) takes",
                give: "for a key of SSH, `--kind ssh-key`")
        }
        if let shape = TokenShape.shown(by: login.secret), !shape.families.contains(family),
            let other = shape.families.first
        {
            return wrong(
                "this is a token of \(title(of: other)), not of \(title(of: family))",
                give: "give \(named(family)?.secret ?? "one of its own")")
        }
        return nil
    }

    private static func title(of family: String) -> String { named(family)?.title ?? family }
}
