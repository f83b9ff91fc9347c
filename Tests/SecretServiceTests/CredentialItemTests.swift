import CredentialCore
import SecretService
import Testing

@Suite struct CredentialItemTests {
    private static let now: Int64 = 1_800_000_000

    private static func credential() throws -> Credential {
        let id = try #require(CredentialID(Array(0..<16)))
        var credential = Credential(
            id: id, name: "ghcr", kind: .token, origin: .docker, store: .secretService,
            createdAt: now - 5, createdBy: "docker-credential-keyfob, uid 0")
        credential.version = 7
        credential.locator = ItemLocator(path: "/item/1", mark: "5eed").bytes
        credential.updatedAt = now
        credential.currency = 12
        credential.username = [0xFF, 0x00, 0x61]
        credential.description = "for \"CI\"\n"
        credential.scope = try Scope("acme/work".utf8)
        credential.expiresAt = now + 60
        credential.rotateAfter = now + 30
        credential.authtype = Array("Bearer".utf8)
        credential.settings = [.init(name: "role", value: "arn:aws"), .init(name: "b", value: "")]
        credential.bindings = [
            try Binding(parsing: Array("registry:ghcr.io/a%2520b".utf8)),
            try Binding(parsing: Array("git:https://[::1]:8443/x".utf8)),
            try Binding(parsing: Array("registry:*.pkg.example.com".utf8)),
        ]
        return credential
    }

    private static func item(_ credential: Credential, _ fields: SecretFields) -> ServiceItem {
        let item = CredentialItem(
            credential, fields, mark: ItemLocator(SecretReference(credential)).mark)
        return ServiceItem(
            path: "/item/1", label: item.label,
            attributes: item.attributes.merging(["Title": "a service's own"]) { $1 },
            isLocked: false, secret: CredentialItem.secret(fields))
    }

    private static func fields(_ values: [(String, [UInt8])]) -> SecretFields {
        var fields = SecretFields()
        for (name, value) in values { fields[name] = Secret(copying: value) }
        return fields
    }

    @Test func `a credential comes back whole from its item`() throws {
        let credential = try Self.credential()
        let item = Self.item(credential, Self.fields([("token", [1])]))
        #expect(CredentialItem.credential(item, now: 0) == credential)
    }

    @Test func `a suspension stays out of the item`() throws {
        var credential = try Self.credential()
        credential.bindings[0].suspendedUntil = Self.now + 600
        let item = Self.item(credential, Self.fields([("token", [1])]))
        let found = try #require(CredentialItem.credential(item, now: 0))
        #expect(found.bindings.map(\.suspendedUntil) == [0, 0, 0])
    }

    @Test func `an item without metadata comes back unbound, as the administrator's`() throws {
        var item = Self.item(try Self.credential(), Self.fields([("token", [1])]))
        item.attributes["keyfob"] = nil
        let found = try #require(CredentialItem.credential(item, now: Self.now))
        #expect(found.bindings.isEmpty)
        #expect((found.origin, found.kind, found.createdAt) == (.admin, .token, Self.now))
        item.attributes["xdg:schema"] = "org.git.Password"
        #expect(CredentialItem.credential(item, now: Self.now) == nil)
    }

    @Test(
        arguments: [
            [("token", Array("ghp_1 \n".utf8))],
            [("password", [])],
            [("file", [0xFF, 0x00, 0x0A])],
            [("token", Array("a\"b\\".utf8)), ("refreshToken", Array("zwölf\n".utf8))],
            [("privateKey", [0x00, 0xFF]), ("passphrase", Array("p".utf8)), ("x", [])],
        ] as [[(String, [UInt8])]])
    func `fields come back byte for byte`(values: [(String, [UInt8])]) throws {
        let credential = try Self.credential()
        let fields = Self.fields(values)
        let item = Self.item(credential, fields)
        guard case .fields(let found) = CredentialItem.find(SecretReference(credential), in: item)
        else {
            Issue.record("not found")
            return
        }
        #expect(found.matches(fields))
        // What holds nothing is an item whose secret was lost.
        #expect(item.secret?.isEmpty == false)
        #expect(found.primary?.matches(try #require(fields.primary)) == true)
    }

    @Test func `a single secret is kept as itself, for password managers to show`() throws {
        let item = Self.item(try Self.credential(), Self.fields([("token", Array("ghp_1".utf8))]))
        #expect(item.secret?.matches(Secret(copying: Array("ghp_1".utf8))) == true)
    }

    @Test func `an item that was left behind, another's or nothing at all is not taken for it`()
        throws
    {
        let credential = try Self.credential()
        let item = Self.item(credential, Self.fields([("token", [1])]))
        func isFound(_ item: ServiceItem) -> Bool {
            if case .fields = CredentialItem.find(SecretReference(credential), in: item) {
                return true
            }
            return false
        }
        #expect(isFound(item))
        var left = credential
        left.locator = ItemLocator(path: "/item/1").bytes
        #expect(!isFound(Self.item(left, Self.fields([("token", [1])]))))
        var other = item
        other.attributes["id"] = "00000000-0000-0000-0000-000000000000"
        #expect(!isFound(other))
        var empty = item
        empty.secret = Secret(copying: [])
        guard case .unreadable = CredentialItem.find(SecretReference(credential), in: empty) else {
            Issue.record("an empty secret is missing")
            return
        }
        var strange = item
        strange.attributes["keyfob"] = "{\"mark\":7}"
        #expect(!isFound(strange))
    }
}
