"""A user's home that nothing of this machine reaches into."""

from .processes import SYSTEM_PATH, finish


class ScratchHome:
    """A private home with an environment built from nothing and the programs under test on PATH.

    Whatever variables the machine sets (certificates, proxies, buses, stores) stay outside. Tests
    change `env` for good or pass variables to one call; there `None` takes a variable away.
    """

    def __init__(self, root, prefix):
        self.root = root
        self.prefix = prefix
        self.path = root / "home"
        #: First on PATH, for recorders of what clients call; links to the programs come next.
        self.recorders = root / "recorders"
        self.links = root / "links"
        self.config = self.path / ".config/keyfob/config"
        self.credentials = self.path / ".local/share/keyfob/credentials.keyfob"
        for folder in (self.path, self.recorders, self.links, root / "run", root / "tmp"):
            folder.mkdir(mode=0o700)
        self.env = {
            "HOME": str(self.path),
            "XDG_CONFIG_HOME": str(self.path / ".config"),
            "XDG_DATA_HOME": str(self.path / ".local/share"),
            "XDG_STATE_HOME": str(self.path / ".local/state"),
            "XDG_CACHE_HOME": str(self.path / ".cache"),
            "XDG_RUNTIME_DIR": str(root / "run"),
            "TMPDIR": str(root / "tmp"),
            "PATH": f"{self.recorders}:{self.links}:{prefix}/bin:{SYSTEM_PATH}",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "KEYFOB_STORE": "file",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.path / ".gitconfig"),
            "GIT_TERMINAL_PROMPT": "0",
            # An engine that runs on this machine must not answer in the client's place.
            "DOCKER_HOST": f"unix://{root}/no-engine.sock",
        }

    def run(self, *argv, input=b"", cwd=None, timeout=20, **env):
        """Runs any program as this user: (code, stdout, stderr)."""
        merged = {**self.env, **{name: str(value) for name, value in env.items()}}
        merged = {name: value for name, value in merged.items() if env.get(name, "") is not None}
        data = input.encode() if isinstance(input, str) else input
        return finish(argv, env=merged, input=data, cwd=cwd or self.path, timeout=timeout)

    def program(self, name):
        """The path of a program under test, or of a link to one."""
        link = self.links / name
        return link if link.is_symlink() else self.prefix / "bin" / name

    def docker(self, verb, input=b"", program="docker-credential-keyfob", **options):
        """Speaks to the docker helper itself, past any recorder."""
        return self.run(self.program(program), verb, input=input, **options)

    def git(self, verb, input=b"", program="git-credential-keyfob", **options):
        """Speaks to the git helper itself, past any recorder."""
        return self.run(self.program(program), verb, input=input, **options)

    def keyfob(self, *args, input=b"", **options):
        """Runs the administrator's command."""
        return self.run(self.program("keyfob"), *args, input=input, **options)

    def link(self, name, program):
        """Puts a link called `name` to one of the programs under test on PATH."""
        (self.links / name).symlink_to(self.prefix / "bin" / program)

    def configure(self, text):
        """Writes the user's keyfob configuration."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text)
        self.config.chmod(0o600)
