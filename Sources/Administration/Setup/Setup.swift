import CLinux
import Configuration
import CredentialCore
import ProtectedFiles

/// One run of `keyfob setup`, for any client.
struct Setup {
    private let client: any SetupClient
    private let isUndo: Bool
    private let recordFolder: String

    /// Plans, makes and shows the change that the options ask for.
    ///
    /// Keyfob's own configuration plays no part: a mistake in it must not keep anybody from undoing
    /// a setup.
    static func run(
        _ options: SetupOptions, _ client: (Surroundings) -> any SetupClient
    ) throws(CredentialError) {
        linux_refuse_core_dumps()
        let surroundings = try Surroundings.current()
        try surroundings.becomeOwnerOfHome()
        let setup = Setup(
            client: client(surroundings), isUndo: options.undo,
            recordFolder: "\(surroundings.stateFolder)/setup")
        let plan = try setup.plan()
        let isApplied = !options.dryRun
        if isApplied, !plan.isEmpty { try setup.apply() }
        let report = SetupReport(
            client: setup.client.name, file: setup.client.file,
            unchanged: setup.client.unchanged(isDryRun: options.dryRun),
            changes: plan.changes, unseenLogins: plan.unseenLogins)
        try report.show(options)
        for line in plan.left { Console.note(line) }
        guard !options.undo else { return }
        let isInEffect = isApplied || plan.changes.isEmpty
        for line in try setup.client.warnings(isInEffect: isInEffect) { Console.note(line) }
    }

    /// What is to be done, with the record as it is afterwards.
    private struct Plan {
        var changes: [SettingChange] = []
        var unseenLogins: [UnseenLogin] = []
        /// What the user changed since, and so is left alone.
        var left: [String] = []
        var record: SetupRecord
        var changesRecord = false

        var isEmpty: Bool { changes.isEmpty && !changesRecord }
    }

    private func record() throws(CredentialError) -> SetupRecord {
        try SetupRecord.load(client.name, from: recordFolder)
    }

    private func plan() throws(CredentialError) -> Plan {
        let record = try record()
        var plan = try isUndo ? undoing(record) : settingUp(record)
        plan.changesRecord = plan.record != record
        plan.unseenLogins = try client.unseenLogins(after: plan.changes, isUndo: isUndo)
        return plan
    }

    private func settingUp(_ record: SetupRecord) throws(CredentialError) -> Plan {
        var plan = Plan(record: record)
        for (setting, values) in client.wanted {
            let state = try setting.read()
            guard state.values != values else { continue }
            try setting.check(replacing: state.values)
            plan.changes.append(
                SettingChange(
                    setting: setting, before: state.values, after: values,
                    existing: state.existing))
            plan.record.add(
                SetupRecord.Edit(
                    file: setting.file, setting: setting.path, written: values,
                    replaced: state.values, existing: state.existing))
        }
        return plan
    }

    private func undoing(_ record: SetupRecord) throws(CredentialError) -> Plan {
        var plan = Plan(record: record)
        for first in record.firstEdits.reversed() {
            guard let setting = client.setting(of: first) else { continue }
            let now = try setting.read().values
            let last = plan.record.takeBack(first, now: now)
            if let last, last.replaced != now {
                plan.changes.append(
                    SettingChange(
                        setting: setting, before: now, after: last.replaced,
                        existing: last.existing))
            } else if last == nil {
                let name = setting.path.joined(separator: " ")
                plan.left.append(
                    "\(Printable.text(name)) in \(Printable.text(first.file)) was changed since "
                        + "setup and is left as it is")
            }
        }
        return plan
    }

    /// Plans again under the lock, since another setup may have come first, and makes the change.
    ///
    /// The record of a change comes before the change, and goes after it is undone: killed in
    /// between, an undo finds a setting as it was before setup, which is what it is to put back.
    private func apply() throws(CredentialError) {
        let folder = try Folder(making: recordFolder)
        try folder.withLock("lock") { () throws(CredentialError) in
            let record = try record()
            let plan = try isUndo ? undoing(record) : settingUp(record)
            if !isUndo { try plan.record.save(client.name, in: folder) }
            for change in plan.changes {
                try change.setting.write(change.after, existing: change.existing)
            }
            if isUndo { try plan.record.save(client.name, in: folder) }
        }
    }
}
