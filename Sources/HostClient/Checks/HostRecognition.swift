import CredentialCore
import HostAccess
import Hosts
import Transport

/// Finds out what runs at a git host of which nobody said it: by how it asks for a login, which git
/// tells its helpers since 2.41 and which git before that keeps to itself.
struct HostRecognition {
    /// Somebody waits to be asked.
    private static let patience = 5000
    /// A stranger's headers: a few of them, of a sensible length.
    private static let countLimit = 8
    private static let lengthLimit = 1024

    private let context: HostContext
    private let place: HostPlace

    init(_ context: HostContext, _ place: HostPlace) {
        self.context = context
        self.place = place
    }

    /// How the host asks for a login; nothing where it does not, or cannot be asked.
    func challenges() -> [String] {
        var request = HTTPRequest(.get, url, headers: [HTTPHeader("Git-Protocol", "version=2")])
        request.timeout = Self.patience
        guard let answer = try? context.send(request) else { return [] }
        guard answer.status == 401 else { return answer.isGiteas ? [Self.giteas] : [] }
        let headers = answer.headers.filter { $0.name == "www-authenticate" }
        return headers.map(\.value).filter { $0.utf8.count <= Self.lengthLimit }
            .prefix(Self.countLimit).map(\.self)
    }

    /// What git asks before it pushes, which nobody may without a login. GitHub and GitLab want one
    /// even for a repository that does not exist, so that nobody learns which do; an address that
    /// ends above a repository is gone on with one.
    private var url: String {
        var segments = place.address.path.split(separator: UInt8(ascii: "/"))
            .map { PercentEncoding.text($0) }
        if segments.isEmpty { segments.append("keyfob") }
        if segments.count == 1 { segments.append("unknown") }
        // GitLab sends who leaves this out somewhere else.
        let isWhole = segments.last?.hasSuffix(".git") ?? false
        return HostLocation(place.address).root + "/" + segments.joined(separator: "/")
            + (isWhole ? "" : ".git") + "/info/refs?service=git-receive-pack"
    }

    /// How Gitea asks for a login, where it does.
    private static let giteas = "Basic realm=\"Gitea\""
}

extension HTTPResponse {
    /// Whether it comes from a Gitea or Forgejo, by the cookie that each visitor gets
    /// (<https://docs.gitea.com/administration/config-cheat-sheet>, `COOKIE_NAME`): they answer 404
    /// for owners that do not exist.
    fileprivate var isGiteas: Bool {
        headers.contains { $0.name == "set-cookie" && $0.value.hasPrefix("i_like_gitea=") }
    }
}
