import CredentialCore
import Testing

@testable import Prompting

@Suite struct VisitRequestTests {
    private static let host = "Host: 127.0.0.1:7\r\n"

    private func read(_ text: String) throws(VisitRequest.Fault) -> VisitRequest? {
        try Secret(copying: Array(text.utf8)).withBytes { (bytes) throws(VisitRequest.Fault) in
            try VisitRequest(bytes)
        }
    }

    @Test func `a browser's request names its target and its host`() throws {
        let head = "GET /a?code=b HTTP/1.1\r\nAccept: */*\r\n\(Self.host)Cookie: c=d\r\n\r\n"
        let request = try #require(try read(head))
        #expect(request.target.withBytes { $0.elementsEqual("/a?code=b".utf8) })
        #expect(request.host == Array("127.0.0.1:7".utf8))
        #expect(request.isFor("/a"))
        #expect(!request.isFor("/") && !request.isFor("/a?code=b") && !request.isFor("/ab"))
    }

    @Test func `a head is waited for to its last byte`() throws {
        let head = "GET / HTTP/1.0\r\nhOsT:\t127.0.0.1:7 \r\n\r\n"
        for length in 0..<head.utf8.count {
            #expect(try read(String(decoding: head.utf8.prefix(length), as: UTF8.self)) == nil)
        }
        #expect(try read(head)?.host == Array("127.0.0.1:7".utf8))
    }

    @Test(arguments: [
        "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET /", "GET / HTTP/2.0", "GET / HTTP/1.10", "/", "",
        " / HTTP/1.1", "GET http://127.0.0.1:7/ HTTP/1.1", "GET * HTTP/1.1", "GET /\u{1B} HTTP/1.1",
        "GET /\0 HTTP/1.1", "GET /\t HTTP/1.1", "GET /\u{E9} HTTP/1.1", "G3T / HTTP/1.1",
        "GET / http/1.1", "GET / HTTP/1.1\rGET /?code=x HTTP/1.1",
    ])
    func `a line that is no request's is refused`(line: String) {
        #expect(throws: VisitRequest.Fault.malformed) {
            try read("\(line)\r\n\(Self.host)\r\n")
        }
    }

    @Test(arguments: [
        "", "Host: 127.0.0.1:7\r\nHost: 127.0.0.1:7\r\n", "Host : 127.0.0.1:7\r\n",
        " Host: 127.0.0.1:7\r\n", "Host\r\n", ": 127.0.0.1:7\r\n", "Hosts: 127.0.0.1:7\r\n",
    ])
    func `a request has one host`(headers: String) {
        #expect(throws: VisitRequest.Fault.malformed) {
            try read("GET / HTTP/1.1\r\n\(headers)\r\n")
        }
    }

    @Test(arguments: ["POST", "HEAD", "OPTIONS", "get"])
    func `an answer comes by GET alone`(method: String) {
        #expect(throws: VisitRequest.Fault.method) {
            try read("\(method) / HTTP/1.1\r\n\(Self.host)\r\n")
        }
    }

    @Test func `a line may be long, and not longer`() throws {
        let frame = "GET / HTTP/1.1".utf8.count
        let longest = String(repeating: "a", count: VisitRequest.lineLimit - frame)
        #expect(try read("GET /\(longest) HTTP/1.1\r\n\(Self.host)\r\n") != nil)
        #expect(throws: VisitRequest.Fault.tooLong) {
            try read("GET /\(longest)a HTTP/1.1\r\n\(Self.host)\r\n")
        }
        #expect(throws: VisitRequest.Fault.tooLong) {
            try read("GET /" + String(repeating: "a", count: VisitRequest.lineLimit))
        }
    }

    @Test func `cookies of other programs have room, and not more`() throws {
        let line = "Cookie: " + String(repeating: "c", count: 8000) + "\r\n"
        let many = { (count: Int) in String(repeating: line, count: count) }
        #expect(try read("GET / HTTP/1.1\r\n\(Self.host)\(many(7))\r\n") != nil)
        #expect(throws: VisitRequest.Fault.tooLong) {
            try read("GET / HTTP/1.1\r\n\(Self.host)\(many(9))")
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\n", "\n", "GET / HTTP/1.1\r\nHost: 127.0.0.1:7\n"])
    func `a line that ends by a feed alone is none`(start: String) {
        #expect(throws: VisitRequest.Fault.malformed) { try read(start) }
    }
}
