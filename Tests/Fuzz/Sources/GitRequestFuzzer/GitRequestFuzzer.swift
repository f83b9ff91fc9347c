import CredentialCore
import Fuzzing
import GitProtocol

/// The requests git sends to a helper, and the replies it gets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let request = try? GitRequest(parsing: bytes) {
        checkValues(of: request)
        checkRoundTrip(of: request)
        checkEnd(of: request, in: Array(bytes))
    }
    checkReply(holding: Array(bytes))
    return 0
}

/// No accepted value can end a line or a C string.
private func checkValues(of request: GitRequest) {
    let texts = [
        request.protocolName, request.host, request.path, request.username, request.authtype,
    ]
    for text in texts {
        law("compared values are printable", text?.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ?? true)
    }
    for secret in [request.password, request.credential, request.oauthRefreshToken] {
        let isLine = secret?.withBytes { $0.allSatisfy { ![0x00, 0x0A, 0x0D].contains($0) } }
        law("secrets stay in their line", isLine ?? true)
    }
    law("lists hold no empty value", !(request.states + request.wwwAuthenticate).contains([]))
}

/// What a reply says of a request's values, a request says again.
private func checkRoundTrip(of request: GitRequest) {
    var reply = GitReply()
    reply.capabilities = [.authtype, .state]
    reply.authtype = request.authtype
    reply.credential = request.authtype == nil ? nil : request.credential
    reply.ephemeral = request.ephemeral
    reply.username = request.username
    reply.password = request.password
    reply.oauthRefreshToken = request.oauthRefreshToken
    reply.passwordExpiry = request.passwordExpiry
    reply.continues = request.continues
    reply.state = request.states.first
    reply.quit = request.quit
    let encoded = lawful("what was accepted can be answered", try reply.encoded())
    let again = lawful("a reply reads as a request", try encoded.withBytes(GitRequest.init))
    law(
        "a reply names no place",
        again.protocolName == nil && again.host == nil && again.path == nil)
    law("user names survive", again.username == request.username)
    law("schemes survive", again.authtype == request.authtype)
    law("expiries survive", again.passwordExpiry == request.passwordExpiry)
    law("states survive", again.states.first == request.states.first)
    law(
        "truth values survive",
        again.ephemeral == request.ephemeral && again.continues == request.continues
            && again.quit == request.quit)
    law("passwords survive", areEqual(again.password, request.password))
    law("refresh tokens survive", areEqual(again.oauthRefreshToken, request.oauthRefreshToken))
    law("credentials survive", areEqual(again.credential, reply.credential))
}

/// Nothing after the blank line counts.
private func checkEnd(of request: GitRequest, in bytes: [UInt8]) {
    let blank = bytes.indices.first { index in
        bytes[index] == 0x0A && (index == 0 || bytes[index - 1] == 0x0A)
    }
    let whole = Array(bytes[..<(blank ?? bytes.endIndex)])
    let again = lawful(
        "a request ends at its blank line", try whole.withUnsafeBytes(GitRequest.init))
    law(
        "nothing is read behind the blank line",
        again.host == request.host && again.path == request.path
            && again.username == request.username && areEqual(again.password, request.password))
}

/// Any bytes at all in a reply: it is refused, or git reads exactly them and nothing more.
private func checkReply(holding bytes: [UInt8]) {
    let half = bytes.count / 2
    var reply = GitReply()
    reply.username = Array(bytes[..<half])
    reply.password = Secret(copying: Array(bytes[half...]))
    guard let encoded = try? reply.encoded() else { return }
    law("two values make two lines", encoded.withBytes { $0.count(where: { $0 == 0x0A }) } == 2)
    let read = lawful("a reply reads as a request", try encoded.withBytes(GitRequest.init))
    law(
        "exactly what was written is read",
        read.username == reply.username && areEqual(read.password, reply.password)
            && read.host == nil && !read.quit && read.capabilities.isEmpty)
}

private func areEqual(_ one: Secret?, _ other: Secret?) -> Bool {
    switch (one, other) {
    case (let one?, let other?): one.matches(other)
    case (nil, nil): true
    default: false
    }
}
