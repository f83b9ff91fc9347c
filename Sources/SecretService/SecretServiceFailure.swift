public import CredentialCore

/// What can be wrong with the desktop's Secret Service, each with what to do next. Both programs
/// that speak to it use these, so that one state has one message.
public enum SecretServiceFailure {
    private static let elsewhere =
        "keep secrets in the encrypted file (`keyfob init --store file`, then `keyfob move --to file` "
        + "where the keyring is)"

    /// No bus is named by the environment: ssh, cron, containers, CI.
    public static let noBus = CredentialError(
        .absent, "there is no session bus here, and so no Secret Service",
        remedy: "run this in a desktop session, or \(elsewhere)")

    /// The bus is named, but nobody listens there or it refuses us.
    public static func noConnection(_ reason: String) -> CredentialError {
        CredentialError(
            .absent, "the session bus cannot be reached: \(reason)",
            remedy: "check DBUS_SESSION_BUS_ADDRESS, or \(elsewhere)")
    }

    /// The bus belongs to another user, who would read along.
    public static func foreignBus(owner: UInt32) -> CredentialError {
        CredentialError(
            .absent, "the session bus belongs to another user (uid \(owner))",
            remedy: "set DBUS_SESSION_BUS_ADDRESS to a bus of your own")
    }

    /// The bus runs, but nothing provides the service.
    public static let noService = CredentialError(
        .absent, "no Secret Service runs on the session bus",
        remedy: "start gnome-keyring or KeePassXC, or \(elsewhere)")

    /// The service has no default keyring yet.
    public static let noDefaultCollection = CredentialError(
        .unreachable, "the Secret Service has no default keyring",
        remedy: "make one with `keyfob init --store secret-service`")

    /// The keyring is there, but its password has not been given.
    public static let locked = CredentialError(
        .locked, "the keyring is locked", remedy: "run `keyfob unlock`")

    /// The keyring is open, but gives this item to a program only once its user has agreed.
    public static let confirmationWanted = CredentialError(
        .locked, "the keyring wants to ask before it gives a secret to a program",
        remedy: "switch that off (KeePassXC: Settings, Secret Service Integration), or \(elsewhere)"
    )

    /// The failure for an item that is locked.
    public static func locked(_ item: ServiceItem) -> CredentialError {
        item.wantsConfirmation ? confirmationWanted : locked
    }

    /// The window that asked for the password was closed, or could not be shown at all.
    public static let promptDismissed = CredentialError(
        .locked, "the keyring's prompt was dismissed, and the keyring stays locked",
        remedy: "run `keyfob unlock` where a window can be shown, and give the password")

    /// Nobody answered the window that asked for the password.
    public static func promptUnanswered(seconds: Int) -> CredentialError {
        CredentialError(
            .locked, "nobody answered the keyring's prompt within \(seconds) s",
            remedy: "run `keyfob unlock` and give the keyring's password")
    }

    /// The service, or the bus, is slow or hangs.
    public static func noAnswer(milliseconds: Int) -> CredentialError {
        let time = milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
        return CredentialError(
            .unreachable, "the Secret Service did not answer within \(time)",
            remedy: "try again; if it stays so, restart the keyring or the desktop session")
    }

    /// The service ended, or left the bus, in the middle of a call.
    public static let ended = CredentialError(
        .unreachable, "the Secret Service ended while it was asked",
        remedy: "try again; the next request starts it anew where the session can")

    /// The service answers `plain` sessions with a refusal.
    public static let plainRefused = CredentialError(
        .unreachable, "the Secret Service refuses to send secrets in plain over the bus",
        remedy: "set `[secret-service] session = dh` in the configuration")

    /// The service refused a call for a reason of its own.
    public static func refused(_ action: String, _ reason: String) -> CredentialError {
        CredentialError(
            .unreachable, "the Secret Service cannot \(action): \(reason)",
            remedy: "see `keyfob status`")
    }

    /// The catalogue names an item that the service does not have.
    public static func itemGone(_ name: String) -> CredentialError {
        CredentialError(
            .damaged, "the keyring no longer holds the secret of \(name)",
            remedy: "set it anew with `keyfob edit \(name)`, or `keyfob remove \(name)`")
    }

    /// The item is there, but holds nothing, or not what was stored.
    public static func itemUnreadable(_ name: String) -> CredentialError {
        CredentialError(
            .damaged, "the keyring's item of \(name) holds no secret that could be read",
            remedy: "set it anew with `keyfob edit \(name)`")
    }
}
