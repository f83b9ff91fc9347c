import CredentialCore
import Foundation
import Testing
import Transport

/// Looks through all the memory of a process, so it has one of its own.
@Suite struct WipingTests {
    @Test func `neither a request nor its answer stays in memory`() async {
        await #expect(processExitsWith: .success) {
            let answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
            let server = try Server(.init(answer: answer, gzip: 5000, closes: true))
            func exchange() throws {
                let (token, body) = (secret(UInt8(ascii: "t")), secret(UInt8(ascii: "b")))
                let request = HTTPRequest(
                    .post, server.url(), headers: [HTTPHeader("X-Token", token)], body: body)
                let response = try CurlClient(caBundle: nil).send(request)
                #expect(response.body.count == 5000)
                #expect(try Memory.holds("t") && Memory.holds("b") && Memory.holds("a"))
                withExtendedLifetime((request, response)) {}
            }
            try exchange()
            #expect(try !Memory.holds("t") && !Memory.holds("b") && !Memory.holds("a"))
        }
    }
}

/// The same byte, many times.
private func secret(_ byte: UInt8) -> Secret {
    let buffer = SecretBuffer()
    for _ in 0..<5000 { buffer.append(byte) }
    return Secret(buffer)
}

private enum Memory {
    /// Whether a byte is anywhere to be found 256 times in a row.
    static func holds(_ character: Unicode.Scalar) throws -> Bool {
        let byte = UInt8(ascii: character)
        let file = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps"))
        let maps = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        return maps.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard words[1].hasPrefix("rw"),
                let start = UnsafePointer<UInt8>(bitPattern: ends[0])
            else { return false }
            let region = UnsafeBufferPointer(start: start, count: Int(ends[1] - ends[0]))
            return stride(from: 0, to: region.count - 256, by: 128).contains { offset in
                region[offset] == byte
                    && region[offset..<(offset + 256)].allSatisfy { $0 == byte }
            }
        }
    }
}
