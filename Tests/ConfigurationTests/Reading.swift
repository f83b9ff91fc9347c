import Configuration
import CredentialCore

/// The entries of a file with this content.
func entries(_ text: String) throws -> [ConfigurationSyntax.Entry] {
    try ConfigurationSyntax.entries(in: Array(text.utf8), path: "config")
}

/// The configuration that a user's file with this content makes.
func configuration(
    _ text: String, _ variables: [String: String] = [:]
) throws -> Configuration {
    let home = try TemporaryFolder()
    try home.write(".config/keyfob/config", text)
    return try Configuration(surroundings(home, variables))
}

/// What a program started in this home finds.
func surroundings(
    _ home: TemporaryFolder, _ variables: [String: String] = [:], program: String = "keyfob"
) throws -> Surroundings {
    let all = variables.merging(["HOME": home.path]) { given, _ in given }
    return try Surroundings(programName: program) { all[$0] }
}

/// What `body` was refused with, if it was.
func refusal<Value>(of body: @autoclosure () throws -> Value) -> CredentialError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? CredentialError
    }
}
