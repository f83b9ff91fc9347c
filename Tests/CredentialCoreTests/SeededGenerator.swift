/// SplitMix64: the same numbers in every run, so that a failure can be looked at.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Bytes that a parser has to look at closely: pieces of addresses between any bytes at all.
    mutating func addressLikeBytes() -> [UInt8] {
        let pieces = [
            "https://", "http://", "docker.io", "index.docker.io", "localhost", "127.0.0.1",
            "[::1]",
            "reg.example", "a.b", "*", "*.", ":443", ":80", ":5000", ":0", ":99999", "/", "/v1/",
            "/v2", "/acme", "/%2e%2e", "/..", "%41", "%25", "%3F", "%", "?", "#", "@", ".", "..",
            "access-token", "/v1/access-token", "\u{E9}", "\u{2028}", "registry:", "git:", "\0",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...6, using: &self) {
            if Int.random(in: 0..<8, using: &self) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &self))
            } else {
                bytes += Array((pieces.randomElement(using: &self) ?? "").utf8)
            }
        }
        return bytes
    }
}
