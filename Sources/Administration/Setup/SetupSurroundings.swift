import Configuration
import Glibc

/// Variables as the clients read them: an empty one is not set.
extension Surroundings {
    func nonEmpty(_ name: String) -> String? {
        variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A path in a variable. An undo may run in another folder, so it is made absolute.
    func namedPath(_ name: String) -> String? {
        guard let path = nonEmpty(name) else { return nil }
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    /// Where git, helm and others look for their configuration.
    var clientsConfigurationFolder: String { namedPath("XDG_CONFIG_HOME") ?? "\(home)/.config" }
    /// Where docker's configuration is.
    var dockerConfigurationFile: String {
        "\(namedPath("DOCKER_CONFIG") ?? "\(home)/.docker")/config.json"
    }
}
