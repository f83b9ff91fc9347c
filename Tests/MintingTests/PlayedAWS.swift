import CredentialCore
import Transport

@testable import Minting

/// Answers what the chain asks of AWS, and remembers what that was.
final class PlayedAWS: HTTPClient {
    /// What was asked, a line each: `AssumeRole a by AKIA1, token T`.
    private(set) var calls: [String] = []
    /// The requests themselves.
    private(set) var requests: [HTTPRequest] = []
    /// Answers in the place of the usual ones, by what a URL contains.
    var answers: [(part: String, status: Int, body: String)] = []
    /// The part of a URL behind which nobody is.
    var unreachable: String?
    /// What happens meanwhile.
    var meanwhile: () -> Void = {}

    func send(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse {
        requests.append(request)
        meanwhile()
        if let unreachable, request.url.contains(unreachable) {
            throw TransportFailure(.unreachable, "\(unreachable) cannot be reached")
        }
        let form = Self.form(request)
        let signer = Self.signer(request)
        let token = Self.header("x-amz-security-token", request)
        if let action = form["Action"], let role = form["RoleArn"] {
            calls.append(
                "\(action) \(role) by \(signer ?? "nobody")" + (token.map { ", \($0)" } ?? ""))
        } else {
            calls.append("\(request.method.rawValue) \(request.url)")
        }
        if let answer = answers.first(where: { request.url.contains($0.part) }) {
            return Self.response(answer.status, answer.body)
        }
        guard let action = form["Action"], let role = form["RoleArn"] else {
            return Self.response(404, "{}")
        }
        // Each role has keys of its own name.
        let name = role.split(separator: "/").last ?? ""
        return Self.response(
            200,
            """
            <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\
            <\(action)Result><Credentials><AccessKeyId>ASIA\(name)</AccessKeyId>\
            <SecretAccessKey>secret of \(name)</SecretAccessKey>\
            <SessionToken>token of \(name)</SessionToken>\
            <Expiration>2027-01-15T09:00:00Z</Expiration>\
            </Credentials></\(action)Result></\(action)Response>
            """)
    }

    /// The fields of a request's form.
    static func form(_ request: HTTPRequest) -> [String: String] {
        guard let body = request.body else { return [:] }
        var fields: [String: String] = [:]
        for pair in plain(body).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { fields[String(parts[0])] = decoded(parts[1]) }
        }
        return fields
    }

    static func header(_ name: String, _ request: HTTPRequest) -> String? {
        request.headers.first { $0.name.lowercased() == name }.map { plain($0.value) }
    }

    private static func signer(_ request: HTTPRequest) -> String? {
        header("authorization", request)?
            .split(separator: "=").dropFirst().first?.split(separator: "/").first
            .map { String($0) }
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func response(_ status: Int, _ body: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("date", "Fri, 15 Jan 2027 08:00:00 GMT")],
            body: Secret(copying: Array(body.utf8)))
    }
}
