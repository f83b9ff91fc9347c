import CredentialCore
import Testing

@testable import Minting

@Suite struct TextFormTests {
    private static let times: [(String, Int64?)] = [
        ("2026-11-21T12:00:00Z", 1_795_262_400),
        ("2026-11-21T12:00:00.5Z", 1_795_262_400),
        ("2026-11-21T12:00:00.123456789Z", 1_795_262_400),
        ("2026-11-21T14:00:00+02:00", 1_795_262_400),
        ("2026-11-21T06:30:00-0530", 1_795_262_400),
        ("2026-11-21T12:00:00.000+00:00", 1_795_262_400),
        ("2026-11-21T12:00:00UTC", 1_795_262_400),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2024-02-29T00:00:00Z", 1_709_164_800),
        ("2023-02-29T00:00:00Z", nil),
        ("2026-11-31T12:00:00Z", nil),
        ("2026-13-01T12:00:00Z", nil),
        ("2026-11-21T24:00:00Z", nil),
        ("2026-11-21T12:60:00Z", nil),
        ("2026-11-21T12:00:00", nil),
        ("2026-11-21T12:00:00.Z", nil),
        ("2026-11-21T12:00:00Zx", nil),
        ("2026-11-21T12:00:00+2:00", nil),
        ("2026-11-21T12:00:00+02:0", nil),
        ("2026-11-21T12:00:00+020000", nil),
        ("2026-11-21T12:00:00 02:00", nil),
        ("2026-11-21 12:00:00Z", nil),
        ("26-11-21T12:00:00Z", nil),
        ("1795262400", nil),
        ("", nil),
    ]

    @Test(arguments: times) func `a time is read`(text: String, seconds: Int64?) {
        #expect(ISO8601.seconds(text) == seconds)
    }

    @Test func `a time is written as it is read`() {
        #expect(ISO8601.text(1_795_262_400) == "2026-11-21T12:00:00Z")
        for seconds in stride(from: Int64(0), to: 4_000_000_000, by: 86_399_777) {
            #expect(ISO8601.seconds(ISO8601.text(seconds)) == seconds)
        }
    }

    private static let commands: [(String, [String]?)] = [
        ("", []),
        ("  ", []),
        ("a", ["a"]),
        (" a  b\tc\nd ", ["a", "b", "c", "d"]),
        (#""a b" c"#, ["a b", "c"]),
        ("'a b' c", ["a b", "c"]),
        (#"a\ b"#, ["a b"]),
        (#"a"b"'c'd"#, ["abcd"]),
        (#""" ''"#, ["", ""]),
        (#"'a\b"c'"#, [#"a\b"c"#]),
        (#""a\"b\\c\$d\`e""#, [#"a"b\c$d`e"#]),
        (#""a\nb""#, [#"a\nb"#]),
        (#"a\nb\'"#, ["anb'"]),
        ("a\\\nb \"c\\\nd\"", ["ab", "cd"]),
        (#"a "it's""#, ["a", "it's"]),
        ("a $HOME ~ `id` $(id) *", ["a", "$HOME", "~", "`id`", "$(id)", "*"]),
        ("a | b > c & d ; e #f", ["a", "|", "b", ">", "c", "&", "d", ";", "e", "#f"]),
        ("é 🗝", ["é", "🗝"]),
        ("a 'b", nil),
        (#"a "b"#, nil),
        (#"a "b\""#, nil),
        (#"a\"#, nil),
    ]

    @Test(arguments: commands) func `a command is split`(command: String, words: [String]?) {
        #expect(ShellWords.split(command) == words)
    }

    /// FIPS 180-4's examples, and lengths around a block's end.
    private static let digests: [(String, String)] = [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
        (String(repeating: "a", count: 1000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
    ]

    @Test(arguments: digests) func `SHA-1 is as FIPS 180-4 has it`(text: String, digest: String) {
        #expect(SHA1.hexadecimal(text) == digest)
    }
}
