import CredentialCore
import Tokens
import Transport

/// The credentials that EC2 gives to what runs on an instance, by version 2 of its metadata service
/// alone: version 1 answers whoever can make a program on the instance fetch a URL.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>
struct InstanceMetadata {
    private static let timeout = 1000
    private static let tokenLifetime = "21600"
    private static let rolesPath = "/latest/meta-data/iam/security-credentials/"
    private let service: MetadataService
    private let url: String

    /// Whether this machine is an EC2 instance, as far as its firmware tells. Nothing is asked.
    ///
    /// Looking makes a cached token belong to this machine, whose firmware tells the instance's id:
    /// its home may be another one's too.
    ///
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html>
    ///
    static func isInstance(_ surroundings: AWSSurroundings) -> Bool {
        // All of them are read, so that all of them are remembered.
        let texts = [
            "hypervisor/uuid", "class/dmi/id/sys_vendor", "class/dmi/id/board_asset_tag",
        ].map { path in
            let content = try? surroundings.files.read("\(surroundings.system)/\(path)")
            return content?.withBytes { bytes in
                String(decoding: bytes.prefix { $0 >= 0x20 }, as: UTF8.self)
            } ?? ""
        }
        return texts[0].lowercased().hasPrefix("ec2") || texts[1] == "Amazon EC2"
            || texts[2].hasPrefix("i-")
    }

    /// The service.
    ///
    /// - Parameters:
    ///   - endpoint: where it is, when it is not where it always is.
    ///   - ipv6: whether it is asked over IPv6.
    init(_ surroundings: AWSSurroundings, endpoint: String?, ipv6: Bool) {
        var url = endpoint ?? (ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        service = MetadataService(
            name: "the EC2 metadata service \(ServiceHost.text(of: url))",
            surroundings: surroundings, timeout: Self.timeout, attempts: 1)
    }

    /// The credentials of the instance's role.
    ///
    /// - Parameter session: what ``session()`` gave.
    /// - Throws: `absent` when the instance has no role; `unreachable`, `refused` and `expired` as
    ///   the service answers.
    func credentials(in session: Secret) throws(CredentialError) -> AWSCredentials {
        var service = service
        service.secrets = [session]
        let header = HTTPHeader("X-aws-ec2-metadata-token", session)
        let roles = url + Self.rolesPath
        let role = try role(try service.answer(to: HTTPRequest(.get, roles, headers: [header])))
        return try service.credentials(
            try service.answer(to: HTTPRequest(.get, roles + role, headers: [header])), of: url,
            identity: "role \(role) of this EC2 instance")
    }

    /// A session, without which version 2 answers nothing.
    ///
    /// - Throws: `unreachable` and `refused` when there is none.
    func session() throws(CredentialError) -> Secret {
        let lifetime = HTTPHeader("X-aws-ec2-metadata-token-ttl-seconds", Self.tokenLifetime)
        let response = try service.answer(
            to: HTTPRequest(.put, "\(url)/latest/api/token", headers: [lifetime]))
        guard response.isSuccess, !response.body.isEmpty, response.body.isOneLine else {
            throw service.refusal(
                response,
                remedy: "turn on IMDSv2 for the instance, with a hop limit of 2 for containers")
        }
        return response.body
    }

    /// The name of the instance's role.
    private func role(_ response: HTTPResponse) throws(CredentialError) -> String {
        let name = response.body.withBytes { bytes in Array(bytes.prefix { $0 > 0x20 }) }
        if response.status == 404 || (response.isSuccess && name.isEmpty) {
            throw CredentialError(
                .absent, "this EC2 instance has no role",
                remedy: "attach an instance profile to it, or configure other AWS credentials")
        }
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        guard response.isSuccess, name.count <= 128, name.allSatisfy(Self.isNameByte) else {
            throw service.refusal(response)
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || "+=,.@-_".utf8.contains(byte)
    }
}
