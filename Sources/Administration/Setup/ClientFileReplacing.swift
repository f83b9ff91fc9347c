import CredentialCore
import Glibc
import ProtectedFiles

/// Changes a file on a copy beside it, which then takes its place at once.
///
/// The file keeps its owner and mode, and a link to it stays one. Folders are made as needed.
extension ClientFile {
    /// Replaces the bytes by what `edit` makes of them; nil takes the file away.
    func change(_ edit: (Secret?) throws(CredentialError) -> Secret?) throws(CredentialError) {
        let target = ClientFile(try destination())
        let old = try target.read()
        guard let new = try edit(old) else { return try target.remove() }
        if let old, new.matches(old) { return }
        try target.replace(old) { (copy) throws(CredentialError) in
            try copy.create(new)
            return true
        }
    }

    /// Lets a program edit a copy, in as many steps as it takes: the file itself changes once, or
    /// not at all.
    ///
    /// - Parameter edit: edits the copy; false takes the file away.
    func changeCopy(
        _ edit: (ClientFile) throws(CredentialError) -> Bool
    ) throws(CredentialError) {
        let target = ClientFile(try destination())
        let old = try target.read()
        try target.replace(old) { (copy) throws(CredentialError) in
            try copy.create(old ?? Secret(SecretBuffer()))
            return try edit(copy)
        }
    }

    /// Puts a copy that `make` makes in the file's place; false takes the file away.
    private func replace(
        _ old: Secret?, _ make: (ClientFile) throws(CredentialError) -> Bool
    ) throws(CredentialError) {
        let folder = Self.folder(of: path)
        try Self.make(folder)
        removeOldCopies()
        let copy = ClientFile(copyPrefix + Self.randomTag())
        do throws(CredentialError) {
            let isKept = try make(copy)
            if isKept { try copy.finish(like: self) }
            // The client itself may have written meanwhile.
            guard isUnchanged(try read(), since: old) else {
                throw CredentialError(
                    .conflict, "\(path) was changed by somebody else at the same moment",
                    remedy: "try again")
            }
            guard isKept else {
                try copy.remove()
                return try remove()
            }
            guard rename(copy.path, path) == 0 else {
                throw SystemFailure.error("cannot replace", path)
            }
        } catch {
            unlink(copy.path)
            throw error
        }
        Self.flush(folder)
    }

    private var copyPrefix: String { "\(path).keyfob-" }

    /// A name's end that no user would think of.
    private static func randomTag() -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return String(repeating: "0", count: tagLength - digits.count) + digits
    }

    private static var tagLength: Int { 16 }

    /// Removes what setups that were killed left behind: a copy, and perhaps git's lock of it.
    /// Whatever is in the file, logins too, is in its copy as well.
    private func removeOldCopies() {
        for old in Self.files(in: Self.folder(of: path)) where old.hasPrefix(copyPrefix) {
            let end = old.dropFirst(copyPrefix.count)
            let tag = end.hasSuffix(".lock") ? end.dropLast(".lock".count) : end
            let isTag = tag.utf8.count == Self.tagLength && tag.allSatisfy(\.isHexDigit)
            if isTag { unlink(old) }
        }
    }

    private func isUnchanged(_ now: Secret?, since old: Secret?) -> Bool {
        guard let now, let old else { return now == nil && old == nil }
        return now.matches(old)
    }

    private func remove() throws(CredentialError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw SystemFailure.error("cannot remove", path)
        }
    }

    /// Makes a copy, which nobody else can read yet.
    private func create(_ bytes: Secret) throws(CredentialError) {
        let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw SystemFailure.error("cannot write", path) }
        defer { close(opened) }
        try bytes.withBytes { (bytes) throws(CredentialError) in
            try WholeWrite.write(bytes, to: opened, named: path)
        }
    }

    /// Gives a copy the owner and mode of the original, and sees it safe on the disk.
    private func finish(like original: ClientFile) throws(CredentialError) {
        let opened = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { throw SystemFailure.error("cannot open", path) }
        defer { close(opened) }
        var status = stat()
        if stat(original.path, &status) == 0 {
            // Only root can give a file away; anybody else is its owner already.
            _ = fchown(opened, status.st_uid, status.st_gid)
            guard fchmod(opened, status.st_mode & 0o7777) == 0 else {
                throw SystemFailure.error("cannot write", path)
            }
        }
        guard fsync(opened) == 0 else { throw SystemFailure.error("cannot flush", path) }
    }

    /// Where links lead, also those to a file that is not there yet.
    private func destination() throws(CredentialError) -> String {
        var place = path
        for _ in 0..<40 {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(place, &buffer, buffer.count)
            guard length > 0 else { return place }
            let bytes = buffer[..<length].map(UInt8.init(bitPattern:))
            let target = String(decoding: bytes, as: UTF8.self)
            place = target.hasPrefix("/") ? target : "\(Self.folder(of: place))/\(target)"
        }
        throw SystemFailure.error("cannot open", path, number: ELOOP)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func make(_ folder: String) throws(CredentialError) {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        if errno == ENOENT, folder != Self.folder(of: folder) {
            try make(Self.folder(of: folder))
            if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        }
        throw SystemFailure.error("cannot make", folder)
    }

    private static func flush(_ folder: String) {
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return }
        fsync(opened)
        close(opened)
    }
}
