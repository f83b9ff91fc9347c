"""A user without a login, who is asked by git in mode `oauth`."""

from Support.attributes import decode, encode


class User:
    """Somebody for whom Keyfob is registered as a client, with a browser or without."""

    def __init__(self, home, host):
        self.home = home
        self.host = host
        home.env.update(host.environment)
        # There is no terminal either; a browser is all there is.
        del home.env["GIT_TERMINAL_PROMPT"]
        self.configure()
        settings = {
            "credential.helper": "keyfob", "init.defaultBranch": "main",
            "user.name": "A User", "user.email": "user@example.com",
        }
        for name, value in settings.items():
            assert home.run("git", "config", "--global", name, value).code == 0

    def configure(self, client=None, **prompt):
        """Writes the configuration: keys of `[prompt]`, and more of the client's."""
        general = "".join(f"\t{name} = {value}\n" for name, value in prompt.items())
        more = "".join(f"\t{name} = {value}\n" for name, value in (client or {}).items())
        self.home.configure(f"[prompt]\n{general}" + self.host.configuration("oauth") + more)

    def uses(self, *browsers):
        """Sets $BROWSER."""
        self.home.env["BROWSER"] = ":".join(str(each.script) for each in browsers)

    @property
    def request(self):
        return encode({"protocol": "https", "host": self.host.host})

    def get(self, **fields):
        """Asks as git does."""
        request = encode({"protocol": "https", "host": self.host.host, **fields})
        return self.home.git("get", request, timeout=30)

    def login(self, **fields):
        """The login that git is given; its protocol is clean."""
        answer = self.get(**fields)
        assert answer.code == 0, answer
        login = decode(answer.out)
        assert set(login) <= {
            "username", "password", "password_expiry_utc", "oauth_refresh_token"}, login
        return login

    def refusal(self, **fields):
        """What is said to why there is no login; git is told nothing but to quit, if that."""
        answer = self.get(**fields)
        assert answer.code != 0 or answer.out == b"quit=1\n", answer
        assert answer.out in (b"", b"quit=1\n"), answer
        return answer.err.decode()

    def stored(self):
        """What git is told in mode `off`: what is stored, and nothing else."""
        self.home.configure(self.host.configuration("off"))
        answer = self.get()
        assert answer.code == 0, answer
        return decode(answer.out)

    def owns(self, token):
        """Whose token the host gave."""
        found = self.host.book.live(token)
        return found.account if found else None
