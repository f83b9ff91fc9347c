import Configuration
import CredentialCore
import Glibc
import Tokens

/// Finds AWS credentials where AWS's own tools keep them. The first place where something is
/// configured counts, and when that does not work it is an error: no other one is tried.
///
/// 1. The environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN.
/// 2. The environment's web identity: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN.
/// 3. The profile that is used: see ``ProfileCredentials``.
/// 4. A container's: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI.
/// 5. The role of the EC2 instance.
///
/// A profile that Keyfob's configuration names is the only place, since whoever writes it there
/// wants no other account; one that AWS_PROFILE names comes after the environment's keys.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
struct CredentialChain {
    private let surroundings: AWSSurroundings
    private let configuration: AWSConfiguration
    private let profile: String?
    private let region: String

    /// A chain.
    ///
    /// - Parameters:
    ///   - profile: the profile that Keyfob's configuration names.
    ///   - region: that of AWS STS, where neither environment nor profile name one.
    init(
        _ surroundings: AWSSurroundings, _ configuration: AWSConfiguration, profile: String?,
        region: String
    ) {
        self.surroundings = surroundings
        self.configuration = configuration
        self.profile = profile
        self.region = region
    }

    /// The credentials.
    ///
    /// - Throws: `absent` when none are configured anywhere, `configuration`, `codeWanted`,
    ///   `expired`, and whatever asking a service throws.
    func credentials() throws(CredentialError) -> AWSCredentials {
        let used = try configuration.profileInUse(profile)
        let settings = try configuration.endpointSettings(profile: profile)
        let environment = EnvironmentCredentials(surroundings)
        let roles = RoleCredentials(
            AWSCaller(surroundings, settings),
            region: configuration.region(profile: profile) ?? region)
        if profile == nil {
            if let found = try environment.keys() { return found }
            if let found = try environment.webIdentity(roles) { return found }
        }
        let profiles = ProfileCredentials(
            surroundings: surroundings, configuration: configuration, roles: roles)
        if let used, let found = try profiles.credentials(used) { return found }
        if let profile {
            throw CredentialError(
                .configuration, "the AWS profile \(profile) says nothing about credentials",
                remedy: "run `aws configure --profile \(profile)`")
        }
        if environment.namesContainer {
            return try ContainerCredentials.credentials(surroundings)
        }
        let metadata = MetadataSettings(configuration, used)
        guard metadata.isAsked else {
            throw Self.absent("the profile that is used, from a container or from an EC2 instance")
        }
        let service = try metadata.service()
        return try service.credentials(in: try session(of: service))
    }

    /// A session of the metadata service's. That of an instance whose users did not name it may be
    /// turned off, or too far away from a container: then there is none, like elsewhere.
    private func session(of service: InstanceMetadata) throws(CredentialError) -> Secret {
        do throws(CredentialError) {
            return try service.session()
        } catch {
            guard surroundings.metadata == .automatic else { throw error }
            throw Self.absent(
                "the profile that is used or from a container, and the metadata service of this "
                    + "EC2 instance does not answer (\(error.problem))")
        }
    }

    private static func absent(_ places: String) -> CredentialError {
        CredentialError(
            .absent, "there are no AWS credentials here: none in the environment, in \(places)",
            remedy: "run `keyfob add --kind access-key` or `aws configure`, or name the profile to "
                + "use in Keyfob's configuration: `[aws \"ACCOUNT\"]` with `profile = NAME`")
    }
}
