import CredentialCore
import Launch

/// By when a person has to have answered: nobody may sit there.
struct PersonsDeadline {
    private let seconds: Int
    private let deadline: Deadline

    init(seconds: Int) {
        self.seconds = seconds
        deadline = Deadline(milliseconds: seconds * 1000)
    }

    /// The milliseconds that are left.
    var remaining: Int { deadline.remaining }

    /// What is said when it is past.
    var error: CredentialError {
        CredentialError(
            .declined, "nobody answered within \(seconds) seconds",
            remedy: "try again, or set `timeout` in the section [prompt] of Keyfob's configuration")
    }
}
