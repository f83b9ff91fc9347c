/// The services of AWS that are asked for something.
///
/// The raw value is the service's key in a configuration file's `[services …]` section.
enum AWSService: String, CaseIterable, Sendable {
    /// Elastic Container Registry, which gives out the private registries' tokens.
    case ecr
    /// ECR Public.
    case ecrPublic = "ecr_public"
    /// Security Token Service, which gives out the credentials of roles.
    case sts
    /// The portal of IAM Identity Center, which gives out credentials to people who logged in.
    case sso
    /// The OpenID Connect part of IAM Identity Center, which renews such a login.
    case ssoOIDC = "sso_oidc"

    /// The service's name for people.
    var title: String {
        switch self {
        case .ecr: "ECR"
        case .ecrPublic: "ECR Public"
        case .sts: "STS"
        case .sso: "SSO"
        case .ssoOIDC: "SSO OIDC"
        }
    }

    /// The service's name in a signature.
    var signingName: String {
        switch self {
        case .ecr: "ecr"
        case .ecrPublic: "ecr-public"
        case .sts: "sts"
        case .sso: "awsssoportal"
        case .ssoOIDC: "sso-oauth"
        }
    }
}
