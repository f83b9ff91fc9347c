import CredentialCore
import Glibc
import SealedFile
import Testing
import Tokens

@Suite("The token cache")
struct TokenCacheTests {
    let home: TokenHome
    let order: TokenOrder

    init() throws {
        home = try TokenHome()
        order = try TokenHome.order()
    }

    private func put(_ text: String = "canary of a token", for order: TokenOrder) throws {
        let entry = TokenEntry(order: order.encoded, token: TokenHome.token(text))
        try home.cache.put(entry, for: try home.key(order), now: home.now)
    }

    private func text(of order: TokenOrder) throws -> String? {
        try home.cache.entry(for: try home.key(order))?.token?.secret.withBytes {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test("gives back all that was put, for its key alone, and shows none of it")
    func roundTrip() throws {
        let failure = TokenEntry.Failure(
            at: home.now - 5, error: CredentialError(.refused, "no", remedy: "ask"))
        let files = [
            FileWitness(path: "/nowhere", content: nil),
            FileWitness(path: "/some", content: Secret(copying: [1, 2])),
        ]
        let entry = TokenEntry(
            order: order.encoded, token: TokenHome.token(), files: files, failure: failure)
        try home.cache.put(entry, for: try home.key(order), now: home.now)

        let read = try #require(try home.cache.entry(for: try home.key(order)))
        let token = try #require(read.token)
        #expect(token.secret.matches(TokenHome.token().secret))
        #expect(token.username == Array("AWS".utf8) && token.identity == "access key AKIA")
        #expect(token.obtainedAt == home.now && token.expiresAt == home.now + 43_200)
        #expect(read.files == files && read.failure == failure)
        #expect(try TokenOrder(decoding: read.order) == order)

        let other = try TokenHome.order("123456789012.dkr.ecr.eu-west-2.amazonaws.com")
        #expect(try text(of: other) == nil)
        let bytes = try #require(try FileWitness.content(of: home.path, limit: 1 << 20))
        bytes.withBytes { bytes in
            for shown in ["canary", "AWS", "AKIA", "123456789012", "amazonaws", "nowhere"] {
                #expect(!contains(bytes, shown), "\(shown) stands in the file")
            }
        }
    }

    private func contains(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
        let text = Array(text.utf8)
        return bytes.indices.contains { bytes[$0...].starts(with: text) }
    }

    @Test("replaces an entry, and keeps the others")
    func replacing() throws {
        let other = try TokenHome.order("123456789012.dkr.ecr.eu-west-2.amazonaws.com")
        try put("one", for: order)
        try put("other", for: other)
        try put("two", for: order)
        #expect(try text(of: order) == "two")
        #expect(try text(of: other) == "other")
        #expect(home.cache.entries().count == 2)
    }

    @Test("forgets a host's tokens, whatever they were minted from")
    func forgetting() throws {
        let build = try TokenHome.order(
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com", .ambient(profile: "build"))
        let other = try TokenHome.order("123456789012.dkr.ecr.eu-west-2.amazonaws.com")
        for order in [order, build, other] { try put("kept", for: order) }
        try home.cache.forget(host: order.address.host)
        #expect(try text(of: order) == nil && text(of: build) == nil)
        #expect(try text(of: other) == "kept")
    }

    @Test("throws away what ended long ago")
    func pruning() throws {
        let other = try TokenHome.order("123456789012.dkr.ecr.eu-west-2.amazonaws.com")
        try put("old", for: order)
        home.now += 43_200 + 86_000
        try put("new", for: other)
        #expect(try text(of: order) == "old", "it is kept for a day")
        home.now += 1_000
        try put("new", for: other)
        #expect(try text(of: order) == nil)
    }

    @Test("a flipped bit or a cut anywhere leaves the entry whole or takes it away")
    func damage() throws {
        try put("whole", for: order)
        let whole = try #require(try FileWitness.content(of: home.path, limit: 1 << 20))
            .withBytes { Array($0) }
        for index in whole.indices {
            var flipped = whole
            flipped[index] ^= 1 << (index % 8)
            try write(flipped)
            #expect(try text(of: order) == nil, "byte \(index)")
            try write(Array(whole[..<index]))
            #expect(try text(of: order) == nil, "cut at \(index)")
        }
        try write(whole)
        #expect(try text(of: order) == "whole")
        try write(Array(whole[..<20]))
        try put("again", for: order)
        #expect(try text(of: order) == "again")
    }

    private func write(_ bytes: [UInt8]) throws {
        let file = open(home.path, O_WRONLY | O_TRUNC)
        try #require(file >= 0 && Glibc.write(file, bytes, bytes.count) == bytes.count)
        close(file)
    }

    @Test("a store begun later uses the key that the cache made")
    func beforeAnyStore() throws {
        try put("early", for: order)
        try SealedFile.update(home.location, now: home.now) { (draft) throws(CredentialError) in
            let credential = Credential(
                id: Draft.newID(), name: "ci", kind: .password, origin: .admin, store: .file,
                createdAt: 1, createdBy: "test")
            try draft.add(
                credential, SecretFields(.password, primary: Secret(copying: [1])))
            return .changed
        }
        let file = try #require(try SealedFile.open(home.location))
        let cache = TokenCache(home.location, beside: file)
        #expect(try cache.entry(for: try home.key(order))?.token != nil)
    }

    @Test("a token from the store is sealed under the store's key")
    func lockedWithStore() throws {
        let id = Draft.newID()
        let stored = try TokenHome.order(
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            .credential(id, name: "aws", version: 1, store: .file))
        try put("nothing opens it", for: stored)
        #expect(home.cache.entries().isEmpty, "there is no store whose key it could be under")
        try SealedFile.update(home.location, now: home.now) { _ in .changed }
        let file = try #require(try SealedFile.open(home.location))
        let cache = TokenCache(home.location, beside: file)
        let entry = TokenEntry(order: stored.encoded, token: TokenHome.token())
        try cache.put(entry, for: try home.key(stored), now: home.now)
        #expect(try cache.entry(for: try home.key(stored))?.token != nil)
        #expect(home.cache.entries().isEmpty, "the catalogue's key does not open it")
        try cache.forgetLocked()
        #expect(try cache.entry(for: try home.key(stored)) == nil)
    }
}
