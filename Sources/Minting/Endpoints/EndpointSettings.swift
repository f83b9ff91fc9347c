/// What the environment and the configuration file say about endpoints.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html and
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
struct EndpointSettings: Hashable, Sendable {
    /// The endpoints of single services.
    var urls: [AWSService: String] = [:]
    /// The endpoint of every other service.
    var url: String?
    /// Whether endpoints have to use FIPS 140 cryptography.
    var usesFIPS = false
    /// Whether endpoints have to answer over IPv6 as well.
    var usesDualStack = false
    /// Whether the oldest regions share one STS (`sts_regional_endpoints = legacy`).
    var stsIsGlobal = false
}
