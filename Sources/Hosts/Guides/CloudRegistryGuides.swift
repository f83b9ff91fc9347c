import CredentialCore

extension ProviderGuide {
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/security-iam-awsmanpol.html
    static let ecr = ecrGuide(
        name: "ecr", title: "Amazon ECR",
        permissions: "the policy AmazonEC2ContainerRegistryReadOnly to pull, "
            + "AmazonEC2ContainerRegistryPowerUser to push")

    // https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
    static let ecrPublic = ecrGuide(
        name: "ecr-public", title: "Amazon ECR Public",
        permissions: "the policy AmazonElasticContainerRegistryPublicReadOnly to pull, "
            + "AmazonElasticContainerRegistryPublicPowerUser to push")

    private static func ecrGuide(name: String, title: String, permissions: String) -> ProviderGuide
    {
        ProviderGuide(
            name: name, title: title, secret: "an access key", permissions: permissions,
            page: "https://console.aws.amazon.com/iam/ > Users > Security credentials",
            username: "the access key's id; registry clients are given tokens made from it",
            template: "access-key",
            problem: { username, secret in
                let login = LoginShape(username: username, secret: secret)
                if login.isUser("AWS") {
                    return wrong(
                        "a token of \(title) ends after 12 hours",
                        give: "give the access key it was made from, with `--kind access-key`")
                }
                // Clients log in as AWS and nobody else:
                // https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
                return wrong(
                    "\(title) takes no user name and password",
                    give: "give an access key, with `--kind access-key`")
            })
    }

    // https://cloud.google.com/artifact-registry/docs/docker/authentication#json-key
    static let gar = ProviderGuide(
        name: "gar", title: "Google Artifact Registry", secret: "a service account's key file",
        permissions: "the role Artifact Registry Reader on the repository to pull, Artifact "
            + "Registry Writer to push",
        page: "https://console.cloud.google.com/iam-admin/serviceaccounts",
        username: "_json_key, which is given by itself", template: "service-account",
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            let wholeFile =
                "give the whole key file with `--kind service-account --file KEY.json`"
            if login.isUser("_json_key_base64"), login.isJSON {
                return wrong(
                    "_json_key_base64 goes with a key file in base64, and this is the file itself",
                    give: wholeFile)
            }
            if login.isUser("_json_key"), !login.isJSON {
                return wrong(
                    "_json_key goes with the whole key file, and this is no JSON", give: wholeFile)
            }
            if login.userIsMail || login.starts(with: "AIza") {
                return wrong(
                    "Artifact Registry takes neither a Google account's password nor an API key",
                    give: wholeFile)
            }
            guard username == nil || login.isUser(of: garUsers) else {
                return wrongUser(
                    "Artifact Registry knows no users of that name", give: wholeFile)
            }
            return misplaced(login, at: "gar")
        })

    /// Those of key files, and of the tokens that `gcloud` gives out, today's and the older ones.
    private static let garUsers = [
        "_json_key", "_json_key_base64", "oauth2accesstoken", "_dcgcloud_token", "_token",
        "<token>",
    ]

    // https://learn.microsoft.com/azure/container-registry/container-registry-auth-service-principal
    static let acr = ProviderGuide(
        name: "acr", title: "Azure Container Registry", secret: "a service principal's password",
        permissions: "the role AcrPull on the registry to pull, AcrPush to push",
        page: "`az ad sp create-for-rbac --name NAME --role AcrPull --scopes REGISTRY_ID`",
        username: "the service principal's appId, a GUID", template: "password",
        problem: { username, secret in
            let login = LoginShape(username: username, secret: secret)
            if login.isUUID {
                return wrong(
                    "this is an id, not a password: of a secret the portal shows id and value",
                    give: "give the secret's value, which is shown once")
            }
            if login.userIsMail {
                return wrongUser(
                    "a registry of Azure takes no person's account",
                    give: "give a service principal's appId and password")
            }
            guard login.isUserOfACR else {
                return wrongUser(
                    "that is no user name of a registry of Azure",
                    give: "give an appId, a GUID, or the name of a token of the registry's")
            }
            return misplaced(login, at: "acr")
        })
}

extension LoginShape {
    /// Whether the user name may be an appId, a registry's own name or that of one of its tokens:
    /// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
    fileprivate var isUserOfACR: Bool {
        guard let username, !isUser("<token>") else { return true }
        return 5...50 ~= username.count
            && username.allSatisfy { byte in
                Byte.isLetter(byte) || Byte.isDigit(byte) || "-_".utf8.contains(byte)
            }
    }
}
