import CredentialCore
import Glibc

/// A setting in a configuration file of git's, read and written by git itself.
///
/// A list takes git several runs to write, so they work on a copy: the file never has half of it.
struct GitSetting: ClientSetting {
    let git: GitProgram
    let file: String
    let key: String

    var path: [String] { [key] }

    func read() throws(CredentialError) -> SettingState {
        let exists = access(file, F_OK) == 0
        guard exists else { return SettingState(values: [], existing: 0) }
        let values = try git.values(["config", "--file", file, "--null", "--get-all", key])
        return SettingState(values: values, existing: 1)
    }

    func write(_ values: [String], existing: Int) throws(CredentialError) {
        try ClientFile(file).changeCopy { (copy) throws(CredentialError) in
            let change = ["config", "--file", copy.path]
            guard let first = values.first else {
                try git.run(change + ["--unset-all", key])
                // git leaves an empty file where there was none before.
                let isEmpty = try copy.read()?.isEmpty ?? true
                return existing > 0 || !isEmpty
            }
            try git.run(change + ["--replace-all", key, first])
            for value in values.dropFirst() { try git.run(change + ["--add", key, value]) }
            return true
        }
    }

    /// Refuses to copy a secret: a helper can be a script with a password in it.
    func check(replacing values: [String]) throws(CredentialError) {
        let holdsSecret = values.contains { $0.hasPrefix("!") && $0.contains("password=") }
        guard holdsSecret else { return }
        throw CredentialError(
            .configuration, "\(key) in \(file) is a script that may hold a password",
            remedy: "keep it elsewhere if you need it, remove it with `git config --file \(file) "
                + "--unset-all \(key)`, and try again")
    }

    func lines(_ values: [String]) -> [String] {
        values.map { $0.isEmpty ? "\(key) =" : "\(key) = \($0)" }
    }
}
