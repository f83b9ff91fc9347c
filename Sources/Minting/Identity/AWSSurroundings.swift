import Configuration
import CredentialCore
import Launch
import Tokens
import Transport

/// What AWS credentials are looked for in, and by what means.
struct AWSSurroundings {
    /// A variable of the environment; nil where it is not set, or empty.
    let variable: (AWSVariable) -> String?
    /// The user's home folder.
    let home: String
    /// The folder in which Keyfob keeps what it only needs on this machine, its locks among it.
    let stateFolder: String
    /// Where the kernel tells of the machine.
    var system = "/sys"
    /// Reads files, and remembers which, and what was in them: a cached token belongs to that.
    let files: WitnessedFiles
    /// Sends requests.
    let http: any HTTPClient
    /// When everything has to be done.
    let deadline: Deadline
    /// The time by our clock, in seconds since 1970.
    let now: () -> Int64
    /// Whether a profile's `credential_process` may be run.
    let runsProcesses: Bool
    /// Whether the metadata service of an EC2 instance is asked.
    let metadata: MetadataUse
    /// The one-time password for a role that wants one, when the user was asked.
    let mfaCode: Secret?
}
