import ChildProcesses
import CredentialCore
import Glibc
import Launch
import Tokens
import Transport

/// A program of the user's that prints AWS credentials. It is run without a shell.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
struct CredentialProcess {
    private static let longestRun = 20_000
    private static let longestAnswer = 64 << 10
    private let command: String
    private let profile: AWSSection
    private let surroundings: AWSSurroundings

    /// The program that a profile names, and its arguments.
    init(_ command: String, _ profile: AWSSection, _ surroundings: AWSSurroundings) {
        self.command = command
        self.profile = profile
        self.surroundings = surroundings
    }

    /// What it prints.
    ///
    /// - Throws: `configuration` when it must not or cannot be run, or prints something else,
    ///   `unreachable` when it fails or takes too long, `limit`.
    func credentials() throws(CredentialError) -> AWSCredentials {
        guard surroundings.runsProcesses else {
            throw profile.error(
                "has a `credential_process`, and `[aws] processes = never` of Keyfob's "
                    + "configuration forbids to run it",
                remedy: "remove that line, or use another profile")
        }
        guard let words = ShellWords.split(command), let name = words.first,
            !command.utf8.contains(0)
        else {
            throw profile.error(
                "has a `credential_process` with a quote that is not closed",
                remedy: "correct it in \(profile.place(of: "credential_process"))")
        }
        // It is looked for on PATH, and sees all of the environment.
        surroundings.files.witnessEnvironment()
        let outcome = try ChildProcess.run(
            try path(of: name), Array(words.dropFirst()), limit: Self.longestAnswer,
            deadline: min(surroundings.deadline.remaining, Self.longestRun))
        guard outcome.code == 0 else {
            // What it says of the reason may hold what it was to hide.
            throw CredentialError(
                .unreachable,
                "\(name), the `credential_process` of \(profile.title), failed with exit code "
                    + "\(outcome.code)",
                remedy: "run it by hand to see why")
        }
        return try credentials(outcome.output, name)
    }

    private func path(of name: String) throws(CredentialError) -> String {
        if name.hasPrefix("/") { return name }
        if !name.utf8.contains(UInt8(ascii: "/")) {
            let path = getenv("PATH").map { String(cString: $0) } ?? ""
            if let found = ChildProcess.find(name, path: path) { return found }
        }
        throw profile.error(
            "has a `credential_process` that is not on PATH: \(name)",
            remedy: "write the program's whole path in "
                + profile.place(of: "credential_process"))
    }

    private func credentials(
        _ output: Secret, _ name: String
    ) throws(CredentialError) -> AWSCredentials {
        guard let answer = ReplyFields(output) else { throw unusable(name, "is no JSON object") }
        guard answer.text("Version") == "1" else {
            throw unusable(name, "is not of `Version` 1")
        }
        guard let keyID = answer.text("AccessKeyId"),
            let secret = answer.secret("SecretAccessKey")
        else { throw unusable(name, "lacks `AccessKeyId` or `SecretAccessKey`") }
        let token = answer.secret("SessionToken")
        let flaw = AWSCredentials.flaw(
            ("`AccessKeyId`", Secret(copying: Array(keyID.utf8))), ("`SecretAccessKey`", secret),
            ("`SessionToken`", token))
        if let flaw { throw unusable(name, "has what cannot be sent: \(flaw)") }
        return AWSCredentials(
            accessKeyID: keyID, secretAccessKey: secret,
            sessionToken: token, expiresAt: try expiry(answer, name),
            endsByAWSClock: true,
            identity: "access key \(keyID) of the `credential_process` of \(profile.title)")
    }

    /// When they end. Whether that is over is AWS's to say: our clock may be wrong.
    private func expiry(
        _ answer: ReplyFields, _ name: String
    ) throws(CredentialError) -> Int64? {
        guard let text = answer.text("Expiration") else { return nil }
        guard let expiresAt = ISO8601.seconds(text) else {
            throw unusable(name, "has an `Expiration` that is no time")
        }
        return expiresAt
    }

    private func unusable(_ name: String, _ problem: String) -> CredentialError {
        CredentialError(
            .configuration, "\(answerTitle(name)) \(problem)",
            remedy: "have it print what AWS's own tools take, a JSON object of `Version` 1")
    }

    private func answerTitle(_ name: String) -> String {
        "what \(name), the `credential_process` of \(profile.title), prints"
    }
}
