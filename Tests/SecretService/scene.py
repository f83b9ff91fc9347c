"""Where the state tests play: a credential whose secret is in the keyring, and its clients."""

import time

from administrator import MISS, Refused
from Support import Account
from Support.attributes import encode

REGISTRY, FORGE = "r.example.com", "git.example.com"
STRANGER = "unbound.example.com"
BOT = Account("bot", "canary of the bot")


class Scene:
    """One credential, `ci`, for a registry and a forge; it has answered both."""

    def __init__(self, admin, bus, service):
        self.admin = admin
        self.home = admin.home
        self.bus = bus
        self.service = service
        admin.does(f"keyfob add ci --username bot --bind registry:{REGISTRY} --bind git:{FORGE}"
                   " --stdin", BOT.password)
        assert self.answers() == [BOT, BOT]

    def answers(self, **env):
        """What both clients are told when they ask for the credential."""
        return [self.admin.docker_get(REGISTRY, **env), self.admin.git_get(FORGE, **env)]

    def refusals(self, **env):
        """The lines in which both clients are refused, each given in time."""
        lines = []
        for ask in (lambda: self.admin.docker_get(REGISTRY, **env),
                    lambda: self.admin.git_get(FORGE, **env)):
            start = time.monotonic()
            answer = ask()
            seconds = time.monotonic() - start
            assert isinstance(answer, Refused), answer
            assert seconds < 2.5, f"{answer} came after {seconds:.1f} s"
            lines.append(answer.line.removeprefix("keyfob: "))
        return lines

    def misses(self):
        """Asks for what nobody has: each helper says so in its own way, and at once."""
        start = time.monotonic()
        assert self.home.docker("get", STRANGER) == (1, MISS, b"")
        request = encode({"protocol": "https", "host": STRANGER})
        assert self.home.git("get", request) == (0, b"", b"")
        assert time.monotonic() - start < 1

    def item(self):
        """The credential's item in the keyring."""
        (item,) = self.service.items(**{"xdg:schema": "dev.keyfob.Credential"})
        return item
