import CredentialCore

extension KindTemplate {
    /// A cloud access key, from which registry tokens are minted.
    static let accessKey = KindTemplate(
        name: "access-key", kind: .accessKey,
        summary: "an access key of AWS, from which tokens for ECR are minted",
        fields: [
            FieldRule(
                name: "accessKeyId", label: "access key id", place: .username,
                hint: "20 letters and digits, such as AKIAIOSFODNN7EXAMPLE.",
                check: { (id) throws(CredentialError) in _ = try AccessKeyRules.checked(id: id) }),
            FieldRule(
                name: "secretAccessKey", label: "secret access key", place: .secret,
                hint: "40 characters; AWS shows them once, when the key is made.",
                checkSecret: { (secret) throws(CredentialError) in
                    try AccessKeyRules.check(secret, "secret access key")
                }),
            FieldRule(
                name: "sessionToken", label: "session token", place: .secret, isRequired: false,
                hint: "Temporary keys have one: those whose id begins with ASIA.",
                checkSecret: { (secret) throws(CredentialError) in
                    try AccessKeyRules.check(secret, "session token")
                }),
        ],
        guide: [
            "In the AWS console: IAM > Users > the user > Security credentials > Create access "
                + "key.",
            "To pull, the user needs the policy AmazonEC2ContainerRegistryReadOnly; to push, "
                + "AmazonEC2ContainerRegistryPowerUser.",
            "Where the program runs on AWS, its role answers by itself and no key is needed.",
        ])
}
