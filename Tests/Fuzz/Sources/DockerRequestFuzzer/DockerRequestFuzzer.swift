import CredentialCore
import DockerProtocol
import Fuzzing

/// What docker writes to a helper, as a server URL and as a login, and what it is answered.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let url = try? DockerRequest.serverURL(in: bytes) { checkServerURL(url) }
    if let login = try? DockerRequest.login(in: bytes) { checkLogin(login) }
    checkReply(holding: Array(bytes))
    return 0
}

private func checkServerURL(_ url: [UInt8]) {
    law("a server URL is printable", url.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    law("a server URL is trimmed", url.first != 0x20 && url.last != 0x20 && !url.isEmpty)
    let again = lawful(
        "a server URL reads as itself", try url.withUnsafeBytes(DockerRequest.serverURL))
    law("a server URL is canonical", again == url)
}

private func checkLogin(_ login: DockerLogin) {
    checkServerURL(login.serverURL)
    law("a user name is printable", login.username.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    law(
        "what was accepted has a user and a secret",
        !login.username.isEmpty && !login.secret.isEmpty)
    law("what was accepted can be answered", DockerReply.canCarry(login.secret))
    let reply = DockerReply.login(
        serverURL: login.serverURL, username: login.username, secret: login.secret)
    let again = lawful("a reply reads as a login", try reply.withBytes(DockerRequest.login))
    law(
        "a login survives",
        again.serverURL == login.serverURL && again.username == login.username
            && again.secret.matches(login.secret))
}

/// Any bytes at all in a reply: it is one line of JSON text, and read back it is what was written
/// or it is refused.
private func checkReply(holding bytes: [UInt8]) {
    let parts = bytes.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
    let url = Array(parts[0])
    let username = parts.count > 1 ? Array(parts[1]) : []
    let secret = Secret(copying: parts.count > 2 ? Array(parts[2]) : [])
    let reply = DockerReply.login(serverURL: url, username: username, secret: secret)
    reply.withBytes { text in
        law("a reply is one line", text.last == 0x0A && !text.dropLast().contains { $0 < 0x20 })
        law("a reply is UTF-8", String(validating: text, as: UTF8.self) != nil)
    }
    let list = DockerReply.list([(serverURL: url, username: username), (url, [])])
    law("a list is one line", list.last == 0x0A && !list.dropLast().contains { $0 < 0x20 })
    guard DockerReply.canCarry(Secret(copying: username)), DockerReply.canCarry(secret),
        let read = try? reply.withBytes(DockerRequest.login)
    else { return }
    law("user names are answered as they are", read.username == username)
    law("secrets are answered as they are", read.secret.matches(secret))
}
