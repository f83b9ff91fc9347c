import CredentialCore
import Glibc
import ProtectedFiles

/// What opening a file was refused with; nil when it was opened.
func refusal(ofOpening path: String, as rule: FileRule) -> CredentialError? {
    do throws(CredentialError) {
        guard try ProtectedFile(path: path, rule: rule) != nil else {
            return CredentialError(.notFound, "there is no \(path)")
        }
        return nil
    } catch {
        return error
    }
}

/// What opening a folder was refused with; nil when it was opened.
func refusal(ofOpeningFolder path: String) -> CredentialError? {
    do throws(CredentialError) {
        guard try Folder(opening: path) != nil else {
            return CredentialError(.notFound, "there is no \(path)")
        }
        return nil
    } catch {
        return error
    }
}

/// What `body` was refused with, if it was.
func refusal(of body: () throws(CredentialError) -> Void) -> CredentialError? {
    do throws(CredentialError) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Gives a file to another user, or names one that is another user's already: only root may give
/// anything away, and has everything that a user could find.
func anotherUsers(_ path: String) -> String {
    chown(path, 1, 1) == 0 ? path : "/etc/passwd"
}

/// A secret file, opened.
func opened(_ path: String) throws(CredentialError) -> ProtectedFile {
    guard let file = try ProtectedFile(path: path, rule: .secret) else {
        throw CredentialError(.notFound, "there is no \(path)")
    }
    return file
}
