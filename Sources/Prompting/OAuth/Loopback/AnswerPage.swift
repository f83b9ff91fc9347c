/// What a visitor sees. Nothing of what they sent is in it.
enum AnswerPage {
    /// The server said yes, and the browser is done.
    case accepted
    /// The server, or the person there, said no.
    case refused
    /// It was not the answer that is waited for.
    case stranger
    /// There is nothing at that path.
    case nothing
    /// It came by another name: a page of a stranger's whose name resolves to this machine.
    case elsewhere
    /// Only GET is understood.
    case method
    /// It was too long.
    case tooLong

    private var status: String {
        switch self {
        case .accepted, .refused: "200 OK"
        case .stranger: "400 Bad Request"
        case .nothing: "404 Not Found"
        case .elsewhere: "421 Misdirected Request"
        case .method: "405 Method Not Allowed\r\nAllow: GET"
        case .tooLong: "431 Request Header Fields Too Large"
        }
    }

    private var text: String {
        switch self {
        case .accepted:
            "Keyfob has the answer and goes on where you started it. You can close this page."
        case .refused: "The login was refused. You can close this page and try again."
        case .stranger: "This is not the answer that Keyfob is waiting for; nothing was changed."
        case .nothing, .elsewhere, .method, .tooLong: "There is nothing here."
        }
    }

    /// The whole response. It loads nothing, is kept nowhere, and tells no other page where it was.
    var response: [UInt8] {
        let body = """
            <!DOCTYPE html>
            <html lang="en"><meta charset="utf-8"><title>Keyfob</title><p>\(text)</p></html>

            """
        let head = [
            "HTTP/1.1 \(status)", "Content-Type: text/html; charset=utf-8",
            "Content-Length: \(body.utf8.count)", "Content-Security-Policy: default-src 'none'",
            "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff",
            "Cache-Control: no-store", "Connection: close", "", "",
        ]
        return Array((head.joined(separator: "\r\n") + body).utf8)
    }
}
