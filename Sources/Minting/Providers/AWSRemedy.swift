/// What to do about the errors that mean the same for every service.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html> and
/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
enum AWSRemedy {
    /// The remedy for an error.
    static func text(
        for refusal: AWSRefusal, of call: AWSCall, _ clock: ServerClock
    ) -> String {
        if let remedy = refusal.code.flatMap({ call.remedies[$0] }) { return remedy }
        if refusal.isThrottling { return "too much was asked in a short time; try again later" }
        if refusal.isOutage { return "try again later; https://health.aws.amazon.com tells more" }
        if refusal.blamesTime { return "set the clock of this machine" }
        if refusal.blamesSignature {
            // With the server's time the clock is out of question, as it was used to sign.
            return "enter the secret access key again: it is not the one of this access key id"
                + (clock.isChecked ? "" : ", or the clock of this machine is wrong")
        }
        switch refusal.code {
        case "UnrecognizedClient", "InvalidClientTokenId":
            return "use its current access key: this one was rotated or deleted, or belongs to "
                + "another AWS partition"
        case "ExpiredToken": return "renew these temporary keys: their time is over"
        case "AccessDenied", "UnauthorizedOperation":
            return "allow \(call.action) for this identity in IAM"
        case "RegionDisabled", "OptInRequired", "SubscriptionRequired":
            return "enable the region \(call.region) for the account"
        case "IncompleteSignature", "MissingAuthenticationToken":
            return "see whether a proxy or the endpoint URL that is set changes requests"
        case nil:
            return "see whether a proxy or login page answers instead of AWS, and which endpoint "
                + "URL is set"
        default: return "look this error up in AWS's documentation of \(call.action)"
        }
    }
}
