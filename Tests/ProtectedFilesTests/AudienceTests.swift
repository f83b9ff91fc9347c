import CredentialCore
import Glibc
import ProtectedFiles
import Testing

/// Folders for a group are root's: where the tests run as somebody else, there is none to test.
@Suite(.enabled(if: geteuid() == 0)) struct AudienceTests {
    /// Any group that is not root's own.
    private static let group: gid_t = 4242

    private func folder() throws -> TemporaryFolder {
        let temporary = try TemporaryFolder()
        try Folder.make("\(temporary.path)/shared", forGroup: Self.group)
        return temporary
    }

    private func status(_ path: String) -> (user: uid_t, group: gid_t, mode: mode_t) {
        var status = stat()
        lstat(path, &status)
        return (status.st_uid, status.st_gid, status.st_mode & 0o7777)
    }

    @Test func `what is written in it is the group's to read`() throws {
        let temporary = try folder()
        let shared = "\(temporary.path)/shared"
        #expect(status(shared) == (0, Self.group, 0o750))
        let folder = try Folder(making: shared, for: .group)
        umask(0)
        defer { umask(0o022) }
        try folder.write("file", Array("x".utf8))
        #expect(status("\(shared)/file") == (0, Self.group, 0o640))
        #expect(try folder.file("file")?.readAll(limit: 10) == Array("x".utf8))
        // Whoever can read a lock file can also hold the lock.
        try folder.withLock("lock") {}
        #expect(status("\(shared)/lock") == (0, 0, 0o600))
    }

    @Test(arguments: [
        (0o750, nil), (0o700, nil), (0o770, "chmod 750"), (0o755, "chmod 750"),
        (0o751, "chmod 750"),
    ])
    func `it is nobody else's`(mode: mode_t, remedy: String?) throws {
        let temporary = try folder()
        let shared = "\(temporary.path)/shared"
        #expect(chmod(shared, mode) == 0)
        let error = refusal(of: { () throws(CredentialError) in
            _ = try Folder(opening: shared, for: .group)
        })
        #expect(error?.code == (remedy == nil ? nil : .unsafeFile))
        if let remedy { #expect(error?.remedy?.contains(remedy) == true) }
    }

    @Test(arguments: [(0o640, true), (0o600, true), (0o660, false), (0o644, false)])
    func `a file in it is root's, and others' to read at most by the group`(
        mode: mode_t, isRead: Bool
    ) throws {
        let temporary = try folder()
        let folder = try Folder(making: "\(temporary.path)/shared", for: .group)
        try folder.write("file", [1])
        let path = folder.path(of: "file")
        #expect(chmod(path, mode) == 0)
        let error = refusal(of: { () throws(CredentialError) in _ = try folder.file("file") })
        #expect(error?.code == (isRead ? nil : .unsafeFile))
        #expect(chmod(path, 0o640) == 0 && chown(path, 1, Self.group) == 0)
        let foreign = refusal(of: { () throws(CredentialError) in _ = try folder.file("file") })
        #expect(foreign?.code == .unsafeFile)
    }

    @Test func `it is not made by the way, and made again it is put right`() throws {
        let temporary = try TemporaryFolder()
        let shared = "\(temporary.path)/shared"
        let error = refusal(of: { () throws(CredentialError) in
            _ = try Folder(making: shared, for: .group)
        })
        #expect(error?.code == .absent)
        try Folder.make(shared, forGroup: 0)
        try temporary.write("shared/file", "x", mode: 0o600)
        try Folder.make(shared, forGroup: Self.group)
        let folder = try Folder(making: shared, for: .group)
        try folder.shareAgain("file")
        try folder.shareAgain("missing")
        #expect(status(shared) == (0, Self.group, 0o750))
        #expect(status("\(shared)/file") == (0, Self.group, 0o640))
        for planted in ["link", "twin"] {
            let other = try temporary.write("other-\(planted)", "x", mode: 0o600)
            let isPlanted =
                planted == "link"
                ? symlink(other, "\(shared)/\(planted)") : link(other, "\(shared)/\(planted)")
            #expect(isPlanted == 0)
            let refused = refusal(of: { () throws(CredentialError) in
                try folder.shareAgain(planted)
            })
            #expect(refused?.code == .unsafeFile)
            #expect(status(other) == (0, 0, 0o600))
        }
        // What somebody else could write to is not made trustworthy by a chmod.
        #expect(chmod(shared, 0o770) == 0)
        let unsafe = refusal(of: { () throws(CredentialError) in
            try Folder.make(shared, forGroup: Self.group)
        })
        #expect(unsafe?.code == .unsafeFile)
    }
}
