import CredentialCore
import Glibc
import HostAccess
import Launch

/// Where no browser can be opened, the person opens the page themselves: here, by a forwarded port,
/// or on another machine, whose browser then cannot bring the answer.
extension OAuthLogin {
    private static let attempts = 3

    /// The server's answer: what a browser brings, or the person pastes.
    ///
    /// - Throws: as ``run()``; `configuration` where the page can be shown to nobody.
    func answerByHand(
        _ visit: AwaitedVisit, _ page: BrowserPage
    ) throws(CredentialError) -> RedirectAnswer {
        guard conversation.showsPages else { throw nothingShown }
        try conversation.announce([
            "Open this page in a browser to log in to \(host):",
            "  \(page.url)",
            "Keyfob goes on by itself when you are done. A browser on another machine cannot reach",
            "the last page: then paste that page's address here.",
        ])
        let watch = try VisitWatch(visit, until: Deadline(milliseconds: deadline.remaining))
        defer { watch.stop() }
        for _ in 0..<Self.attempts {
            guard let line = try ask(unless: watch), !line.isEmpty else { break }
            if watch.isOver { break }
            if let answer = visit.answer(pasted: line) { return answer }
            try? conversation.tell(
                "That is not it: the address begins with \(visit.listener.redirect) and has the "
                    + "answer to this login in it.")
        }
        guard let answer = watch.wait() else { throw deadline.error }
        return answer
    }

    /// What is said where a page or a code can be shown to nobody: nobody may be waited for.
    var nothingShown: CredentialError {
        CredentialError(
            .configuration,
            "there is neither a browser nor a terminal to log in to \(host) with",
            remedy: "run `\(request.loginCommand)` on a terminal first")
    }

    /// Asks for the address; nil once it is not needed, or where nobody can be asked: the page was
    /// shown all the same, and a browser may come.
    private func ask(unless watch: VisitWatch) throws(CredentialError) -> Secret? {
        do throws(CredentialError) {
            return try conversation.ask("Address of the last page: ", until: watch.descriptor)
        } catch {
            guard error.code != .declined || watch.isOver else { throw error }
            return nil
        }
    }
}
