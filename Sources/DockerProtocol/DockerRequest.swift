public import CredentialCore
import SecretJSON

/// Reads what a client writes to a docker credential helper's standard input.
///
/// No error repeats any of the input: a server URL may hold a password too.
public enum DockerRequest {
    /// The server URL of a `get` or `erase`: the whole input, without surrounding white space.
    public static func serverURL(
        in input: UnsafeRawBufferPointer
    ) throws(CredentialError) -> [UInt8] {
        try serverURL(trimming: input)
    }

    /// The login of a `store`: one JSON object.
    ///
    /// As in Go, member names are compared without regard to ASCII case, the last of several
    /// members with one name counts, and unknown members are skipped. Unlike Go, nothing is
    /// mended: bytes that are not UTF-8 and half surrogate pairs are refused, since a secret
    /// that was changed on the way in is of no use.
    public static func login(
        in input: UnsafeRawBufferPointer
    ) throws(CredentialError) -> DockerLogin {
        guard input.count <= DockerWire.inputLimit else {
            throw CredentialError(
                .limit, "the login is larger than \(DockerWire.inputLimit) bytes")
        }
        let members = try LoginMembers(in: input)
        // Both checks of the reference implementation, in its order, come before any of ours.
        let serverURL = try serverURL(trimming: members.serverURL?.bytes ?? [])
        guard let username = members.username, !username.isEmpty else {
            throw CredentialError(.badRequest, DockerWire.missingUsername)
        }
        return DockerLogin(
            serverURL: serverURL,
            username: try checkedUsername(username),
            secret: try checkedSecret(members.secret))
    }

    private static func serverURL(
        trimming input: some BidirectionalCollection<UInt8>
    ) throws(CredentialError) -> [UInt8] {
        guard
            let first = input.firstIndex(where: { !isWhiteSpace($0) }),
            let last = input.lastIndex(where: { !isWhiteSpace($0) })
        else { throw CredentialError(.badRequest, DockerWire.missingServerURL) }
        let url = input[first...last]
        guard url.count <= DockerWire.serverURLLimit else {
            throw CredentialError(
                .limit, "the server URL is longer than \(DockerWire.serverURLLimit) bytes")
        }
        // The reference implementation joins the lines of its input, so that two lines can
        // make a host that neither of them names.
        guard !url.contains(where: isControl) else {
            throw CredentialError(.badRequest, "the server URL holds a control byte")
        }
        return Array(url)
    }

    private static func checkedUsername(_ text: JSONText) throws(CredentialError) -> [UInt8] {
        let username = text.bytes
        guard username.count <= DockerWire.usernameLimit else {
            throw CredentialError(
                .limit, "the user name is longer than \(DockerWire.usernameLimit) bytes")
        }
        guard !username.contains(where: isControl) else {
            throw CredentialError(.badRequest, "the user name holds a control byte")
        }
        return username
    }

    private static func checkedSecret(_ text: JSONText?) throws(CredentialError) -> Secret {
        guard let text, !text.isEmpty else {
            // Kept, it could only be answered as "not found" or as a login that cannot work.
            throw CredentialError(.badRequest, "the login has no secret, and a login needs one")
        }
        var count = 0
        var hasControl = false
        text.forEachByte { byte in
            count += 1
            // A key file is text of several lines, indented perhaps with tabs.
            hasControl = hasControl || (isControl(byte) && ![0x09, 0x0A, 0x0D].contains(byte))
        }
        guard count <= DockerWire.secretLimit else {
            throw CredentialError(
                .limit, "the secret is longer than \(DockerWire.secretLimit) bytes")
        }
        guard !hasControl else {
            throw CredentialError(
                .badRequest,
                "the secret holds a control byte other than tab, line feed and carriage return")
        }
        let buffer = SecretBuffer(capacity: count)
        text.forEachByte { buffer.append($0) }
        return Secret(buffer)
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F
    }
}
