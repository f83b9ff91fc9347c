"""A git host over HTTPS on loopback: git's own backend, a provider's API, an OAuth server."""

import base64
import os
import shutil
import threading
from typing import NamedTuple

from .code_host_api import CodeHostAPI
from .code_host_oauth import CodeHostOAuth
from .code_host_tokens import TokenBook
from .loopback import LoopbackServer, Reply
from .processes import finish, prepare

#: How each provider calls itself in its challenge.
_REALMS = {
    "github": "GitHub", "gitlab": "GitLab", "gitea": "Gitea", "forgejo": "Forgejo",
    "bitbucket": "Bitbucket.org HTTP", "azure": "Azure DevOps", "generic": "git",
}


class Call(NamedTuple):
    """One request that came: which endpoint, what it was for, how it was answered."""

    endpoint: str
    method: str
    target: str
    grant: str
    authorization: str
    status: int


class CodeHost(LoopbackServer):
    """Serves `team/app.git` to everybody who logs in, `alice/private.git` and `bob/private.git` to
    their owners (others get 404), and `open/app.git` to anybody who only reads.

    Logins are those of `passwords` (where `takes_passwords`), and the tokens of `book`. What it
    answers can be changed by `tamper`: a function of (endpoint, request, reply) to another reply.
    """

    repositories = ("team/app.git", "alice/private.git", "bob/private.git", "open/app.git")

    def __init__(self, folder, certificate, provider="gitea"):
        self.provider = provider
        self.passwords = {}
        self.takes_passwords = True
        self.book = TokenBook(provider)
        self.oauth = CodeHostOAuth(self)
        self.api = CodeHostAPI(self)
        self.tamper = lambda endpoint, request, reply: reply
        self.calls = []
        self.environment = certificate.environment()
        self.folder = folder
        self._calls_lock = threading.Lock()
        first, *others = (folder / "repositories" / name for name in self.repositories)
        self._make_repository(first)
        for repository in others:
            shutil.copytree(first, repository)
        super().__init__(certificate=certificate)

    def url_of(self, repository="team/app.git", user=None):
        """A repository's URL."""
        authority = f"{user}@{self.host}" if user else self.host
        return f"https://{authority}/{repository}"

    def configuration(self, mode=None, client=True, names_provider=True, **prompt):
        """What a user's keyfob configuration says of this host."""
        lines = [f'[prompt "{self.host}"]']
        if names_provider:
            lines.append(f"\tprovider = {self.provider}")
        if mode:
            lines.append(f"\tmode = {mode}")
        lines += [f"\t{name} = {value}" for name, value in prompt.items()]
        if client:
            lines += [f'[oauth "{self.host}"]', f"\tclientId = {self.oauth.client_id}"]
            lines += [f"\t{name} = {value}" for name, value in self.oauth.own_endpoints().items()]
        return "\n".join(lines) + "\n"

    def count(self, endpoint, grant=None, status=None):
        """How often an endpoint was asked: `git`, `user`, `authorize`, `token`, `device`."""
        with self._calls_lock:
            return sum(
                each.endpoint == endpoint and grant in (None, each.grant)
                and status in (None, each.status) for each in self.calls)

    def branch(self, repository="team/app.git", name="main"):
        """The commit that a branch is at here; None where there is no such branch."""
        done = finish(
            ["git", "-C", str(self.folder / "repositories" / repository), "rev-parse", "--verify",
             "--quiet", f"refs/heads/{name}"], env=self._git_environment(), timeout=10)
        return done.out.decode().strip() or None

    def who(self, request):
        """Whose login a request carries: (account, token or None); None for nobody's."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            token = self.book.live(value)
            return (token.account, token) if token and self.book.is_bearer else None
        if scheme.lower() == "token" and self.provider in ("github", "gitea", "forgejo"):
            token = self.book.live(value)
            return (token.account, token) if token else None
        if scheme.lower() != "basic":
            return None
        name, _, secret = base64.b64decode(value).decode(errors="replace").partition(":")
        if self.takes_passwords and self.passwords.get(name) == secret and secret:
            return name, None
        token = self.book.live(secret)
        if token and self.book.allows(name, token):
            return token.account, token
        return None

    def answer(self, request):
        endpoint, handle = self._route(request.path)
        reply = self.tamper(endpoint, request, handle(request))
        grant = request.form.get("grant_type", "") if request.method == "POST" and (
            endpoint in ("token", "device")) else ""
        with self._calls_lock:
            self.calls.append(Call(
                endpoint, request.method, request.target, grant,
                request.headers.get("Authorization", "").partition(" ")[0],
                reply.status if reply else 0))
        return reply

    def _route(self, path):
        for part in (self.oauth, self.api):
            if path in part.endpoints:
                return part.endpoints[path]
        return "git", self._git

    # Git.

    def _git(self, request):
        name = next((each for each in self.repositories
                     if request.path.startswith(f"/{each}/")), None)
        found = self.who(request)
        reads = "git-receive-pack" not in request.target
        if name == "open/app.git" and reads:
            found = found or ("anybody", None)
        owner = request.path.split("/")[1]
        if self.provider in ("gitea", "forgejo") and not any(
                each.startswith(f"{owner}/") for each in self.repositories):
            # They look for the owner first.
            return Reply(404, b"Not found.\n", {
                "Content-Type": "text/plain",
                "Set-Cookie": "i_like_gitea=0123456789abcdef; Path=/; HttpOnly; SameSite=Lax"})
        if found is None:
            return Reply(401, b"login needed\n", {
                "Content-Type": "text/plain",
                "WWW-Authenticate": f'Basic realm="{_REALMS[self.provider]}"'})
        account, token = found
        if name is None or owner in ("alice", "bob") and owner != account:
            return Reply(404, b"no such repository\n", {"Content-Type": "text/plain"})
        if token and not token.may(self.provider, writes=not reads):
            return Reply(403, b"the token may not do this\n", {"Content-Type": "text/plain"})
        return self._backend(request, account)

    def _backend(self, request, account):
        environment = {
            **self._git_environment(),
            "GIT_PROJECT_ROOT": str(self.folder / "repositories"), "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": request.path, "REQUEST_METHOD": request.method,
            "QUERY_STRING": request.target.partition("?")[2], "REMOTE_USER": account,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(request.body)),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        }
        done = finish(
            ["/usr/lib/git-core/git-http-backend"], env=environment, input=request.body,
            timeout=20)
        head, _, body = done.out.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        return Reply(status, body, headers)

    def _git_environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"}

    def _make_repository(self, path):
        identity = {f"GIT_{who}_{what}": "server@example.com"
                    for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

        def git(*arguments):
            return prepare(
                ["git", "-C", str(path), *arguments],
                env={**identity, **self._git_environment()}).decode().strip()

        path.mkdir(parents=True)
        git("init", "-q", "--bare", "-b", "main")
        git("config", "http.receivepack", "true")
        tree = git("hash-object", "-t", "tree", "-w", "/dev/null")
        git("update-ref", "refs/heads/main", git("commit-tree", tree, "-m", "first"))
