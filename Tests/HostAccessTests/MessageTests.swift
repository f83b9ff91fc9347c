import CredentialCore
import Testing

@testable import HostAccess

@Suite struct MessageTests {
    let place = HostPlace(
        .git,
        Address(scheme: Array("https".utf8), host: Array("h.test".utf8), port: 8443, path: []),
        challenges: ["Basic realm=\"x\"", ""])

    @Test func aLoginRequestComesBackAsItWas() throws {
        var request = LoginRequest(place, .device)
        request.username = []
        request.accounts = [.init(username: Array("a".utf8), words: "from git")]
        request.reason = "why"
        request.clientSecret = Secret(copying: Array("s".utf8))
        request.isCommand = true
        let back = try LoginRequest(decoding: request.encoded())
        #expect(back.way == .device && back.username == [] && back.isCommand)
        #expect(back.accounts == request.accounts && back.reason == "why")
        #expect(back.place.address == place.address && back.place.challenges == place.challenges)
        #expect(back.clientSecret?.count == 1)
    }

    @Test func everyHostRequestIsToldFromOthers() throws {
        let secret = Secret(copying: Array("s".utf8))
        let requests: [HostRequest] = [
            .verify(place, HostLogin(username: nil, secret: secret)),
            .authorize(place, redirect: "http://127.0.0.1:1/", account: nil),
            .redeem(place, code: secret, verifier: secret, redirect: "r", clientSecret: nil),
            .startDevice(place, clientSecret: secret),
            .pollDevice(place, deviceCode: secret, clientSecret: nil),
            .refresh(
                place, refreshToken: secret, owner: OAuthOwner(name: "a", identity: "1"),
                clientSecret: nil),
            .examine(place, nil), .recognize(place),
        ]
        for request in requests {
            let bytes = request.encoded()
            #expect(HostRequest.isIntroduced(by: bytes))
            let again = try HostRequest(decoding: bytes).encoded()
            #expect(again.matches(bytes))
        }
        #expect(!HostRequest.isIntroduced(by: Secret(copying: [1])))
        #expect(!HostRequest.isIntroduced(by: Secret(copying: [])))
        #expect(throws: CredentialError.self) { try HostRequest(decoding: Secret(copying: [99])) }
    }
}
