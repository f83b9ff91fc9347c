extension SealedFile {
    /// Tells the file from one that is made in its place. One that is sealed anew under other keys
    /// has another, too.
    public var fileID: [UInt8] { header.fileID }
}

extension Draft {
    /// That of the file it is for.
    public var fileID: [UInt8] { header.fileID }
}
