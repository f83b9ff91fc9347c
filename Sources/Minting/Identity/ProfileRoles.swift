import CredentialCore

extension ProfileCredentials {
    /// The credentials of the profile's role.
    ///
    /// - Throws: `configuration`, and whatever getting the credentials throws.
    func assumedRole(
        _ profile: AWSSection, _ users: [String]
    ) throws(CredentialError) -> AWSCredentials {
        let role = try role(profile, beside: "source_profile")
        let source =
            switch (profile["source_profile"], profile["credential_source"]) {
            case (let name?, nil): try sourceProfile(name, profile, users)
            case (nil, let name?): try namedSource(name, profile)
            case (nil, nil):
                throw profile.error(
                    "has a `role_arn` and neither `source_profile` nor "
                        + "`credential_source`", remedy: "say with whose credentials to assume it")
            case (_?, _?):
                throw profile.error(
                    "has both `source_profile` and `credential_source`", remedy: "keep one")
            }
        return try roles.credentials(role, with: source, through: profile.title)
    }

    private func sourceProfile(
        _ name: String, _ profile: AWSSection, _ users: [String]
    ) throws(CredentialError) -> AWSCredentials {
        guard let source = configuration.profile(name) else {
            throw profile.error(
                "has \(name) as its `source_profile`, which is not there",
                remedy: "make it with `aws configure --profile \(name)`, or correct the name")
        }
        if name == profile.name && Given(source).keys { return try keys(source) }
        guard !users.contains(name) else {
            throw profile.error(
                "is its own source: \((users + [name]).joined(separator: " → "))",
                remedy: "have the last `source_profile` name one with credentials")
        }
        if let found = try credentials(source, for: users) { return found }
        throw source.error(
            "is the `source_profile` of \(profile.name) and has no credentials",
            remedy: "run `aws configure --profile \(name)`")
    }

    private func namedSource(
        _ name: String, _ profile: AWSSection
    ) throws(CredentialError) -> AWSCredentials {
        let environment = EnvironmentCredentials(surroundings)
        let metadata = MetadataSettings(configuration, profile)
        switch name {
        case "Environment":
            if let found = try environment.keys() { return found }
            throw profile.error(
                "takes its credentials from the environment, which has none",
                remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        case "EcsContainer":
            if environment.namesContainer {
                return try ContainerCredentials.credentials(surroundings)
            }
            throw profile.error(
                "takes its credentials from the container, and no container names any",
                remedy: "use it in a container of Amazon ECS or EKS")
        case "Ec2InstanceMetadata":
            if metadata.isAllowed { return try instanceRole(metadata, profile) }
            throw profile.error(
                "takes its credentials from the EC2 instance, which must not be asked",
                remedy: "unset AWS_EC2_METADATA_DISABLED, and set `metadata` of `[aws]` in "
                    + "Keyfob's configuration to `auto`")
        default:
            throw profile.error(
                "has an unknown `credential_source`, \(name)",
                remedy: "write Environment, Ec2InstanceMetadata or EcsContainer")
        }
    }

    /// The instance's role. That it has none is an error here: the profile counts on it.
    private func instanceRole(
        _ metadata: MetadataSettings, _ profile: AWSSection
    ) throws(CredentialError) -> AWSCredentials {
        do throws(CredentialError) {
            let service = try metadata.service()
            return try service.credentials(in: try service.session())
        } catch {
            guard error.code == .absent else { throw error }
            throw CredentialError(
                .configuration,
                "\(profile.title) takes its credentials from the EC2 instance, and "
                    + error.problem, remedy: error.remedy)
        }
    }

    /// What the profile says of its role.
    ///
    /// - Throws: `configuration` when it is not enough, or no number.
    func role(
        _ profile: AWSSection, beside setting: String
    ) throws(CredentialError) -> AssumedRole {
        var duration: Int?
        if let text = profile["duration_seconds"] {
            guard let seconds = Int(text), seconds > 0 else {
                throw profile.error(
                    "has a `duration_seconds` that is no number of seconds",
                    remedy: "write a number from 900 to 43200")
            }
            duration = seconds
        }
        return AssumedRole(
            roleARN: try profile.required("role_arn", beside: setting),
            sessionName: profile["role_session_name"], externalID: profile["external_id"],
            durationSeconds: duration, mfaSerial: profile["mfa_serial"])
    }
}
