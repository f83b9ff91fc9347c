import CredentialCore
import SealedFile
import Transport

/// The credentials that EC2 gives to what runs on an instance, by version 2 of its metadata service
/// alone: version 1 answers whoever can make a program on the instance fetch a URL.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>
enum InstanceMetadata {
    private static let timeout = 1000
    private static let tokenLifetime = "21600"
    private static let rolesPath = "/latest/meta-data/iam/security-credentials/"

    /// Whether this machine is an EC2 instance, as far as its firmware tells. Nothing is asked.
    ///
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html>
    ///
    /// - Parameter system: where the kernel tells of the machine.
    static func isInstance(_ system: String = "/sys") -> Bool {
        func text(_ path: String) -> String {
            let content = try? FileWitness.content(of: "\(system)/\(path)", limit: 4096)
            return (content ?? nil)?.withBytes { bytes in
                String(decoding: bytes.prefix { $0 >= 0x20 }, as: UTF8.self)
            } ?? ""
        }
        // Root alone may read the first.
        return ["class/dmi/id/product_uuid", "hypervisor/uuid"].contains { path in
            text(path).lowercased().hasPrefix("ec2")
        } || text("class/dmi/id/sys_vendor") == "Amazon EC2"
            || text("class/dmi/id/board_asset_tag").hasPrefix("i-")
    }

    /// The credentials of the instance's role.
    ///
    /// - Parameters:
    ///   - endpoint: where the service is, when it is not where it always is.
    ///   - ipv6: whether it is asked over IPv6.
    /// - Throws: `absent` when the instance has no role; `unreachable`, `refused` and `expired` as
    ///   the service answers.
    static func credentials(
        _ surroundings: AWSSurroundings, endpoint: String?, ipv6: Bool
    ) throws(CredentialError) -> AWSCredentials {
        var url = endpoint ?? (ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        while url.hasSuffix("/") { url.removeLast() }
        var service = MetadataService(
            name: "the EC2 metadata service \(ServiceHost.text(of: url))",
            surroundings: surroundings, timeout: timeout, attempts: 1)
        let token = try token(service, url)
        service.secrets = [token]
        func get(_ path: String) throws(CredentialError) -> HTTPResponse {
            try service.answer(
                to: HTTPRequest(
                    .get, url + path, headers: [HTTPHeader("X-aws-ec2-metadata-token", token)]))
        }
        let role = try role(service, try get(rolesPath))
        return try service.credentials(
            try get(rolesPath + role), of: url, identity: "role \(role) of this EC2 instance")
    }

    /// A session, without which version 2 answers nothing.
    private static func token(
        _ service: MetadataService, _ url: String
    ) throws(CredentialError) -> Secret {
        let lifetime = HTTPHeader("X-aws-ec2-metadata-token-ttl-seconds", tokenLifetime)
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
    private static func role(
        _ service: MetadataService, _ response: HTTPResponse
    ) throws(CredentialError) -> String {
        let name = response.body.withBytes { bytes in Array(bytes.prefix { $0 > 0x20 }) }
        if response.status == 404 || (response.isSuccess && name.isEmpty) {
            throw CredentialError(
                .absent, "this EC2 instance has no role",
                remedy: "attach an instance profile to it, or configure other AWS credentials")
        }
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        guard response.isSuccess, name.count <= 128, name.allSatisfy(isNameByte) else {
            throw service.refusal(response)
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || "+=,.@-_".utf8.contains(byte)
    }
}
