"""A user with logins that a code host's authorization server gave out, as the store holds them."""

import sys
import time
import uuid
from pathlib import Path
from typing import NamedTuple

from Support.attributes import decode, encode
from Support.crowd import Crowd

sys.path.append(str(Path(__file__).parents[1] / "Format"))

from sealed_file import open_store  # noqa: E402
from sealed_layout import GIT, GIT_LOGIN, PASSWORD, TOKEN, Binding  # noqa: E402
from sealed_primitives import Cursor  # noqa: E402
from sealed_writer import Description, Draft, Keys, key_file  # noqa: E402

_USERNAMES = {"gitlab": "oauth2", "bitbucket": "x-token-auth"}


class Stored(NamedTuple):
    """What the store holds of a login."""

    username: str
    secret: str
    refresh: str
    expires_at: int
    settings: dict
    is_token: bool


class OAuthUser:
    """A home, a code host, and what the one keeps of the other. All that is seeded was obtained
    years ago."""

    def __init__(self, home, host):
        self.home = home
        self.host = host
        home.env.update(host.environment)
        settings = {
            "credential.helper": "keyfob", "init.defaultBranch": "main",
            "user.name": "A User", "user.email": "user@example.com",
        }
        for name, value in settings.items():
            assert home.run("git", "config", "--global", name, value).code == 0

    # The store, past the programs.

    def seed(self, *logins):
        """Makes a store that holds these, the last one stored last."""
        draft = Draft.of(
            [login._replace(currency=number).description(self.host)
             for number, login in enumerate(logins, 1)], Keys.fresh())
        for path, content in (
                (self.home.credentials, draft.sealed()),
                (self._state / "key", key_file(draft.keys.catalogue)),
                (self._state / "anchor", draft.anchor())):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)

    def stored(self):
        """The logins in the store, in no particular order."""
        files = self.home.credentials, self._state / "key", self._state / "anchor"
        store = open_store(*(path.read_bytes() if path.exists() else None for path in files))
        return [_stored(store, each) for each in store.credentials()] if store else []

    def the_login(self):
        """The only login in the store."""
        (login,) = self.stored()
        return login

    @property
    def _state(self):
        return self.home.path / ".local/state/keyfob"

    # git's side.

    def request(self, **fields):
        return encode({"protocol": "https", "host": self.host.host, **fields})

    def get(self, fields={}, within=(), **options):
        """Asks; `within` comes before the command."""
        return self.home.run(*within, self.home.program("git-credential-keyfob"), "get",
                             input=self.request(**fields), **options)

    def answer(self, **fields):
        """What git is told, in silence."""
        answer = self.get(fields)
        assert (answer.code, answer.err) == (0, b""), answer
        return decode(answer.out)

    def tells(self, verb, **fields):
        """Has git say that something worked, or did not."""
        assert self.home.git(verb, self.request(**fields)) == (0, b"", b"")

    def refusal(self, within=(), **fields):
        """The one line in which `get` says why it has no answer; nothing goes to git."""
        answer = self.get(fields, within)
        assert (answer.code, answer.out) == (1, b""), answer
        assert answer.err.startswith(b"keyfob: ") and answer.err.count(b"\n") == 1, answer
        return answer.err.decode().removeprefix("keyfob: ").rstrip("\n")

    def crowd(self, count, within=()):
        """So many who ask at once; `within` comes before the command."""
        folder = self.home.root / f"crowd-{len(list(self.home.root.glob('crowd-*')))}"
        return Crowd([*within, self.home.program("git-credential-keyfob"), "get"], count,
                     env=self.home.env, input=self.request(), folder=folder)

    # The host's side.

    def grant(self, account="alice", ended=1000, **how):
        """A login as the host gives it out, whose token ended so many seconds ago."""
        tokens = self.host.oauth.grant(account, lifetime=-ended)
        return OAuthLogin(
            tokens["access_token"], tokens.get("refresh_token"),
            int(time.time()) - ended, account, **how)

    @property
    def refreshes(self):
        """How often the server was asked to renew a token."""
        return self.host.count("token", grant="refresh_token")


class OAuthLogin(NamedTuple):
    """A login to be seeded; with no account it is one that no authorization server gave out."""

    secret: str
    refresh: str = None
    expires_at: int = 0
    account: str = "alice"
    is_bearer: bool = False
    username: str = None
    path: str = ""
    refused_at: int = 0
    #: What git asked for when it was given.
    name: str = None
    currency: int = 1

    def description(self, host):
        name = host.host.split(":")[0].encode()
        username = self.username or _USERNAMES.get(host.provider) or self.account
        secrets = [(b"token" if self._is_token else b"password", self.secret.encode())]
        if self.refresh:
            secrets.append((b"refreshToken", self.refresh.encode()))
        settings = {
            # GitLab knows an account by a number, which stays the same.
            "account": host.provider != "gitlab" and self.account,
            "oauth": self.account and host.provider, "oauthName": self.name,
            "oauthHeader": self.is_bearer and "Bearer",
            "oauthRefused": self.refused_at and str(self.refused_at)}
        return Description(
            id=uuid.uuid4().bytes, name=f"login-{self.currency}".encode(), secrets=secrets,
            bindings=[Binding(GIT, name, port=host.port, path=self.path.encode())],
            username=username.encode(), kind=TOKEN if self._is_token else PASSWORD,
            origin=GIT_LOGIN, expires_at=int(self.expires_at), currency=self.currency,
            settings=[(key.encode(), value.encode())
                      for key, value in sorted(settings.items()) if value])

    @property
    def _is_token(self):
        return bool(self.account or self.refresh or self.expires_at)


def _stored(store, credential):
    fields = credential.fields
    secrets = dict(store.secrets(
        credential.record, credential.id, credential.version, credential.kind))
    secret = secrets.get(b"token") or secrets[b"password"]
    settings, cursor = {}, Cursor(fields.get(20, b""), "settings")
    while cursor.more:
        name = cursor.string().decode()
        settings[name] = cursor.string().decode()
    return Stored(
        fields[11].decode(), secret.decode(), secrets.get(b"refreshToken", b"").decode() or None,
        int.from_bytes(fields.get(14, b""), "little") or None, settings, b"token" in secrets)
