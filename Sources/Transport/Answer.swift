import CCurl
import CredentialCore

/// What comes back, as it comes. It ends the transfer when it gets too long.
final class Answer {
    /// The body so far, decompressed.
    let body = SecretBuffer(capacity: 4096)
    /// Whether more came than anybody has a use for.
    private(set) var isTooLong = false
    private var headerBytes = 0

    private static let longestBody = 1 << 20
    private static let longestHeaders = 256 << 10

    /// Receives a part of the body. libcurl ends the transfer when not all bytes are taken.
    static let receiveBody: curl_write_callback = { start, _, count, answer in
        taken(by: answer, start, count) { answer, bytes in
            guard answer.body.count + bytes.count <= longestBody else { return false }
            answer.body.append(bytes)
            return true
        }
    }

    /// Counts a header, also one that is not part of the last answer; libcurl keeps them.
    static let receiveHeader: curl_write_callback = { start, _, count, answer in
        taken(by: answer, start, count) { answer, bytes in
            answer.headerBytes += bytes.count
            return answer.headerBytes <= longestHeaders
        }
    }

    private static func taken(
        by answer: UnsafeMutableRawPointer?, _ start: UnsafeMutablePointer<CChar>?, _ count: Int,
        _ take: (Answer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let answer else { return 0 }
        let own = Unmanaged<Answer>.fromOpaque(answer).takeUnretainedValue()
        if take(own, UnsafeRawBufferPointer(start: start, count: count)) { return count }
        own.isTooLong = true
        return 0
    }

    /// The headers of the last answer, neither an interim one's nor a proxy's (RFC 9110, 15.2).
    static func headers(_ handle: UnsafeMutableRawPointer) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        var last: UnsafeMutablePointer<curl_header>?
        while let header = curl_easy_nextheader(handle, UInt32(CURLH_HEADER), -1, last) {
            let name = String(cString: header.pointee.name).lowercased()
            headers.append((name, String(cString: header.pointee.value)))
            last = header
        }
        return headers
    }
}
