/// Whether the metadata service of an EC2 instance is asked for credentials.
public enum MetadataUse: String, Sendable {
    /// Where the machine is an EC2 instance.
    case automatic = "auto"
    /// Always.
    case always
    /// Never.
    case never
}
