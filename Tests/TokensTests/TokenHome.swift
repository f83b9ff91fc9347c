import Configuration
import CredentialCore
import Foundation
import SealedFile
import Testing
import Tokens

/// A home of its own, with a clock and an environment that the test sets.
final class TokenHome {
    static let start: Int64 = 1_800_000_000
    let folder: String
    var now = start
    var sinceBoot: Int64 = 100
    var variables: [String: String] = [:]

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "keyfob-\(UUID().uuidString)").path(percentEncoded: false)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var location: StoreLocation {
        StoreLocation(dataFolder: "\(folder)/data", stateFolder: "\(folder)/state")
    }

    var path: String { "\(folder)/state/tokens.keyfob" }

    func surroundings(_ changes: [String: String] = [:]) throws -> Surroundings {
        let variables = ["HOME": folder].merging(variables) { $1 }.merging(changes) { $1 }
        return try Surroundings(programName: "test") { variables[$0] }
    }

    func desk() throws -> TokenDesk {
        TokenDesk(try surroundings(), AWSPreferences(), location) {
            ClockReading(seconds: self.now, sinceBoot: self.sinceBoot, boot: "this one")
        }
    }

    var cache: TokenCache { TokenCache(location, beside: nil) }

    static func order(
        _ host: String = "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        _ source: TokenOrder.Source = .ambient(profile: nil)
    ) throws -> TokenOrder {
        TokenOrder(
            try Address(registry: Array(host.utf8)),
            try #require(ECRRegistry(host: Array(host.utf8))), source)
    }

    func key(_ order: TokenOrder, _ changes: [String: String] = [:]) throws -> TokenKey {
        order.key(try surroundings(changes), AWSPreferences())
    }

    static func token(
        _ text: String = "canary of a token", at start: Int64 = start, lasting: Int64 = 43_200
    ) -> MintedToken {
        MintedToken(
            username: Array("AWS".utf8), secret: Secret(copying: Array(text.utf8)),
            obtained: ClockReading(seconds: start, sinceBoot: 100, boot: "this one"),
            expiresAt: start + lasting, identity: "access key AKIA")
    }
}
