"""The tokens that a code host knows: who they are, what they may do, and until when."""

import secrets
import threading
import time
from dataclasses import dataclass, field

#: What a token of each provider begins with: personal ones, and those of OAuth.
_PREFIXES = {
    "github": ("ghp_", "gho_"), "gitlab": ("glpat-", ""), "gitea": ("", ""), "forgejo": ("", ""),
    "bitbucket": ("ATCTT3x", ""), "azure": ("", ""), "generic": ("", ""),
}

#: What a token must be allowed for git to read and to write with it; whatever the provider.
_READS = {"repo", "read_repository", "write_repository", "api", "repository", "repository:write",
          "read:repository", "write:repository", "all", "vso.code", "vso.code_write"}
_WRITES = {"repo", "write_repository", "api", "repository:write", "write:repository", "all",
           "vso.code_write"}

#: The user name without which git cannot use an OAuth token there.
_OAUTH_USERS = {"gitlab": "oauth2", "bitbucket": "x-token-auth"}


@dataclass
class Token:
    """A token; with neither scopes nor an end it may do everything for ever."""

    account: str
    scopes: tuple = ("all",)
    ends: float = None
    is_oauth: bool = False
    #: Whether the organisation still wants it authorised for its single sign-on.
    wants_sso: bool = False
    family: str = ""
    made: float = field(default_factory=time.time)

    def may(self, provider, writes):
        return bool(set(self.scopes) & (_WRITES if writes else _READS))


class TokenBook:
    """Gives tokens out, and knows them again."""

    def __init__(self, provider):
        self._provider = provider
        self._lock = threading.Lock()
        self.tokens = {}
        #: Whether `Authorization: Bearer` is taken.
        self.is_bearer = True

    def give(self, account="alice", text=None, lifetime=None, **how):
        """A new token, of this text if one is given; a negative lifetime makes one that ended."""
        prefix = _PREFIXES[self._provider][bool(how.get("is_oauth"))]
        text = text or prefix + secrets.token_hex(20)
        ends = None if lifetime is None else time.time() + lifetime
        with self._lock:
            self.tokens[text] = Token(account, ends=ends, **how)
        return text

    def live(self, text):
        """The token of this text, if it is good now."""
        with self._lock:
            token = self.tokens.get(text)
        return token if token and (token.ends is None or token.ends > time.time()) else None

    def revoke(self, text):
        with self._lock:
            self.tokens.pop(text, None)

    def allows(self, name, token):
        """Whether git may send a token with this user name."""
        wanted = _OAUTH_USERS.get(self._provider)
        return not token.is_oauth or wanted in (None, name)
