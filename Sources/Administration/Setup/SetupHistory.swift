/// What a record knows of one setting: its edits in order, each from one state to the next. The
/// user may have changed the setting between two of them.
extension SetupRecord {
    /// The first edit of every setting, in order.
    var firstEdits: [Edit] {
        edits.enumerated().filter { index, edit in !edits[..<index].contains(where: edit.isSame) }
            .map(\.element)
    }

    /// Adds an edit that is about to be made.
    mutating func add(_ edit: Edit) {
        // Back where an earlier edit began: that one was taken back, or was never made.
        forget(edit, from: edits.firstIndex { edit.isSame($0) && $0.replaced == edit.replaced })
        let last = edits.last(where: edit.isSame)
        // The beginning of what was to be written is nobody's wish, so there is no way back to it.
        if let last, last.written == edit.written, !edit.replaced.isEmpty,
            last.written.starts(with: edit.replaced)
        {
            return
        }
        edits.append(edit)
    }

    /// Takes edits of a setting back, the last one first, as far as the user's own changes allow.
    /// The others stay, since what they replaced is known from nowhere else.
    ///
    /// - Returns: the last one that was taken back, which says what to restore; nil when the
    ///   setting is neither as setup left it nor as setup found it.
    mutating func takeBack(_ setting: Edit, now: [String]) -> Edit? {
        var taken: Edit?
        if let index = edits.firstIndex(where: { setting.isSame($0) && $0.replaced == now }) {
            taken = edits[index]
            forget(setting, from: index)
        }
        while let index = edits.lastIndex(where: setting.isSame),
            edits[index].written == taken?.replaced ?? now
        {
            taken = edits.remove(at: index)
        }
        return taken
    }

    private mutating func forget(_ setting: Edit, from index: Int?) {
        guard let index else { return }
        edits = edits[..<index] + edits[index...].filter { !setting.isSame($0) }
    }
}

extension SetupRecord.Edit {
    /// Whether an edit is one of the same setting.
    func isSame(_ other: Self) -> Bool { file == other.file && setting == other.setting }
}
