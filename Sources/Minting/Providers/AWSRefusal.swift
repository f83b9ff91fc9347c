import CredentialCore
import Transport

/// An answer that is an error, in whichever of AWS's forms.
struct AWSRefusal {
    /// The HTTP status.
    let status: Int
    /// The error's name, such as `AccessDenied`: without the `Exception` that some services end it
    /// with. Nil when the answer is not one of AWS's.
    let code: String?
    /// The error's name as it came.
    let fullCode: String?
    /// What the service says about it.
    let message: Secret?

    /// Reads an answer.
    ///
    /// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization>
    init(_ response: HTTPResponse) {
        status = response.status
        isOutage = response.isOutage
        let fields = ReplyFields(response.body)
        let name =
            response.header("x-amzn-errortype")
            ?? Self.codePaths.lazy.compactMap { fields?.text($0) }.first
        fullCode = name.flatMap(Self.shapeName)
        code = fullCode.map { $0.hasSuffix("Exception") ? String($0.dropLast(9)) : $0 }
        isThrottling =
            response.isThrottling || code.map { Self.throttling.contains($0) } ?? false
        message = Self.messagePaths.lazy.compactMap { fields?.secret($0) }.first
    }

    /// Whether too much was asked in too short a time.
    let isThrottling: Bool
    /// Whether the service, or something before it, is broken for now.
    let isOutage: Bool

    /// Whether the signature did not fit, because of the secret key or the clock.
    var blamesSignature: Bool {
        code.map { Self.signature.contains($0) || blamesTime } ?? false
    }

    /// Whether the signature's time did not fit.
    var blamesTime: Bool { code.map { Self.time.contains($0) } ?? false }

    private static let signature: Set = [
        "AuthFailure", "InvalidSignature", "SignatureDoesNotMatch",
    ]
    private static let time: Set = [
        "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed",
    ]
    private static let throttling: Set = [
        "Throttling", "Throttled", "RequestThrottled", "TooManyRequests", "RequestLimitExceeded",
        "SlowDown", "PriorRequestNotComplete", "TransactionInProgress", "EC2Throttled",
        "ProvisionedThroughputExceeded", "BandwidthLimitExceeded", "LimitExceeded",
    ]
    private static let codePaths = ["__type", "code"] + xmlPaths("Code") + ["error"]
    private static let messagePaths =
        ["message", "Message"] + xmlPaths("Message") + ["error_description"]

    /// Where XML has a part of an error: that of STS, that of EC2, and a mixture of both.
    private static func xmlPaths(_ part: String) -> [String] {
        ["ErrorResponse.Error", "Response.Errors.Error", "ErrorResponse.Errors.Error"].map {
            "\($0).\(part)"
        }
    }

    /// The name alone of `com.amazonaws.ecr#ServerException:http://…`; nil when it is no name.
    private static func shapeName(_ text: String) -> String? {
        let shape = text.utf8.split(separator: UInt8(ascii: "#")).last ?? text.utf8[...]
        let name = shape.prefix { $0 != UInt8(ascii: ":") }
        let isName =
            (1...64).contains(name.count)
            && name.allSatisfy { byte in
                Byte.isLetter(byte) || Byte.isDigit(byte) || "._-".utf8.contains(byte)
            }
        return isName ? String(name) : nil
    }
}
