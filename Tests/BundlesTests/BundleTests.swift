import CredentialCore
import SealedFile
import Testing

@testable import Bundles

@Suite struct BundleTests {
    private let machine = MachineKey()
    private let key = SigningKey()
    private static let terms = Bundle.Terms(
        name: "web", counter: 1_700_000_000_000, createdAt: 1_700_000_000, prunes: false)

    private func made(
        _ text: String = "hunter2", for recipients: [RecipientKey]? = nil,
        _ terms: Bundle.Terms = terms
    ) throws -> [UInt8] {
        try Bundle.make(
            of: Secret(text: text), for: recipients ?? [machine.recipient], signedBy: key, terms)
    }

    /// The bundle with a changed header, signed anew by its signer.
    private func signedAgain(
        _ bytes: [UInt8], by key: SigningKey, _ change: (inout [UInt8]) -> Void
    ) -> [UInt8] {
        let end = 108 + 3 + 80 + 32
        var signed = Array(bytes[..<end])
        change(&signed)
        return signed + key.signature(of: Bundle.signedLabel + signed) + bytes[(end + 64)...]
    }

    private func integer(_ value: some FixedWidthInteger) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(integer: value)
        return bytes
    }

    @Test func `each recipient opens it, and nobody else`() throws {
        let machines = (0..<5).map { _ in MachineKey() }
        let bytes = try made(for: machines.map(\.recipient) + [machines[0].recipient])
        let bundle = try Bundle(bytes)
        #expect(bundle.recipientCount == 5)
        #expect(bundle.terms == Self.terms)
        #expect(bundle.signer == key.signer)
        for machine in machines { #expect(try bundle.open(with: machine).text == "hunter2") }
        #expect(refusal(of: try bundle.open(with: MachineKey())) == .wrongKey)
    }

    @Test func `what it says of itself comes back`() throws {
        let terms = Bundle.Terms(
            name: "a.b-c_9", counter: Bundle.counterLimit, createdAt: -1, prunes: true)
        let bundle = try Bundle(made("", terms))
        #expect(bundle.terms == terms)
        #expect(try bundle.open(with: machine).isEmpty)
        #expect(bundle.id.count == 64)
        #expect(try Bundle(made("", terms)).id != bundle.id)
    }

    private func made(_ text: String, _ terms: Bundle.Terms) throws -> [UInt8] {
        try made(text, for: nil, terms)
    }

    @Test func `no byte can be changed`() throws {
        let bytes = try made()
        #expect(try Bundle(bytes).open(with: machine).text == "hunter2")
        for place in bytes.indices {
            #expect(refusal(of: try Bundle(bytes.flipped(at: place))) != nil, "byte \(place)")
        }
    }

    @Test func `nothing can be cut off or added`() throws {
        let bytes = try made()
        for count in bytes.indices {
            #expect(refusal(of: try Bundle(Array(bytes[..<count]))) == .damaged, "\(count) bytes")
        }
        #expect(refusal(of: try Bundle(bytes + [0])) == .damaged)
    }

    @Test func `a signature of one's own opens nothing`() throws {
        let bytes = try made()
        let forger = SigningKey()
        let forged = signedAgain(bytes, by: forger) {
            $0.replaceSubrange(12..<44, with: forger.signer.bytes)
        }
        let bundle = try Bundle(forged)
        #expect(bundle.signer == forger.signer)
        #expect(refusal(of: try bundle.open(with: machine)) == .damaged)
        // The control: the same change with the same key is the bundle that it was.
        #expect(signedAgain(bytes, by: key) { _ in } == bytes)
    }

    @Test func `a machine's stanza holds the key of all, or it does not open`() throws {
        let bytes = try made()
        let stanza = try #require(Sodium.boxSeal(Sodium.randomKey(), for: machine.recipient.bytes))
        let bundle = try Bundle(
            signedAgain(bytes, by: key) { $0.replaceSubrange(111..<191, with: stanza) })
        #expect(refusal(of: try bundle.open(with: machine)) == .damaged)
    }

    @Test func `a header that breaks the rules is refused though it is signed`() throws {
        let bytes = try made()
        let changes: [(place: Int, bytes: [UInt8], code: CredentialError.Code)] = [
            (8, [2, 0], .newerVersion), (10, [2, 0], .damaged), (44, integer(UInt64(0)), .limit),
            (44, integer(Bundle.counterLimit + 1), .limit), (44, integer(UInt64.max), .limit),
            (60, integer(UInt64.max), .limit), (60, integer(UInt64(1)), .damaged),
            (100, integer(UInt32.max), .limit), (100, integer(UInt32(0)), .damaged),
            (104, integer(UInt32.max), .damaged), (108, Array("WEB".utf8), .damaged),
            (108, [0xFF, 0xFE, 0], .damaged),
        ]
        for (place, value, code) in changes {
            let changed = signedAgain(bytes, by: key) {
                $0.replaceSubrange(place..<(place + value.count), with: value)
            }
            #expect(refusal(of: try Bundle(changed)) == code, "at \(place): \(value)")
        }
    }

    @Test func `what cannot be made is refused`() throws {
        func refused(_ terms: Bundle.Terms) -> CredentialError.Code? {
            refusal(of: try made("s", terms))
        }
        var terms = Self.terms
        terms.name = "No Name"
        #expect(refused(terms) == .badRequest)
        terms = Self.terms
        terms.counter = 0
        #expect(refused(terms) == .limit)
        terms.counter = .max
        #expect(refused(terms) == .limit)
        #expect(refusal(of: try made(for: [])) == .badRequest)
        let many = (0...Bundle.recipientLimit).map { number in
            RecipientKey(bytes: integer(UInt64(number + 2)) + [UInt8](repeating: 7, count: 24))
        }
        #expect(refusal(of: try made(for: many)) == .limit)
        // A point of low order: everybody knows what it agrees on.
        let zero = RecipientKey(bytes: [UInt8](repeating: 0, count: 32))
        #expect(refusal(of: try made(for: [zero])) == .badRequest)
    }

    @Test func `the size tells no length`() throws {
        #expect(try made("").count == made(String(repeating: "x", count: 4088)).count)
        #expect(try made("").count < made(String(repeating: "x", count: 4089)).count)
    }
}
